import Payments
import Specification

extension PledgPurchase {
    static func find(_ id: String, in sql: any SQLSession) throws -> PledgPurchase? {
        try sql.first("SELECT \(columns) FROM pledg_purchases WHERE id = $1", [.text(id)], read)
    }

    /// The purchase, with its row locked: what else wants to change it waits, or comes first.
    static func lock(_ id: String, in sql: any SQLSession) throws -> PledgPurchase? {
        let count = try sql.execute(
            "UPDATE pledg_purchases SET revision = revision + 1 WHERE id = $1", [.text(id)])
        return count == 1 ? try find(id, in: sql) : nil
    }

    /// What a caller's key stands for, and what was asked then.
    static func find(idempotencyKey: String, in sql: any SQLSession) throws -> (id: String, request: String)? {
        try sql.first(
            "SELECT id, request FROM pledg_purchases WHERE idempotency_key = $1", [.text(idempotencyKey)]
        ) { ($0.text(0) ?? "", $0.text(1) ?? "") }
    }

    /// The purchase that has that reference and did not fail.
    static func find(liveReference: String, in sql: any SQLSession) throws -> PledgPurchase? {
        try sql.first(
            "SELECT \(columns) FROM pledg_purchases WHERE reference = $1 AND phase <> 'failed'",
            [.text(liveReference)], read)
    }

    /// - Returns: false if the caller's key or the reference is taken.
    func insert(idempotencyKey: String?, request: String, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO pledg_purchases (
                id, transaction_id, reference, idempotency_key, request, amount, shared, currency, title,
                organiser_name, language, success_url, cancel_url, on_failure, model, phase, created_at, draft_until,
                revision, due_at, attempts)
            VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, $18, 0)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(id), .integer(transactionID), .text(reference), .optional(idempotencyKey), .text(request),
                .integer(amount.minor), .text(amount.currency.code), .optional(title), .optional(organiserName),
                .optional(language), .optional(successURL), .optional(cancelURL), .text(onFailure.rawValue),
                .text(model.rawValue), .text(phase.rawValue), .integer(createdAt), .integer(draftUntil),
                .integer(draftUntil),
            ]) == 1
    }

    /// Stores where it stands now.
    ///
    /// - Parameters:
    ///   - old: the phases that it may stand in until now.
    ///   - dueAt: when it is to be looked at; nil: never more.
    /// - Returns: false if it stands elsewhere: somebody else was faster.
    func move(
        from old: [PledgSpecification.Phase], dueAt: Int64?, in sql: any SQLSession
    ) throws -> Bool {
        let phases = old.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try sql.execute(
            """
            UPDATE pledg_purchases SET phase = $1, reason = $2, settlement = $3, model = $4, secured_at = $5,
                deadline = $6, hold_until = $7, closing_since = $8, ended_at = $9, advance_id = $10, cover_id = $11,
                due_at = $12, attempts = 0, revision = revision + 1, shared = (
                    SELECT CAST(coalesce(sum(s.amount), 0) AS BIGINT) FROM pledg_shares s
                    WHERE s.purchase_id = $13 AND s.removed_at IS NULL)
            WHERE id = $13 AND phase IN (\(phases))
            """,
            [
                .text(phase.rawValue), .optional(reason?.rawValue), .optional(settlement?.rawValue),
                .text(model.rawValue), .optional(securedAt), .optional(deadline), .optional(holdUntil),
                .optional(closingSince), .optional(endedAt), .optional(advanceID), .optional(coverID),
                .optional(dueAt), .text(id),
            ]) == 1
    }

    /// The shares were changed: the database compares their sum with the amount.
    static func recount(_ id: String, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pledg_purchases SET shared = (
                SELECT CAST(coalesce(sum(s.amount), 0) AS BIGINT) FROM pledg_shares s
                WHERE s.purchase_id = $1 AND s.removed_at IS NULL)
            WHERE id = $1 AND phase <> 'draft'
            """, [.text(id)])
    }

    /// Those whose time is up, the oldest first.
    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PledgPurchase] {
        try sql.all(
            """
            SELECT \(columns) FROM pledg_purchases WHERE due_at IS NOT NULL AND due_at <= $1
            ORDER BY due_at, id LIMIT $2
            """, [.integer(now), .integer(limit)], read)
    }

    /// When the next is due, milliseconds since 1970; nil: none waits.
    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM pledg_purchases WHERE due_at IS NOT NULL", []) { $0.integer(0) } ?? nil
    }

    static func postpone(_ id: String, dueAt: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pledg_purchases SET due_at = $1, attempts = attempts + 1 WHERE id = $2 AND due_at IS NOT NULL
            """, [.integer(dueAt), .text(id)])
    }
}
