import Payments

/// A receiver that wants nothing any more.
public struct StoppedTarget: Sendable, Hashable {
    /// Since when, milliseconds since 1970.
    public var at: Int64
    /// Why, in a few words.
    public var reason: String

    /// - Parameters:
    ///   - at: milliseconds since 1970.
    ///   - reason: nothing secret in it.
    public init(at: Int64, reason: String) {
        self.at = at
        self.reason = reason
    }
}

extension SQLPaymentSession {
    /// Notes where a receiver is. At another address it is another one, and is not stopped.
    ///
    /// - Parameter address: what tells one address from another; nothing secret in it.
    public func noteTarget(_ target: String, address: String) throws {
        try sql.execute(
            """
            INSERT INTO delivery_targets (target, address) VALUES ($1, $2)
            ON CONFLICT (target) DO UPDATE SET address = excluded.address, stopped_at = NULL, reason = NULL
            WHERE delivery_targets.address <> excluded.address
            """, [.text(target), .text(address)])
    }

    /// Stops or resumes deliveries to a receiver. What is for it waits meanwhile.
    ///
    /// - Parameter stopped: nil: resume.
    /// - Returns: false if no such receiver was noted.
    @discardableResult
    public func setTarget(_ target: String, stopped: StoppedTarget?) throws -> Bool {
        try sql.execute(
            "UPDATE delivery_targets SET stopped_at = $1, reason = $2 WHERE target = $3",
            [.optional(stopped?.at), .optional(stopped?.reason), .text(target)]) == 1
    }

    /// Since when and why a receiver is stopped; nil: it is not.
    public func stopped(target: String) throws -> StoppedTarget? {
        try sql.first("SELECT stopped_at, reason FROM delivery_targets WHERE target = $1", [.text(target)]) { row in
            row.integer(0).map { StoppedTarget(at: $0, reason: row.text(1) ?? "") }
        } ?? nil
    }
}
