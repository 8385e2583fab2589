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

    /// Writes the intent down, before anything is asked. One that Click refused may be asked for again.
    static func request(_ transactionID: Int64, actor: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO click_reversals (transaction_id, actor, state, requested_at, due_at, attempts)
            VALUES ($1, $2, 'waiting', $3, $4, 0)
            ON CONFLICT (transaction_id) DO UPDATE SET
                actor = excluded.actor, state = 'waiting', requested_at = excluded.requested_at,
                due_at = excluded.due_at, attempts = 0, note = NULL
            WHERE click_reversals.state = 'refused'
            """,
            [.integer(transactionID), .text(actor), .integer(now), .integer(now)])
    }

    /// Those that are due, the oldest first. One that was asked for later than now was asked for before the clock was
    /// set back.
    static func due(at now: Int64, limit: Int, in sql: any SQLSession) throws -> [ClickReversal] {
        try sql.all(
            """
            SELECT transaction_id, actor, state, attempts, requested_at FROM click_reversals
            WHERE state IN ('waiting', 'asked') AND (due_at <= $1 OR requested_at > $1)
            ORDER BY due_at, transaction_id LIMIT $2
            """,
            [.integer(now), .integer(Int64(limit))]
        ) { row in
            ClickReversal(
                transactionID: row.integer(0) ?? 0, actor: row.text(1) ?? "",
                state: row.text(2).flatMap(State.init(rawValue:)) ?? .asked, attempts: row.integer(3) ?? 0,
                requestedAt: row.integer(4) ?? 0)
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
    ///   - note: for people; nothing secret in it.
    static func note(
        _ transactionID: Int64, _ state: State, attempts: Int64, dueAt: Int64, note: String?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE click_reversals SET state = $1, attempts = $2, due_at = $3, note = $4
            WHERE transaction_id = $5 AND state IN ('waiting', 'asked')
            """,
            [
                .text(state.rawValue), .integer(attempts), .integer(dueAt), .optional(note), .integer(transactionID),
            ])
    }
}
