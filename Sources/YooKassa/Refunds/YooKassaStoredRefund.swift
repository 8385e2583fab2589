import Payments

/// Money that is to go back, from the request to YooKassa's last word.
public struct YooKassaStoredRefund: Sendable, Hashable {
    /// Who wanted it.
    public enum Origin: String, Sendable, Hashable {
        case merchant
        /// Money that was nobody's.
        case policy
        /// Somebody in YooKassa's cabinet.
        case cabinet
    }

    /// How it stands.
    public enum State: String, Sendable, Hashable {
        /// YooKassa has not been asked, or is asked once more later.
        case waiting
        /// YooKassa may have been asked, and what it did is not known.
        case asked
        /// YooKassa is at it.
        case pending
        /// The money is on its way.
        case succeeded
        /// YooKassa will not, or cannot: somebody has to look.
        case refused
        /// Nothing was known for so long that the key is too old: somebody has to look.
        case unresolved

        /// Whether nothing more comes of it.
        public var isEnd: Bool { self == .succeeded || self == .refused }
    }

    /// Why money goes back by itself.
    enum Stray: String, Sendable {
        case late, duplicate, cancelled
    }

    /// Our id.
    public var id: String
    /// The payment's id here.
    public var paymentID: String
    /// YooKassa's; nil: it has not answered.
    public var providerID: String?
    /// Minor units.
    public var amount: Int64
    public var origin: Origin
    /// On whose word.
    public var actor: String
    public var description: String?
    var receipt: String?
    public var state: State
    var attemptKey: String?
    /// How often YooKassa cancelled it and it was asked for once more.
    var tries: Int64
    public var cancelParty: String?
    /// YooKassa's word.
    public var cancelReason: String?
    /// YooKassa's word for the fiscal receipt.
    public var receiptStatus: String?
    /// Milliseconds since 1970, as is the other.
    public var requestedAt: Int64
    public var settledAt: Int64?
    var looks: Int64
    var dueAt: Int64?
    /// One clause for whoever looks.
    public var note: String?

    static let columns = """
        id, payment_id, provider_id, amount, origin, actor, description, receipt, state, attempt_key, tries, \
        cancel_party, cancel_reason, receipt_status, requested_at, settled_at, looks, due_at, note
        """

    static func read(_ row: any SQLRow) -> YooKassaStoredRefund {
        YooKassaStoredRefund(
            id: row.text(0) ?? "", paymentID: row.text(1) ?? "", providerID: row.text(2), amount: row.integer(3) ?? 0,
            origin: row.text(4).flatMap(Origin.init(rawValue:)) ?? .cabinet, actor: row.text(5) ?? "",
            description: row.text(6), receipt: row.text(7),
            state: row.text(8).flatMap(State.init(rawValue:)) ?? .unresolved, attemptKey: row.text(9),
            tries: row.integer(10) ?? 0, cancelParty: row.text(11), cancelReason: row.text(12),
            receiptStatus: row.text(13), requestedAt: row.integer(14) ?? 0, settledAt: row.integer(15),
            looks: row.integer(16) ?? 0, dueAt: row.integer(17), note: row.text(18))
    }

    static func find(_ id: String, in sql: any SQLSession) throws -> YooKassaStoredRefund? {
        try sql.first("SELECT \(columns) FROM yookassa_refunds WHERE id = $1", [.text(id)], read)
    }

    static func find(providerID: String, in sql: any SQLSession) throws -> YooKassaStoredRefund? {
        try sql.first("SELECT \(columns) FROM yookassa_refunds WHERE provider_id = $1", [.text(providerID)], read)
    }

