import Payments

/// A payment that is to go back, from the request until Click has said yes or no.
struct ClickReversal: Sendable, Hashable {
    enum State: String, Sendable {
        /// Click has not been asked.
        case waiting
        /// Click may have been asked, and what it did is not known.
        case asked
        /// The money is back.
        case done
        /// Click will not, or cannot: somebody has to look.
        case refused
    }

    var transactionID: Int64
    /// On whose word.
    var actor: String
    var state: State
    /// How often Click was asked, or could not be.
    var attempts: Int64
    /// Milliseconds since 1970.
    var requestedAt: Int64
    /// How often Click said no.
    var refusals: Int64

    /// Writes the intent down, before anything is asked. One that Click refused may be asked for again.
    static func request(_ transactionID: Int64, actor: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO click_reversals (transaction_id, actor, state, requested_at, due_at, attempts, refusals)
            VALUES ($1, $2, 'waiting', $3, $4, 0, 0)
            ON CONFLICT (transaction_id) DO UPDATE SET
                actor = excluded.actor, state = 'waiting', requested_at = excluded.requested_at,
                due_at = excluded.due_at, attempts = 0, refusals = 0, note = NULL
            WHERE click_reversals.state = 'refused'
            """,
            [.integer(transactionID), .text(actor), .integer(now), .integer(now)])
    }

    /// The longest pause between two attempts, milliseconds.
    static let longestPause: Int64 = 3_600_000

    /// Those that are due, the oldest first. One that is due later than any pause lasts was put off before the clock was
    /// set back.
    static func due(at now: Int64, limit: Int, in sql: any SQLSession) throws -> [ClickReversal] {
        try sql.all(
            """
            SELECT transaction_id, actor, state, attempts, requested_at, refusals FROM click_reversals
            WHERE state IN ('waiting', 'asked') AND (due_at <= $1 OR due_at > $2)
            ORDER BY due_at, transaction_id LIMIT $3
            """,
            [.integer(now), .integer(now + longestPause), .integer(Int64(limit))]
        ) { row in
            ClickReversal(
                transactionID: row.integer(0) ?? 0, actor: row.text(1) ?? "",
                state: row.text(2).flatMap(State.init(rawValue:)) ?? .asked, attempts: row.integer(3) ?? 0,
                requestedAt: row.integer(4) ?? 0, refusals: row.integer(5) ?? 0)
        }
    }

    /// How one stands now; nil: there is none.
    static func state(_ transactionID: Int64, in sql: any SQLSession) throws -> State? {
        try sql.first("SELECT state FROM click_reversals WHERE transaction_id = $1", [.integer(transactionID)]) {
            $0.text(0).flatMap(State.init(rawValue:))
        } ?? nil
    }

    /// When the next one is due, milliseconds since 1970; nil: none waits.
    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM click_reversals WHERE state IN ('waiting', 'asked')", []) {
            $0.integer(0)
        } ?? nil
    }

    /// How many are not at their end.
    static func countOpen(in sql: any SQLSession) throws -> Int64 {
        try sql.first("SELECT count(*) FROM click_reversals WHERE state IN ('waiting', 'asked')", []) {
            $0.integer(0) ?? 0
        } ?? 0
    }

    /// Does nothing to one that has come to its end.
    ///
    /// - Parameters:
    ///   - dueAt: when to look again; of no meaning once it has ended.
    ///   - refusals: how often Click said no since the last note.
    ///   - note: for people; nothing secret in it.
    static func note(
        _ transactionID: Int64, _ state: State, attempts: Int64, refusals: Int64 = 0, dueAt: Int64, note: String?,
        in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE click_reversals SET state = $1, attempts = $2, refusals = refusals + $3, due_at = $4, note = $5
            WHERE transaction_id = $6 AND state IN ('waiting', 'asked')
            """,
            [
                .text(state.rawValue), .integer(attempts), .integer(refusals), .integer(dueAt), .optional(note),
                .integer(transactionID),
            ])
    }
}
