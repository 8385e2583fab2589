import Payments

extension PixNotice {
    private init(_ row: any SQLRow) {
        id = row.integer(0) ?? 0
        e2eID = row.text(1) ?? ""
        txid = row.text(2)
        digest = row.text(3) ?? ""
        body = row.text(4) ?? ""
        attempts = row.integer(5) ?? 0
        isAuthenticated = row.integer(6) == 1
    }

    private static let columns = "id, e2e_id, txid, digest, body, attempts, authenticated"

    /// What the bank vouches for takes the place of the same that somebody said.
    ///
    /// - Returns: false if the same came before.
    func insert(
        _ state: State, dueAt: Int64?, note: String?, at now: Int64, in sql: any SQLSession
    ) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO pix_notices (
                e2e_id, digest, txid, body, received_at, state, due_at, attempts, note, authenticated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)
            ON CONFLICT (e2e_id, digest) DO UPDATE SET authenticated = excluded.authenticated,
                state = excluded.state, due_at = excluded.due_at, attempts = 0, note = excluded.note
            WHERE pix_notices.authenticated = 0 AND excluded.authenticated = 1 AND pix_notices.state <> 'done'
            """,
            [
                .text(e2eID), .text(digest), .optional(txid), .text(body), .integer(now), .text(state.rawValue),
                .optional(dueAt), .optional(note), .integer(isAuthenticated ? 1 : 0),
            ]) == 1
    }

    /// The longest pause between two looks, milliseconds.
    static let longestPause: Int64 = 600_000

    /// Those that are due, the oldest first.
    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixNotice] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_notices
            WHERE due_at IS NOT NULL AND (due_at <= $1 OR due_at > $2) ORDER BY due_at, id LIMIT $3
            """, [.integer(now), .integer(now + longestPause), .integer(limit)]
        ) { PixNotice($0) }
    }

    /// Those of a charge that the bank vouches for and that were not taken yet.
    static func vouched(txid: String, in sql: any SQLSession) throws -> [PixNotice] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_notices
            WHERE txid = $1 AND txid IS NOT NULL AND state = 'waiting' AND authenticated = 1 ORDER BY id
            """, [.text(txid)]
        ) { PixNotice($0) }
    }

    /// How many of a charge the bank is still to be asked about on nobody's word.
    static func unvouchedCount(txid: String, in sql: any SQLSession) throws -> Int64 {
        try sql.first(
            """
            SELECT count(*) FROM pix_notices
            WHERE txid = $1 AND txid IS NOT NULL AND state = 'waiting' AND authenticated = 0
            """, [.text(txid)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }

    /// Whether the bank told of another payment of that charge that was taken; or, of a charge that nobody vouches for,
    /// somebody did. Too little is no payment of it.
    static func tellsOfAnother(
        txid: String, than e2eID: String, _ state: State, in sql: any SQLSession
    ) throws -> Bool {
        try sql.first(
            """
            SELECT 1 FROM pix_notices
            WHERE txid = $1 AND txid IS NOT NULL AND e2e_id <> $2 AND e2e_id <> '' AND state = $3
            AND NOT EXISTS (
                SELECT 1 FROM pix_receipts r WHERE r.e2e_id = pix_notices.e2e_id AND r.standing = 'underpaid')
            LIMIT 1
            """, [.text(txid), .text(e2eID), .text(state.rawValue)]
        ) { _ in true } ?? false
    }

    /// Forgets what came before a moment, milliseconds since 1970.
    ///
    /// - Returns: how many, at most `limit`.
    static func prune(_ state: State, before moment: Int64, limit: Int64, in sql: any SQLSession) throws -> Int {
        Int(
            try sql.execute(
                """
                DELETE FROM pix_notices WHERE id IN (
                    SELECT id FROM pix_notices WHERE state = $1 AND received_at < $2 ORDER BY received_at LIMIT $3)
                """, [.text(state.rawValue), .integer(moment), .integer(limit)]))
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
