import Payments

extension SQLPaymentSession {
    /// Writes the time and reads it back, to know that writes go through.
    public func touchReadiness(at now: Int64) throws -> Int64 {
        try sql.execute(
            "INSERT INTO readiness (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
            [.integer(now)])
        return try sql.first("SELECT at FROM readiness WHERE id = 1", []) { $0.integer(0) ?? 0 } ?? 0
    }
}
