import Payments

/// Something that YooKassa has otherwise than we do.
public struct YooKassaDifference: Sendable, Hashable {
    /// Our id, or YooKassa's of what we do not have.
    public let subject: String
    /// `status`, `amount`, `refunded_amount`, `payment` (it is missing here or there), `refund`, `receipt`.
    public let field: String
    /// Nil: it is missing here.
    public let ours: String?
    /// Nil: it is missing there.
    public let theirs: String?
    /// Milliseconds since 1970, as are the others.
    public let foundAt: Int64
    /// When a comparison saw it last.
    public let seenAt: Int64
    /// When a comparison no longer saw it; nil: it is still there.
    public let resolvedAt: Int64?

    /// ``field`` of refunds and of receipts.
    static let (refund, receipt) = ("refund", "receipt")

    static func insert(
        _ subject: String, _ field: String, ours: String?, theirs: String?, at now: Int64, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            INSERT INTO yookassa_differences (subject, field, ours, theirs, found_at, seen_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (subject, field) DO UPDATE SET
                ours = excluded.ours, theirs = excluded.theirs, seen_at = excluded.seen_at, resolved_at = NULL
            """,
            [
                .text(subject), .text(field), .optional(ours), .optional(theirs), .integer(now), .integer(now),
            ])
    }

    /// Those that a whole comparison, begun at a moment, did not see.
    static func resolve(unseenSince start: Int64, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_differences SET resolved_at = $1 WHERE resolved_at IS NULL AND seen_at < $2",
            [.integer(now), .integer(start)])
    }

    /// Somebody saw to it.
    static func resolve(_ subject: String, _ field: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_differences SET resolved_at = $1 WHERE subject = $2 AND field = $3 AND resolved_at IS NULL",
            [.integer(now), .text(subject), .text(field)])
    }

    static func all(openOnly: Bool, limit: Int64, in sql: any SQLSession) throws -> [YooKassaDifference] {
        try sql.all(
            """
            SELECT subject, field, ours, theirs, found_at, seen_at, resolved_at FROM yookassa_differences
            WHERE resolved_at IS NULL OR $1 = 0 ORDER BY found_at DESC, subject, field LIMIT $2
            """, [.integer(openOnly ? 1 : 0), .integer(limit)]
        ) { row in
            YooKassaDifference(
                subject: row.text(0) ?? "", field: row.text(1) ?? "", ours: row.text(2), theirs: row.text(3),
                foundAt: row.integer(4) ?? 0, seenAt: row.integer(5) ?? 0, resolvedAt: row.integer(6))
        }
    }

    static func countOpen(in sql: any SQLSession) throws -> Int64 {
        try sql.first("SELECT count(*) FROM yookassa_differences WHERE resolved_at IS NULL", []) {
            $0.integer(0) ?? 0
        } ?? 0
    }
}
