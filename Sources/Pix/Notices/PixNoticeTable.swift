import Payments

extension PixNotice {
    private init(_ row: any SQLRow) {
        id = row.integer(0) ?? 0
        e2eID = row.text(1) ?? ""
        txid = row.text(2)
        digest = row.text(3) ?? ""
        body = row.text(4) ?? ""
        attempts = row.integer(5) ?? 0
    }

    /// - Returns: false if the same came before.
    func insert(
        _ state: State, dueAt: Int64?, note: String?, at now: Int64, in sql: any SQLSession
    ) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO pix_notices (e2e_id, digest, txid, body, received_at, state, due_at, attempts, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING
            """,
            [
                .text(e2eID), .text(digest), .optional(txid), .text(body), .integer(now), .text(state.rawValue),
                .optional(dueAt), .optional(note),
            ]) == 1
    }

    /// The longest pause between two looks, milliseconds.
    static let longestPause: Int64 = 600_000

    /// Those that are due, the oldest first.
    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixNotice] {
        try sql.all(
            """
            SELECT id, e2e_id, txid, digest, body, attempts FROM pix_notices
            WHERE due_at IS NOT NULL AND (due_at <= $1 OR due_at > $2) ORDER BY due_at, id LIMIT $3
            """, [.integer(now), .integer(now + longestPause), .integer(limit)]
        ) { PixNotice($0) }
    }

    /// Those of a charge that wait for the merchant's word.
    static func waiting(txid: String, in sql: any SQLSession) throws -> [PixNotice] {
        try sql.all(
            """
            SELECT id, e2e_id, txid, digest, body, attempts FROM pix_notices
            WHERE txid = $1 AND txid IS NOT NULL AND state = 'waiting' ORDER BY id
            """, [.text(txid)]
        ) { PixNotice($0) }
    }

    /// When the next one is due, milliseconds since 1970; nil: none waits.
    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM pix_notices WHERE due_at IS NOT NULL", []) { $0.integer(0) } ?? nil
    }

    func set(_ state: State, dueAt: Int64?, attempts: Int64, note: String?, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE pix_notices SET state = $1, due_at = $2, attempts = $3, note = $4 WHERE id = $5",
            [.text(state.rawValue), .optional(dueAt), .integer(attempts), .optional(note), .integer(id)])
    }
}
