public import Payments

/// Which transactions a list shows; nil: all.
public struct TransactionFilter: Sendable, Hashable {
    /// Only of this order.
    public var orderID: String?
    /// Only of this gateway, by its name.
    public var gateway: String?
    /// Only those that stand so now.
    public var state: TransactionState?
    /// None of an order whose id begins so.
    public var hiddenOrderPrefix: String?

    /// All of them, unless told otherwise; conditions that are given must all hold.
    ///
    /// - Parameter hiddenOrderPrefix: see ``hiddenOrderPrefix``.
    public init(
        orderID: String? = nil, gateway: String? = nil, state: TransactionState? = nil,
        hiddenOrderPrefix: String? = nil
    ) {
        self.hiddenOrderPrefix = hiddenOrderPrefix
        self.orderID = orderID
        self.gateway = gateway
        self.state = state
    }
}

/// Where a page of a statement ended.
public struct StatementCursor: Sendable, Hashable {
    /// The gateway's own time of the last transaction, milliseconds since 1970.
    public var externalTime: Int64
    /// Its number, which tells it from others of the same millisecond.
    public var id: Int64

    /// - Parameter last: the last transaction of the page.
    public init(_ last: Transaction) {
        externalTime = last.externalTime
        id = last.id
    }
}

extension SQLPaymentSession {
    /// A page of transactions, newest first.
    ///
    /// - Parameters:
    ///   - before: the number of the last page's last transaction; nil: from the newest.
    ///   - limit: how many at the most.
    public func transactions(_ filter: TransactionFilter, before: Int64?, limit: Int) throws -> [Transaction] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        func add(_ column: String, _ comparison: String, _ value: SQLValue) {
            arguments.append(value)
            conditions.append("\(column) \(comparison) $\(arguments.count)")
        }
        if let orderID = filter.orderID { add("order_id", "=", .text(orderID)) }
        if let gateway = filter.gateway { add("gateway", "=", .text(gateway)) }
        if let state = filter.state { add("state", "=", .integer(state.rawValue)) }
        if let before { add("id", "<", .integer(before)) }
        if let prefix = filter.hiddenOrderPrefix {
            arguments.append(.text(prefix))
            conditions.append("substr(order_id, 1, length($\(arguments.count))) <> $\(arguments.count)")
        }
        arguments.append(.integer(Int64(limit)))
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try sql.all(
            """
            SELECT \(Self.transactionColumns) FROM transactions \(condition)
            ORDER BY id DESC LIMIT $\(arguments.count)
            """,
            arguments, Self.transaction)
    }

    /// A page of a gateway's statement: by the gateway's own time, ascending, both ends included, whatever became of
    /// the transactions.
    ///
    /// - Parameters:
    ///   - from: milliseconds since 1970.
    ///   - to: milliseconds since 1970; before `from`: the page is empty.
    ///   - after: where the last page ended; nil: from the beginning.
    ///   - limit: how many at the most.
    public func statement(
        gateway: String, cashbox: String, from: Int64, to: Int64, after: StatementCursor?, limit: Int
    ) throws -> [Transaction] {
        try sql.all(
            """
            SELECT \(Self.transactionColumns) FROM transactions
            WHERE gateway = $1 AND cashbox = $2 AND external_time <= $3 AND (external_time, id) > ($4, $5)
            ORDER BY external_time, id LIMIT $6
            """,
            [
                .text(gateway), .text(cashbox), .integer(to), .integer(after?.externalTime ?? from),
                .integer(after?.id ?? 0), .integer(Int64(limit)),
            ], Self.transaction)
    }

    /// How many transactions of each gateway stand in each state.
    public func countTransactions() throws -> [(gateway: String, state: Int64, count: Int64)] {
        try sql.all("SELECT gateway, state, count(*) FROM transactions GROUP BY gateway, state", []) {
            ($0.text(0) ?? "", $0.integer(1) ?? 0, $0.integer(2) ?? 0)
        }
    }
}
