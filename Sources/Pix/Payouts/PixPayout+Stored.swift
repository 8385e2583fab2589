import Payments

extension PixPayout {
    static let columns = """
        reference, request_key, amount, pix_key, description, actor, state, step, bank_status, bank_code, e2e_id, \
        errors, requested_at, ended_at, attempts, first_unknown_at, attention
        """

    static func read(_ row: any SQLRow) -> PixPayout {
        PixPayout(
            reference: row.text(0) ?? "", requestKey: row.text(1) ?? "", amount: row.integer(2) ?? 0,
            key: row.text(3) ?? "", description: row.text(4), actor: row.text(5) ?? "",
            state: row.integer(6).flatMap(TransactionState.init(rawValue:)) ?? .created,
            step: row.text(7).flatMap(Step.init(rawValue:)) ?? .unknown, bankStatus: row.text(8),
            bankCode: row.text(9), e2eID: row.text(10), errors: row.text(11), requestedAt: row.integer(12) ?? 0,
            endedAt: row.integer(13), attempts: row.integer(14) ?? 0, firstUnknownAt: row.integer(15),
            attention: row.text(16).flatMap(Attention.init(rawValue:)))
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

    /// What waits for the bank in turn: it takes fewer looks than payouts, and counts each by itself.
    enum Lane: String, Sendable, CaseIterable {
        case send, look

        fileprivate var condition: String {
            self == .send ? "step IN ('new', 'unknown')" : "step NOT IN ('new', 'unknown')"
        }
    }

    /// Those that are due, the oldest first.
    static func due(_ lane: Lane, at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixPayout] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_payouts WHERE due_at IS NOT NULL AND (due_at <= $1 OR due_at > $2)
            AND \(lane.condition) ORDER BY due_at, reference LIMIT $3
            """, [.integer(now), .integer(now + longestPause), .integer(limit)], read)
    }

    /// When the next one is due, milliseconds since 1970; nil: none waits.
    static func nextDue(_ lane: Lane, in sql: any SQLSession) throws -> Int64? {
        try sql.first(
            "SELECT min(due_at) FROM pix_payouts WHERE due_at IS NOT NULL AND \(lane.condition)", []
        ) { $0.integer(0) } ?? nil
    }

    /// Stores what became of it, unless somebody else has moved it since it was read.
    ///
    /// - Parameter dueAt: nil: nothing is to be done any more.
    /// - Returns: false: it stands otherwise by now, and nothing was stored.
    func replace(with next: PixPayout, dueAt: Int64?, note: String?, in sql: any SQLSession) throws -> Bool {
        let isReplaced =
            try sql.execute(
                """
                UPDATE pix_payouts SET state = $1, step = $2, bank_status = $3, bank_code = $4, e2e_id = $5, errors = $6,
                    ended_at = $7, due_at = $8, attempts = $9, note = $10, first_unknown_at = $11, attention = $12
                WHERE reference = $13 AND state = $14 AND step = $15 AND attempts = $16
                """,
                [
                    .integer(next.state.rawValue), .text(next.step.rawValue), .optional(next.bankStatus),
                    .optional(next.bankCode), .optional(next.e2eID), .optional(next.errors), .optional(next.endedAt),
                    .optional(dueAt), .integer(next.attempts), .optional(note), .optional(next.firstUnknownAt),
                    .optional(next.attention?.rawValue), .text(reference), .integer(state.rawValue),
                    .text(step.rawValue),
                    .integer(attempts),
                ]) == 1
        if isReplaced, next.state != state {
            try PixPayoutChange(at: next.endedAt ?? 0, from: state, to: next.state, actor: PixGateway.name)
                .insert(reference, in: sql)
        }
        return isReplaced
    }

    /// The merchant says what became of one in doubt that the bank is not asked about any more.
    ///
    /// - Returns: false unless it is such a one.
    static func settle(
        _ reference: String, _ state: TransactionState, by actor: String, at now: Int64, in sql: any SQLSession
    ) throws -> Bool {
        let isSettled =
            try sql.execute(
                """
                UPDATE pix_payouts SET state = $1, step = 'ended', ended_at = $2, attention = NULL,
                    attempts = attempts + 1
                WHERE reference = $3 AND state = 1 AND due_at IS NULL AND attention IS NOT NULL
                """, [.integer(state.rawValue), .integer(now), .text(reference)]) == 1
        guard isSettled else { return false }
        try PixPayoutChange(at: now, from: .created, to: state, actor: actor).insert(reference, in: sql)
        return true
    }

    /// The merchant's second word on one that was said to have failed, and that the bank seems to have sent: it was paid
    /// after all, or what the statement has is another movement.
    ///
    /// - Returns: false unless it is such a one.
    static func settleAgain(
        _ reference: String, _ state: TransactionState, by actor: String, at now: Int64, in sql: any SQLSession
    ) throws -> Bool {
        let isSettled =
            try sql.execute(
                """
                UPDATE pix_payouts SET state = $1, ended_at = $2, attention = NULL, attempts = attempts + 1
                WHERE reference = $3 AND state = -1 AND attention = $4
                """,
                [
                    .integer(state.rawValue), .integer(now), .text(reference),
                    .text(Attention.sentAfterAll.rawValue),
                ]) == 1
        guard isSettled else { return false }
        try PixPayoutChange(at: now, from: .cancelled, to: state, actor: actor).insert(reference, in: sql)
        return true
    }

    /// Those that somebody here said had failed, since then, and that nothing was found of, the oldest first.
    static func saidFailed(since: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixPayout] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_payouts
            WHERE state = -1 AND ended_at >= $1 AND attention IS NULL AND e2e_id IS NULL AND EXISTS (
                SELECT 1 FROM pix_payout_journal j
                WHERE j.reference = pix_payouts.reference AND j.to_state = -1 AND j.actor <> $2)
            ORDER BY requested_at, reference LIMIT $3
            """, [.integer(since), .text(PixGateway.name), .integer(limit)], read)
    }

    /// The receiver gave it back.
    ///
    /// - Returns: false unless it is paid.
    static func giveBack(_ reference: String, by actor: String, at now: Int64, in sql: any SQLSession) throws -> Bool {
        let isBack =
            try sql.execute(
                "UPDATE pix_payouts SET state = -2, ended_at = $1 WHERE reference = $2 AND state = 2",
                [.integer(now), .text(reference)]) == 1
        guard isBack else { return false }
        try PixPayoutChange(at: now, from: .performed, to: .cancelledAfterPerform, actor: actor)
            .insert(reference, in: sql)
        return true
    }

    /// Those of which it has not been known for that long what the bank did, the oldest first.
    static func unknown(before: Int64, limit: Int64, in sql: any SQLSession) throws -> [PixPayout] {
        try sql.all(
            """
            SELECT \(columns) FROM pix_payouts WHERE state = 1 AND step = 'unknown'
            AND coalesce(first_unknown_at, requested_at) < $1 ORDER BY requested_at, reference LIMIT $2
            """, [.integer(before), .integer(limit)], read)
    }

    /// How many go to that key and are of that amount, and may be what the statement tells of: those of unknown outcome,
    /// and those that the merchant said were paid, of which nobody knows by which movement.
    func likes(in sql: any SQLSession) throws -> Int64 {
        try sql.first(
            """
            SELECT count(*) FROM pix_payouts WHERE amount = $1 AND pix_key = $2 AND (state = 1 AND step = 'unknown'
            OR state IN (2, -2) AND e2e_id IS NULL AND bank_code IS NULL AND ended_at >= $3)
            """,
            [.integer(amount), .text(key), .integer(requestedAt)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }

    /// The one that the bank knows by one of these ids.
    static func find(e2eID: String?, code: String?, in sql: any SQLSession) throws -> PixPayout? {
        try sql.first(
            "SELECT \(columns) FROM pix_payouts WHERE e2e_id = $1 OR bank_code = $2",
            [.optional(e2eID), .optional(code)], read)
    }

    /// Whether one was paid since then; of that amount, if one is given.
    static func wasPaid(since: Int64, amount: Int64? = nil, in sql: any SQLSession) throws -> Bool {
        try sql.first(
            """
            SELECT reference FROM pix_payouts WHERE state = 2 AND ended_at >= $1 AND amount BETWEEN $2 AND $3 LIMIT 1
            """, [.integer(since), .integer(amount ?? 0), .integer(amount ?? .max)]
        ) { $0.text(0) } != nil
    }
}
