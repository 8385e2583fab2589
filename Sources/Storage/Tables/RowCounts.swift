import Payments

/// How much a database holds.
public struct RowCounts: Sendable, Hashable {
    public var orders: Int64
    public var transactions: Int64
    public var journal: Int64
}

extension SQLPaymentSession {
    /// Counts the rows that a person asks for first.
    public func countRows() throws -> RowCounts {
        RowCounts(
            orders: try countOrders(),
            transactions: try sql.first("SELECT count(*) FROM transactions", []) { $0.integer(0) ?? 0 } ?? 0,
            journal: try sql.first("SELECT count(*) FROM journal", []) { $0.integer(0) ?? 0 } ?? 0)
    }
}
