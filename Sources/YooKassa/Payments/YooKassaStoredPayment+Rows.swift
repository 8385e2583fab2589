import Payments

extension YooKassaStoredPayment {
    static let columns = """
        id, transaction_id, provider_id, kind, user_id, description, metadata, step, attempt_key, wants_capture, \
        is_test, confirmation_type, confirmation_url, confirmation_token, confirmation_data, method_id, method_type, \
        method_title, card_type, method_saved, created_at, provider_created_at, expires_at, captured_at, \
        capture_amount, captured, uncaptured, reserved, refunded, cancelled_by, cancel_party, cancel_reason, \
        refused_status, refused_code, refused_detail, refused_parameter, receipt_status, looks, due_at, note
        """

    static func read(_ row: any SQLRow) -> YooKassaStoredPayment {
        let refusal = row.integer(32).map { status in
            YooKassaError.Refusal(
                status: Int(status), code: row.text(33) ?? "", detail: row.text(34) ?? "", parameter: row.text(35))
        }
        return YooKassaStoredPayment(
            id: row.text(0) ?? "", transactionID: row.integer(1) ?? 0, providerID: row.text(2),
            kind: row.text(3).flatMap(Kind.init(rawValue:)) ?? .oneOff, userID: row.text(4), description: row.text(5),
            metadata: row.text(6) ?? "{}", step: row.text(7).flatMap(Step.init(rawValue:)) ?? .quarantined,
            attemptKey: row.text(8) ?? "", wantsCapture: row.integer(9) == 1, isTest: row.integer(10) == 1,
            confirmationType: row.text(11), confirmationURL: row.text(12), confirmationToken: row.text(13),
            confirmationData: row.text(14), methodID: row.text(15), methodType: row.text(16),
            methodTitle: row.text(17), cardType: row.text(18), isMethodSaved: row.integer(19) == 1,
            createdAt: row.integer(20) ?? 0, providerCreatedAt: row.integer(21), expiresAt: row.integer(22),
            capturedAt: row.integer(23), captureAmount: row.integer(24), captured: row.integer(25) ?? 0,
            uncaptured: row.integer(26) ?? 0, reserved: row.integer(27) ?? 0, refunded: row.integer(28) ?? 0,
            cancelledBy: row.text(29), cancelParty: row.text(30), cancelReason: row.text(31), refusal: refusal,
            receiptStatus: row.text(36), looks: row.integer(37) ?? 0, dueAt: row.integer(38), note: row.text(39))
    }

    private static func find(where condition: String, _ value: SQLValue, in sql: any SQLSession) throws -> Self? {
        try sql.first("SELECT \(columns) FROM yookassa_payments WHERE \(condition) = $1", [value], read)
    }

    static func find(_ id: String, in sql: any SQLSession) throws -> Self? {
        try find(where: "id", .text(id), in: sql)
    }

    static func find(providerID: String, in sql: any SQLSession) throws -> Self? {
        try find(where: "provider_id", .text(providerID), in: sql)
    }

    static func find(transactionID: Int64, in sql: any SQLSession) throws -> Self? {
        try find(where: "transaction_id", .integer(transactionID), in: sql)
    }

    /// The payment of a caller's key, and what was asked then.
    static func find(callerKey: String, in sql: any SQLSession) throws -> (payment: Self, request: String)? {
        try sql.first(
            "SELECT \(columns), request FROM yookassa_payments WHERE caller_key = $1", [.text(callerKey)]
        ) { (read($0), $0.text(40) ?? "") }
    }

    /// Those that are due, the oldest first.
    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [Self] {
        try sql.all(
            """
            SELECT \(columns) FROM yookassa_payments WHERE due_at IS NOT NULL AND due_at <= $1
            ORDER BY due_at, id LIMIT $2
            """, [.integer(now), .integer(limit)], read)
    }

