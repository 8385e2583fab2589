import Payments

/// The answer that an idempotency key stands for.
public struct IdempotentAnswer: Sendable, Hashable {
    /// A hash of the request that it answered.
    public var fingerprint: String
    public var status: Int64
    public var body: String

    public init(fingerprint: String, status: Int64, body: String) {
        self.fingerprint = fingerprint
        self.status = status
        self.body = body
    }
}

extension SQLPaymentSession {
    public func idempotentAnswer(scope: String, key: String) throws -> IdempotentAnswer? {
        try sql.first(
            "SELECT fingerprint, status, body FROM idempotency_keys WHERE scope = $1 AND idempotency_key = $2",
            [.text(scope), .text(key)]
        ) { row in
            IdempotentAnswer(
                fingerprint: row.text(0) ?? "", status: row.integer(1) ?? 0, body: row.text(2) ?? "")
        }
    }

    public func remember(_ answer: IdempotentAnswer, scope: String, key: String, at now: Int64) throws {
        try sql.execute(
            """
            INSERT INTO idempotency_keys (scope, idempotency_key, fingerprint, status, body, created_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(scope), .text(key), .text(answer.fingerprint), .integer(answer.status), .text(answer.body),
                .integer(now),
            ])
    }
}
