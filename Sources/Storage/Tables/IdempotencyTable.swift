import Payments

/// The answer that an idempotency key stands for.
public struct IdempotentAnswer: Sendable, Hashable {
    /// A hash of the request that it answered.
    public var fingerprint: String
    /// The HTTP status of the answer.
    public var status: Int64
    /// The body of the answer, as it was sent.
    public var body: String

    /// - Parameters:
    ///   - fingerprint: a hash of the request.
    ///   - status: the HTTP status.
    public init(fingerprint: String, status: Int64, body: String) {
        self.fingerprint = fingerprint
        self.status = status
        self.body = body
    }
}

extension SQLPaymentSession {
    /// The answer that was given under a key; nil if the key is new.
    ///
    /// - Parameter scope: the request that keys belong to, such as `POST /orders`.
    public func idempotentAnswer(scope: String, key: String) throws -> IdempotentAnswer? {
        try sql.first(
            "SELECT fingerprint, status, body FROM idempotency_keys WHERE scope = $1 AND idempotency_key = $2",
            [.text(scope), .text(key)]
        ) { row in
            IdempotentAnswer(
                fingerprint: row.text(0) ?? "", status: row.integer(1) ?? 0, body: row.text(2) ?? "")
        }
    }

    /// Keeps an answer under a key, for good.
    ///
    /// - Parameters:
    ///   - scope: the request that keys belong to, such as `POST /orders`.
    ///   - now: milliseconds since 1970.
    /// - Throws: what the engine reports if the scope has the key already.
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