    /// The oldest first.
    static func all(ofPayment id: String, in sql: any SQLSession) throws -> [YooKassaStoredRefund] {
        try sql.all(
            "SELECT \(columns) FROM yookassa_refunds WHERE payment_id = $1 ORDER BY requested_at, id", [.text(id)],
            read)
    }

    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [YooKassaStoredRefund] {
        try sql.all(
            """
            SELECT \(columns) FROM yookassa_refunds WHERE due_at IS NOT NULL AND due_at <= $1
            ORDER BY due_at, id LIMIT $2
            """, [.integer(now), .integer(limit)], read)
    }

    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM yookassa_refunds WHERE due_at IS NOT NULL", []) { $0.integer(0) } ?? nil
    }

    func insert(in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO yookassa_refunds (
                id, payment_id, provider_id, amount, origin, actor, description, receipt, state, attempt_key, tries,
                requested_at, settled_at, looks, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14)
            """,
            [
                .text(id), .text(paymentID), .optional(providerID), .integer(amount), .text(origin.rawValue),
                .text(actor), .optional(description), .optional(receipt), .text(state.rawValue),
                .optional(attemptKey), .integer(tries), .integer(requestedAt), .optional(settledAt),
                .optional(dueAt),
            ])
    }

    /// Writes the intent down with its key and its bytes, and takes the money from what is left of the payment.
    ///
    /// - Throws: what the engine reports if there is not that much left: the database keeps the sum.
    static func reserve(
        _ amount: Money, of payment: YooKassaStoredPayment, providerID: String, _ origin: Origin, actor: String,
        description: String? = nil, receipt: String? = nil, at now: Int64, in sql: any SQLSession
    ) throws -> YooKassaStoredRefund {
        let id = YooKassaID.make()
        let attempt = YooKassaAttempt(
            .refund, id,
            body: YooKassaBody.refund(amount, of: providerID, description: description, receipt: receipt))
        let refund = YooKassaStoredRefund(
            id: id, paymentID: payment.id, amount: amount.minor, origin: origin, actor: actor,
            description: description, receipt: receipt, state: .waiting, attemptKey: attempt.key, tries: 0,
            requestedAt: now, looks: 0, dueAt: now)
        try attempt.insert(at: now, in: sql)
        try refund.insert(in: sql)
        try sql.execute(
            "UPDATE yookassa_payments SET reserved = reserved + $1 WHERE id = $2",
            [.integer(amount.minor), .text(payment.id)])
        return refund
    }

    /// All of a payment that is nobody's.
    static func late(
        _ payment: YooKassaStoredPayment, _ stray: Stray, _ captured: Int64, at now: Int64, in sql: any SQLSession
    ) throws {
        let currency = try sql.first(
            "SELECT currency FROM transactions WHERE id = $1", [.integer(payment.transactionID)]
        ) { $0.text(0).flatMap(Currency.init(code:)) }
        guard let current = try YooKassaStoredPayment.find(payment.id, in: sql), let providerID = current.providerID,
            let currency = currency ?? nil
        else { return }
        let refund = try reserve(
            Money(minor: captured, currency: currency), of: current, providerID: providerID, .policy,
            actor: payment.cancelledBy ?? YooKassaGateway.name, at: now, in: sql)
        try sql.execute(
            """
            INSERT INTO yookassa_late_payments (payment_id, kind, amount, refund_id, found_at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            [.text(payment.id), .text(stray.rawValue), .integer(captured), .text(refund.id), .integer(now)])
    }

    /// - Returns: false if somebody else was faster.
    func claim(at now: Int64, in sql: any SQLSession) throws -> Bool {
        guard let dueAt else { return false }
        return try sql.execute(
            "UPDATE yookassa_refunds SET due_at = $1 WHERE id = $2 AND due_at = $3",
            [.integer(now + YooKassaContext.leaseMilliseconds), .text(id), .integer(dueAt)]) == 1
    }

    /// Does nothing to one that has come to its end.
    static func schedule(
        _ id: String, at dueAt: Int64, state: State? = nil, note: String?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE yookassa_refunds SET due_at = $1, looks = looks + 1, note = coalesce($2, note),
                state = coalesce($3, state)
            WHERE id = $4 AND due_at IS NOT NULL
            """, [.integer(dueAt), .optional(note), .optional(state?.rawValue), .text(id)])
    }

    static func beginAsking(_ id: String, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_refunds SET state = 'asked' WHERE id = $1 AND state = 'waiting'", [.text(id)])
    }

    /// The new state, if the row still is what was read.
    ///
    /// - Returns: false if it is not.
    func update(from old: YooKassaStoredRefund, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            UPDATE yookassa_refunds SET state = $1, provider_id = $2, attempt_key = $3, tries = $4,
                cancel_party = $5, cancel_reason = $6, receipt_status = $7, settled_at = $8, looks = $9, due_at = $10,
                note = $11
            WHERE id = $12 AND state = $13 AND tries = $14
            """,
            [
                .text(state.rawValue), .optional(providerID), .optional(attemptKey), .integer(tries),
                .optional(cancelParty), .optional(cancelReason), .optional(receiptStatus), .optional(settledAt),
                .integer(looks), .optional(dueAt), .optional(note), .text(id), .text(old.state.rawValue),
                .integer(old.tries),
            ]) == 1
    }

    /// YooKassa's id of one that was settled by hand.
    ///
    /// - Returns: false if it has one.
    static func name(_ id: String, _ providerID: String, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            "UPDATE yookassa_refunds SET provider_id = $1 WHERE id = $2 AND provider_id IS NULL",
            [.text(providerID), .text(id)]) == 1
    }

    /// What was reserved is back with the payment, or with the payer.
    static func settle(_ amount: Int64, refunded: Int64, of paymentID: String, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_payments SET reserved = reserved - $1, refunded = refunded + $2 WHERE id = $3",
            [.integer(amount), .integer(refunded), .text(paymentID)])
    }
}
