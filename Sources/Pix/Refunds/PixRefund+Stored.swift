import Payments

extension PixRefund {
    /// What waits for the bank in turn: too many looks keep nothing from being sent.
    enum Lane: String, Sendable, CaseIterable {
        case send, look

        fileprivate var condition: String { self == .send ? "state = 'waiting'" : "state <> 'waiting'" }
    }

    /// The longest pause between two looks, milliseconds.
    static let longestPause: Int64 = 3_600_000

    /// What goes back of a payment beside one refund, centavos.
    static func sums(
        of e2eID: String, except id: String, in sql: any SQLSession
    ) throws -> (underWay: Int64, done: Int64) {
        try sql.first(
            """
            SELECT CAST(coalesce(sum(CASE WHEN state IN ('waiting', 'asked', 'processing') THEN amount END), 0)
                    AS BIGINT),
                CAST(coalesce(sum(CASE WHEN state = 'done' THEN amount END), 0) AS BIGINT)
            FROM pix_refunds WHERE e2e_id = $1 AND refund_id <> $2
            """, [.text(e2eID), .text(id)]
        ) { ($0.integer(0) ?? 0, $0.integer(1) ?? 0) } ?? (0, 0)
    }

    /// What the bank said, of a refund that may be new here.
    func store(_ entry: PixReturn, at now: Int64, in sql: any SQLSession) throws {
        let isOver = state.isEnd
        try sql.execute(
            """
            INSERT INTO pix_refunds (
                e2e_id, refund_id, transaction_id, amount, origin, actor, state, nature, rtr_id, requested_at,
                settled_at, due_at, attempts, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (e2e_id, refund_id) DO UPDATE SET
                state = excluded.state, nature = coalesce(excluded.nature, pix_refunds.nature),
                rtr_id = coalesce(excluded.rtr_id, pix_refunds.rtr_id), settled_at = excluded.settled_at,
                due_at = excluded.due_at, attempts = 0, note = excluded.note
            """,
            [
                .text(e2eID), .text(id), .integer(transactionID), .integer(amount), .text(origin.rawValue),
                .text(actor), .text(state.rawValue), .optional(entry.nature), .optional(entry.rtrID),
                .integer(requestedAt), .optional(isOver ? entry.settledAt ?? now : nil),
                .optional(isOver ? nil : now + 5_000), 0, .optional(entry.reason.map { BankWords.masked($0) }),
            ])
    }

    /// Those that are due, the oldest first.
    static func due(_ lane: Lane, at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixRefund] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_refunds WHERE due_at IS NOT NULL AND (due_at <= $1 OR due_at > $2)
            AND \(lane.condition)
            ORDER BY due_at, e2e_id, refund_id LIMIT $3
            """, [.integer(now), .integer(now + longestPause), .integer(limit)], read)
    }

    /// When the next one is due, milliseconds since 1970; nil: none waits.
    static func nextDue(_ lane: Lane, in sql: any SQLSession) throws -> Int64? {
        try sql.first(
            "SELECT min(due_at) FROM pix_refunds WHERE due_at IS NOT NULL AND \(lane.condition)", []
        ) { $0.integer(0) } ?? nil
    }

    /// Does nothing to one that has come to its end.
    func note(
        _ state: State, attempts: Int64, refusals: Int64, dueAt: Int64, note: String?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE pix_refunds SET state = $1, attempts = $2, refusals = $3, due_at = $4, note = $5
            WHERE e2e_id = $6 AND refund_id = $7 AND due_at IS NOT NULL
            """,
            [
                .text(state.rawValue), .integer(attempts), .integer(refusals), .integer(dueAt), .optional(note),
                .text(e2eID), .text(id),
            ])
    }
}
