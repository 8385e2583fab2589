import Payments

extension PixCharge {
    static let columns = """
        id, transaction_id, txid, provider, pix_key, payer_note, expiry_seconds, created_at, expires_at, standing, \
        revision, code, cancelled_by, attempts, note
        """

    static func read(_ row: any SQLRow) -> PixCharge {
        PixCharge(
            id: row.text(0) ?? "", transactionID: row.integer(1) ?? 0, txid: row.text(2) ?? "",
            provider: row.text(3).flatMap(PixConfiguration.Provider.init(rawValue:)) ?? .static,
            key: row.text(4) ?? "", payerNote: row.text(5), expirySeconds: row.integer(6) ?? 0,
            createdAt: row.integer(7) ?? 0, expiresAt: row.integer(8) ?? 0,
            standing: row.text(9).flatMap(Standing.init(rawValue:)) ?? .unsent, revision: row.integer(10) ?? 0,
            code: row.text(11), cancelledBy: row.text(12), attempts: row.integer(13) ?? 0, note: row.text(14))
    }

    static func find(id: String, in sql: any SQLSession) throws -> PixCharge? {
        try sql.first("SELECT \(columns) FROM pix_charges WHERE id = $1", [.text(id)], read)
    }

    static func find(txid: String, in sql: any SQLSession) throws -> PixCharge? {
        try sql.first("SELECT \(columns) FROM pix_charges WHERE txid = $1", [.text(txid)], read)
    }

    static func find(transactionID: Int64, in sql: any SQLSession) throws -> PixCharge? {
        try sql.first(
            "SELECT \(columns) FROM pix_charges WHERE transaction_id = $1", [.integer(transactionID)], read)
    }

    /// The charge of a caller's key, and what was asked then.
    static func find(
        idempotencyKey: String, in sql: any SQLSession
    ) throws -> (charge: PixCharge, fingerprint: String)? {
        try sql.first(
            "SELECT \(columns), request FROM pix_charges WHERE idempotency_key = $1", [.text(idempotencyKey)]
        ) { (read($0), $0.text(15) ?? "") }
    }

    /// - Parameter dueAt: when to look after it.
    /// - Returns: false if the caller's key is taken.
    func insert(
        idempotencyKey: String?, fingerprint: String, dueAt: Int64, in sql: any SQLSession
    ) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO pix_charges (
                id, transaction_id, txid, provider, pix_key, payer_note, expiry_seconds, created_at, expires_at,
                standing, revision, code, attempts, idempotency_key, request, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(id), .integer(transactionID), .text(txid), .text(provider.rawValue), .text(key),
                .optional(payerNote), .integer(expirySeconds), .integer(createdAt), .integer(expiresAt),
                .text(standing.rawValue), .integer(revision), .optional(code), .integer(attempts),
                .optional(idempotencyKey), .text(fingerprint), .integer(dueAt),
            ]) == 1
    }

    /// The longest pause between two looks, milliseconds.
    static let longestPause: Int64 = 600_000

    /// What waits for the bank in turn.
    enum Lane: String, Sendable, CaseIterable {
        /// No bank is asked.
        case local
        /// Something is to be done: it is to be offered, called off, or its time is up.
        case urgent
        /// A look by habit.
        case routine

        /// - Parameter now: the placeholder of a moment.
        fileprivate func condition(_ now: String) -> String {
            let isRoutine = "standing = 'active' AND cancelled_by IS NULL AND expires_at >= \(now)"
            return switch self {
            case .local: "standing = 'local'"
            case .urgent: "standing <> 'local' AND NOT (\(isRoutine))"
            case .routine: isRoutine
            }
        }
    }

    /// Those that are due, the oldest first.
    static func due(_ lane: Lane, at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixCharge] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_charges WHERE due_at IS NOT NULL AND due_at <= $1
            AND \(lane.condition("$1")) ORDER BY due_at, transaction_id LIMIT $2
            """, [.integer(now), .integer(limit)], read)
    }

    /// When the next one is due, milliseconds since 1970; nil: none waits.
    static func nextDue(_ lane: Lane, at now: Int64, in sql: any SQLSession) throws -> Int64? {
        try sql.first(
            "SELECT min(due_at) FROM pix_charges WHERE due_at IS NOT NULL AND \(lane.condition("$1"))",
            // A statement is given what it names.
            lane == .local ? [] : [.integer(now)]
        ) { $0.integer(0) } ?? nil
    }

    /// - Parameter dueAt: nil: nothing is to be done any more.
    static func schedule(
        _ transactionID: Int64, dueAt: Int64?, attempts: Int64, note: String?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            "UPDATE pix_charges SET due_at = $1, attempts = $2, note = $3 WHERE transaction_id = $4",
            [.optional(dueAt), .integer(attempts), .optional(note), .integer(transactionID)])
    }

    /// The charge has come to its end.
    ///
    /// - Parameter dueAt: when to look whether the bank still offers it; nil: that is known.
    static func end(
        _ transactionID: Int64, _ standing: Standing?, note: String?, dueAt: Int64? = nil, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE pix_charges SET standing = coalesce($1, standing), due_at = $2, attempts = 0,
                note = coalesce($3, note)
            WHERE transaction_id = $4
            """,
            [.optional(standing?.rawValue), .optional(dueAt), .optional(note), .integer(transactionID)])
    }

    /// It came to its end here, and the bank may still offer it.
    ///
    /// - Returns: false: there is nothing new to see.
    static func sweep(_ transactionID: Int64, at now: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            "UPDATE pix_charges SET due_at = $1, attempts = 0 WHERE transaction_id = $2",
            [.integer(now), .integer(transactionID)])
        return false
    }

    /// What the bank said of it.
    func update(_ location: String?, dueAt: Int64?, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pix_charges SET standing = $1, revision = $2, location = coalesce($3, location),
                code = coalesce($4, code), expires_at = $5, expiry_seconds = $6, due_at = $7, attempts = 0, note = NULL
            WHERE transaction_id = $8
            """,
            [
                .text(standing.rawValue), .integer(revision), .optional(location), .optional(code),
                .integer(expiresAt), .integer(expirySeconds), .optional(dueAt), .integer(transactionID),
            ])
    }

    /// Writes down that it is to be called off, so that it is whatever happens next.
    static func cancel(_ transactionID: Int64, by actor: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pix_charges SET cancelled_by = coalesce(cancelled_by, $1), due_at = $2
            WHERE transaction_id = $3 AND due_at IS NOT NULL
            """, [.text(actor), .integer(now), .integer(transactionID)])
    }

    /// It is to be looked at now.
    ///
    /// - Returns: false if nobody looks after it any more.
    static func hasten(_ transactionID: Int64, at now: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            "UPDATE pix_charges SET due_at = $1 WHERE transaction_id = $2 AND due_at IS NOT NULL",
            [.integer(now), .integer(transactionID)]) == 1
    }
}
