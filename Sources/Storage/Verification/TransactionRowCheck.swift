import Payments

/// Each row of `transactions` by itself.
enum TransactionRowCheck {
    static let check = DatabaseCheck(
        name: "transactions", rule: "every transaction can be read, and its figures go together"
    ) { session, findings in
        var last: Int64? = nil
        repeat {
            let page = try SQLPaymentSession(sql: session).auditedTransactions(after: last ?? .min)
            findings.examine(Int64(page.count))
            for row in page {
                switch row.content {
                case .success(let transaction):
                    for problem in problems(of: transaction) { findings.report("transaction \(row.id)", problem) }
                case .failure:
                    findings.report("transaction \(row.id)", "its row cannot be read")
                }
            }
            last = page.count < Int(Verifier.pageSize) ? nil : page.last?.id
        } while last != nil
    }

    private static func problems(of transaction: Transaction) -> [String] {
        var found: [String] = []
        let amount = transaction.amount.minor
        if amount <= 0 { found.append("its amount is not above 0") }
        let isRefundPossible =
            switch transaction.state {
            case .created, .cancelled: transaction.refundedAmount == 0
            case .performed: (0..<max(1, amount)).contains(transaction.refundedAmount)
            case .cancelledAfterPerform: transaction.refundedAmount == amount
            }
        if !isRefundPossible {
            found.append("state \(transaction.state.rawValue) does not go with \(transaction.refundedAmount) refunded")
        }
        if transaction.holdsOrder, !transaction.isOneTime || !transaction.state.isLive {
            found.append("it holds its order, which it may not")
        }
        if !transaction.receivers.isEmpty {
            let sum = transaction.receivers.reduce(Int128(0)) { $0 + Int128($1.amount) }
            if sum != Int128(amount) { found.append("its receivers get \(sum) of \(amount)") }
        }
        return found
    }
}

extension SQLPaymentSession {
    /// A row of `transactions`, also if it is one that this program cannot have written.
    struct AuditedTransaction {
        let id: Int64
        let content: Result<Transaction, any Error>
    }

    /// A page of transactions by their number.
    func auditedTransactions(after id: Int64) throws -> [AuditedTransaction] {
        try sql.all(
            "SELECT \(Self.transactionColumns) FROM transactions WHERE id > $1 ORDER BY id LIMIT $2",
            [.integer(id), .integer(Verifier.pageSize)]
        ) { row in
            AuditedTransaction(id: row.integer(0) ?? 0, content: Result { try Self.transaction(row) })
        }
    }
}
