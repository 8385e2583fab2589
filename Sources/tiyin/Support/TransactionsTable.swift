import Payments

/// Transactions as a table.
enum TransactionsTable {
    static func text(_ transactions: [Transaction]) -> String {
        var table = TextTable(
            header: [
                "id", "gateway", "gateway's id", "order", "amount", "state", "reason", "created", "performed",
                "cancelled",
            ],
            numeric: [0, 4, 5, 6])
        for transaction in transactions {
            table.rows.append([
                String(transaction.id), transaction.key.gateway, transaction.key.externalID, transaction.orderID,
                transaction.amount.description, String(transaction.state.rawValue),
                transaction.reason.map(String.init) ?? "", Moment.text(transaction.createTime),
                Moment.text(transaction.performTime), Moment.text(transaction.cancelTime),
            ])
        }
        return table.text
    }
}
