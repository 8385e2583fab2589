import Payments

/// How much a database holds.
public struct RowCounts: Sendable, Hashable {
    public var orders: Int64
    public var transactions: Int64
    public var journal: Int64
}

extension SQLPaymentSession {
    /// How many transactions wait for their payer, by gateway.
    public func countWaiting() throws -> [String: Int64] {
        let rows = try sql.all("SELECT gateway, count(*) FROM transactions WHERE state = 1 GROUP BY gateway", []) {
            ($0.text(0) ?? "", $0.integer(1) ?? 0)
        }
        return Dictionary(rows) { $1 }
    }

    /// Counts the rows that a person asks for first.
    public func countRows() throws -> RowCounts {
        RowCounts(
            orders: try countOrders(),
            transactions: try sql.first("SELECT count(*) FROM transactions", []) { $0.integer(0) ?? 0 } ?? 0,
            journal: try sql.first("SELECT count(*) FROM journal", []) { $0.integer(0) ?? 0 } ?? 0)
    }
}
