import Payments

/// A call that changes something at YooKassa, as it was stored before it was made.
///
/// Source: yookassa.md 3
struct YooKassaAttempt: Sendable, Hashable {
    enum Operation: String, Sendable {
        case create, capture, cancel, refund, receipt
    }

    enum Outcome: String, Sendable {
        /// It may be made, again if it has to be.
        case open
        /// YooKassa answered it.
        case answered
        /// YooKassa does not take it.
        case refused
        /// Nothing is known, and the key is too old to ask with.
        case unresolved
    }

    var key: String
    var operation: Operation
    /// The payment's or the refund's id here.
    var subject: String
    /// JSON text, sent to the byte.
    var body: String
    /// Milliseconds since 1970; nil: it was never sent.
    var firstSentAt: Int64?
    /// How often it was sent.
    var sends: Int64
    var outcome: Outcome

    var posting: YooKassaPosting { YooKassaPosting(key: key, body: body) }

    init(_ operation: Operation, _ subject: String, body: String) {
        key = YooKassaID.key()
        self.operation = operation
        self.subject = subject
        self.body = body
        firstSentAt = nil
        sends = 0
        outcome = .open
    }

    private init(_ row: any SQLRow) {
        key = row.text(0) ?? ""
        operation = row.text(1).flatMap(Operation.init(rawValue:)) ?? .create
        subject = row.text(2) ?? ""
        body = row.text(3) ?? ""
        firstSentAt = row.integer(4)
        sends = row.integer(5) ?? 0
        outcome = row.text(6).flatMap(Outcome.init(rawValue:)) ?? .unresolved
    }

    static func find(_ key: String, in sql: any SQLSession) throws -> YooKassaAttempt? {
        try sql.first(
            """
            SELECT idempotence_key, operation, subject, body, first_sent_at, sends, outcome FROM yookassa_attempts
            WHERE idempotence_key = $1
            """, [.text(key)], YooKassaAttempt.init)
    }

    /// How many calls for it YooKassa did not take.
    static func refused(_ operation: Operation, of subject: String, in sql: any SQLSession) throws -> Int64 {
        try sql.first(
            "SELECT count(*) FROM yookassa_attempts WHERE subject = $1 AND operation = $2 AND outcome = 'refused'",
            [.text(subject), .text(operation.rawValue)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }

    func insert(at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO yookassa_attempts (idempotence_key, operation, subject, body, created_at, sends, outcome)
            VALUES ($1, $2, $3, $4, $5, 0, 'open')
            """, [.text(key), .text(operation.rawValue), .text(subject), .text(body), .integer(now)])
    }

    /// Durable before the call: after a crash nobody else knows that it may have been made.
    ///
    /// - Returns: false if it is over.
    func begin(at now: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            UPDATE yookassa_attempts SET first_sent_at = coalesce(first_sent_at, $1), sends = sends + 1
            WHERE idempotence_key = $2 AND outcome = 'open'
            """, [.integer(now), .text(key)]) == 1
    }

    /// Nothing was sent after all: if it was the first time, the key is as new.
    func takeBack(in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_attempts SET first_sent_at = CASE WHEN sends = 1 THEN NULL ELSE first_sent_at END,
                sends = sends - 1
            WHERE idempotence_key = $1 AND outcome = 'open' AND sends > 0
            """, [.text(key)])
    }

    static func end(_ key: String, _ outcome: Outcome, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_attempts SET outcome = $1, ended_at = $2 WHERE idempotence_key = $3 AND outcome = 'open'
            """, [.text(outcome.rawValue), .integer(now), .text(key)])
    }
}
