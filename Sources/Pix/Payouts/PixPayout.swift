public import Payments

/// Money that is sent, from the moment the wish is stored. Its states are those of a transaction.
///
/// Source: pix.md 4.5, 5.2
public struct PixPayout: Sendable, Hashable {
    /// How far it has come.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// The bank has not been asked.
        case new
        /// The bank may have been asked, and what it did is not known.
        case unknown
        /// The bank has taken it.
        case asked
        /// It is paid or failed for good.
        case ended
    }

    /// The caller's own.
    public var reference: String
    /// Under which the bank carries it out once, however often it is asked: a UUID.
    var requestKey: String
    /// Centavos.
    public var amount: Int64
    /// Who is paid.
    public var key: String
    public var description: String?
    /// On whose word.
    public var actor: String
    /// 1: under way; 2: paid; -1: failed; -2: the receiver gave it back.
    public var state: TransactionState
    /// How far it has come.
    public var step: Step
    /// The bank's word; nil: none came yet.
    public var bankStatus: String?
    /// How the bank finds it.
    public var bankCode: String?
    /// The payment's id in all of Pix, once it is paid.
    public var e2eID: String?
    /// What went wrong, in the bank's words.
    public var errors: String?
    /// Milliseconds since 1970.
    public var requestedAt: Int64
    /// Milliseconds since 1970; nil until it came to its end.
    public var endedAt: Int64?
    var attempts: Int64

    static let columns = """
        reference, request_key, amount, pix_key, description, actor, state, step, bank_status, bank_code, e2e_id, \
        errors, requested_at, ended_at, attempts
        """

    static func read(_ row: any SQLRow) -> PixPayout {
        PixPayout(
            reference: row.text(0) ?? "", requestKey: row.text(1) ?? "", amount: row.integer(2) ?? 0,
            key: row.text(3) ?? "", description: row.text(4), actor: row.text(5) ?? "",
            state: row.integer(6).flatMap(TransactionState.init(rawValue:)) ?? .created,
            step: row.text(7).flatMap(Step.init(rawValue:)) ?? .unknown, bankStatus: row.text(8),
            bankCode: row.text(9), e2eID: row.text(10), errors: row.text(11), requestedAt: row.integer(12) ?? 0,
            endedAt: row.integer(13), attempts: row.integer(14) ?? 0)
    }

    static func find(_ reference: String, in sql: any SQLSession) throws -> PixPayout? {
        try sql.first("SELECT \(columns) FROM pix_payouts WHERE reference = $1", [.text(reference)], read)
    }

    /// - Returns: false if the reference is taken.
    func insert(dueAt: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO pix_payouts (
                reference, request_key, amount, pix_key, description, actor, state, step, requested_at, due_at,
                attempts)
            VALUES ($1, $2, $3, $4, $5, $6, 1, 'new', $7, $8, 0) ON CONFLICT DO NOTHING
            """,
            [
                .text(reference), .text(requestKey), .integer(amount), .text(key), .optional(description),
                .text(actor), .integer(requestedAt), .integer(dueAt),
            ]) == 1
    }

    /// The longest pause between two looks, milliseconds.
    static let longestPause: Int64 = 600_000

    /// Those that are due, the oldest first.
    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixPayout] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_payouts WHERE due_at IS NOT NULL AND (due_at <= $1 OR due_at > $2)
            ORDER BY due_at, reference LIMIT $3
            """, [.integer(now), .integer(now + longestPause), .integer(limit)], read)
    }

    /// When the next one is due, milliseconds since 1970; nil: none waits.
    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM pix_payouts WHERE due_at IS NOT NULL", []) { $0.integer(0) } ?? nil
    }

    /// Stores how it stands now; does nothing to one that has come to its end.
    ///
    /// - Parameter dueAt: nil: nothing is to be done any more.
    func store(dueAt: Int64?, note: String?, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pix_payouts SET state = $1, step = $2, bank_status = $3, bank_code = $4, e2e_id = $5, errors = $6,
                ended_at = $7, due_at = $8, attempts = $9, note = $10
            WHERE reference = $11 AND step <> 'ended'
            """,
            [
                .integer(state.rawValue), .text(step.rawValue), .optional(bankStatus), .optional(bankCode),
                .optional(e2eID), .optional(errors), .optional(endedAt), .optional(dueAt), .integer(attempts),
                .optional(note), .text(reference),
            ])
    }

    /// The receiver gave it back.
    ///
    /// - Returns: false unless it is paid.
    static func giveBack(_ reference: String, at now: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            "UPDATE pix_payouts SET state = -2, ended_at = $1 WHERE reference = $2 AND state = 2",
            [.integer(now), .text(reference)]) == 1
    }
}