    /// When the next one is due, milliseconds since 1970; nil: none waits.
    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM yookassa_payments WHERE due_at IS NOT NULL", []) { $0.integer(0) }
            ?? nil
    }

    /// - Returns: false if the caller's key is taken.
    func insert(callerKey: String?, request: String, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO yookassa_payments (
                id, transaction_id, kind, user_id, description, metadata, step, attempt_key, wants_capture, is_test,
                method_id, method_saved, created_at, captured, uncaptured, reserved, refunded, looks, due_at,
                caller_key, request)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, 0, 0, 0, 0, 0, $13, $14, $15)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(id), .integer(transactionID), .text(kind.rawValue), .optional(userID), .optional(description),
                .text(metadata), .text(step.rawValue), .text(attemptKey), .integer(wantsCapture ? 1 : 0),
                .integer(isTest ? 1 : 0), .optional(methodID), .integer(createdAt), .optional(dueAt),
                .optional(callerKey), .text(request),
            ]) == 1
    }

    /// Takes the step that is due, so that nobody else does.
    ///
    /// - Returns: false if somebody else was faster.
    func claim(at now: Int64, in sql: any SQLSession) throws -> Bool {
        guard let dueAt else { return false }
        return try sql.execute(
            "UPDATE yookassa_payments SET due_at = $1 WHERE id = $2 AND due_at = $3",
            [.integer(now + YooKassaContext.leaseMilliseconds), .text(id), .integer(dueAt)]) == 1
    }

    /// When to look again. Does nothing to one that nobody asks about any more.
    static func schedule(
        _ id: String, at dueAt: Int64, step: Step? = nil, note: String?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE yookassa_payments SET due_at = $1, looks = looks + 1, note = coalesce($2, note),
                step = coalesce($3, step)
            WHERE id = $4 AND due_at IS NOT NULL
            """, [.integer(dueAt), .optional(note), .optional(step?.rawValue), .text(id)])
    }

    /// It is to be looked at now, unless it was a moment ago: a page that asks every second asks YooKassa seldom. A hold
    /// that YooKassa does not let go is not tried sooner.
    static func hasten(_ id: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_payments SET due_at = $1, looks = 0, hastened_at = $2
            WHERE id = $3 AND step <> 'cancelling' AND due_at IS NOT NULL
            AND (hastened_at IS NULL OR hastened_at <= $4 OR hastened_at > $5)
            """,
            [.integer(now), .integer(now), .text(id), .integer(now - hastePause), .integer(now)])
    }

    /// Milliseconds.
    static let hastePause: Int64 = 5_000

    /// One step to another, if it still stands so.
    ///
    /// - Returns: false if it does not.
    static func move(
        _ id: String, from: Step, to: Step, attempt: String, dueAt: Int64, in sql: any SQLSession
    ) throws -> Bool {
        try sql.execute(
            """
            UPDATE yookassa_payments SET step = $1, attempt_key = $2, due_at = $3, looks = 0, note = NULL,
                refused_status = NULL, refused_code = NULL, refused_detail = NULL, refused_parameter = NULL
            WHERE id = $4 AND step = $5
            """, [.text(to.rawValue), .text(attempt), .integer(dueAt), .text(id), .text(from.rawValue)]) == 1
    }

    /// Writes down that it is to be called off, so that it is whatever happens next; one that is being let go is not let
    /// go sooner by that.
    static func wishCancelled(_ id: String, by actor: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_payments SET cancelled_by = coalesce(cancelled_by, $1),
                due_at = CASE WHEN step = 'cancelling' THEN due_at ELSE $2 END, looks = 0
            WHERE id = $3 AND due_at IS NOT NULL
            """, [.text(actor), .integer(now), .text(id)])
    }

    /// Nobody asks any more.
    static func end(
        _ id: String, _ step: Step, refusal: YooKassaError.Refusal? = nil, note: String?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE yookassa_payments SET step = $1, due_at = NULL, refused_status = $2, refused_code = $3,
                refused_detail = $4, refused_parameter = $5, note = $6
            WHERE id = $7
            """,
            [
                .text(step.rawValue), .optional(refusal.map { Int64($0.status) }), .optional(refusal?.code),
                .optional(refusal?.detail), .optional(refusal?.parameter), .optional(note), .text(id),
            ])
    }

    /// A capture that YooKassa does not take, of money that is still held.
    static func keepRefusal(_ id: String, _ refusal: YooKassaError.Refusal, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_payments SET refused_status = $1, refused_code = $2, refused_detail = $3,
                refused_parameter = $4, note = $5
            WHERE id = $6 AND step = 'authorized'
            """,
            [
                .integer(Int64(refusal.status)), .text(refusal.code), .text(refusal.detail),
                .optional(refusal.parameter), .text(YooKassaError.refused(refusal).description), .text(id),
            ])
    }

    /// What YooKassa says of it. Somebody who had it looked at now, and was not yet heeded, still is: what is taken here
    /// may have been said before.
    func adopt(_ known: YooKassaPayment, step: Step, dueAt: Int64?, looks: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_payments SET provider_id = $1, step = $2,
                due_at = CASE WHEN $3 IS NOT NULL AND due_at = hastened_at THEN due_at ELSE $3 END,
                looks = $4, note = NULL, confirmation_type = coalesce($5, confirmation_type), confirmation_url = $6, confirmation_token = $7,
                confirmation_data = $8, method_id = coalesce($9, method_id), method_type = coalesce($10, method_type),
                method_title = coalesce($11, method_title), card_type = coalesce($12, card_type), method_saved = $13,
                provider_created_at = coalesce($14, provider_created_at), expires_at = coalesce($15, expires_at),
                captured_at = coalesce($16, captured_at), cancel_party = coalesce($17, cancel_party),
                cancel_reason = coalesce($18, cancel_reason), receipt_status = coalesce($19, receipt_status)
            WHERE id = $20
            """,
            [
                .text(known.id), .text(step.rawValue), .optional(dueAt), .integer(looks),
                .optional(known.confirmation?.type), .optional(known.confirmation?.url),
                .optional(known.confirmation?.token), .optional(known.confirmation?.data),
                .optional(known.method?.id), .optional(known.method?.type), .optional(known.method?.title),
                .optional(known.method?.cardType), .integer(known.method?.isChargeable == true ? 1 : 0),
                .optional(known.createdAt), .optional(known.expiresAt), .optional(known.capturedAt),
                .optional(known.cancellation?.party), .optional(known.cancellation?.reason),
                .optional(known.receiptRegistration?.text), .text(id),
            ])
    }

    /// What was taken, once.
    static func take(_ id: String, _ amount: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_payments SET captured = $1 WHERE id = $2 AND captured = 0",
            [.integer(amount), .text(id)])
    }
}

extension YooKassaStoredPayment {
    /// Somebody looked into it: YooKassa is asked once more.
    static func reopen(_ id: String, _ step: Step, dueAt: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_payments SET step = $1, due_at = $2, looks = 0, note = NULL WHERE id = $3",
            [.text(step.rawValue), .integer(dueAt), .text(id)])
    }

    /// Nobody asks any more, as long as nothing is heard.
    static func rest(_ id: String, in sql: any SQLSession) throws {
        try sql.execute("UPDATE yookassa_payments SET due_at = NULL WHERE id = $1", [.text(id)])
    }
}
