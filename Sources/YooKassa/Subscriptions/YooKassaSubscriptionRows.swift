import Payments

/// Subscriptions, their periods and their charges, as rows.
enum YooKassaSubscriptionRows {
    /// A payment came to its end: whoever waits for it looks now.
    static func wake(_ paymentID: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_subscriptions SET due_at = $1 WHERE first_payment_id = $2 AND state = 'pending'",
            [.integer(now), .text(paymentID)])
        try sql.execute(
            "UPDATE yookassa_subscriptions SET due_at = $1 WHERE renewal_payment_id = $2",
            [.integer(now), .text(paymentID)])
        try sql.execute(
            """
            UPDATE yookassa_subscriptions SET due_at = $1
            WHERE id IN (SELECT subscription_id FROM yookassa_charges WHERE payment_id = $2)
            """, [.integer(now), .text(paymentID)])
    }

    static func find(_ id: String, in sql: any SQLSession) throws -> YooKassaSubscription? {
        try sql.first(
            "SELECT \(YooKassaSubscription.columns) FROM yookassa_subscriptions WHERE id = $1", [.text(id)],
            YooKassaSubscription.read)
    }

    /// The subscription of a caller's key, and what was asked then.
    static func find(
        callerKey: String, in sql: any SQLSession
    ) throws -> (subscription: YooKassaSubscription, request: String)? {
        try sql.first(
            "SELECT \(YooKassaSubscription.columns), request FROM yookassa_subscriptions WHERE caller_key = $1",
            [.text(callerKey)]
        ) { (YooKassaSubscription.read($0), $0.text(27) ?? "") }
    }

    static func all(ofUser id: String, in sql: any SQLSession) throws -> [YooKassaSubscription] {
        try sql.all(
            """
            SELECT \(YooKassaSubscription.columns) FROM yookassa_subscriptions WHERE user_id = $1
            ORDER BY created_at, id
            """, [.text(id)], YooKassaSubscription.read)
    }

    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [YooKassaSubscription] {
        try sql.all(
            """
            SELECT \(YooKassaSubscription.columns) FROM yookassa_subscriptions
            WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2
            """, [.integer(now), .integer(limit)], YooKassaSubscription.read)
    }

    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM yookassa_subscriptions WHERE due_at IS NOT NULL", []) {
            $0.integer(0)
        } ?? nil
    }

    /// - Returns: false if the caller's key is taken.
    static func insert(
        _ new: YooKassaSubscription, callerKey: String?, request: String, in sql: any SQLSession
    ) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO yookassa_subscriptions (
                id, user_id, amount, currency, description, receipt, unit, every, zone, consent, consented_at, state,
                first_payment_id, period, created_at, due_at, caller_key, request, card_key)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(new.id), .text(new.userID), .integer(new.amount.minor), .text(new.amount.currency.code),
                .optional(new.description), .optional(new.receipt), .text(new.unit.rawValue), .integer(new.every),
                .text(new.zone), .text(new.consent), .integer(new.consentedAt), .text(new.state.rawValue),
                .optional(new.firstPaymentID), .integer(new.period), .integer(new.createdAt), .optional(new.dueAt),
                .optional(callerKey), .text(request), .optional(new.cardKey),
            ]) == 1
    }

    /// What YooKassa says of the card with which it is to begin.
    static func setCard(_ id: String, _ cardID: String, url: String?, dueAt: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_subscriptions SET card_id = $1, card_url = $2, due_at = $3
            WHERE id = $4 AND state = 'pending'
            """, [.text(cardID), .optional(url), .integer(dueAt), .text(id)])
    }

    /// Somebody waits for the card with which it is to begin: it is looked at now, unless it was a moment ago.
    ///
    /// - Returns: whether it will be.
    static func hasten(_ id: String, at now: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            UPDATE yookassa_subscriptions SET due_at = $1, hastened_at = $2
            WHERE id = $3 AND state = 'pending' AND card_id IS NOT NULL AND due_at IS NOT NULL
            AND (hastened_at IS NULL OR hastened_at <= $4 OR hastened_at > $5)
            """,
            [
                .integer(now), .integer(now), .text(id), .integer(now - YooKassaStoredPayment.hastePause),
                .integer(now),
            ]) == 1
    }

    /// YooKassa tells that a card was saved: whoever waits for it looks now.
    static func wake(card: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_subscriptions SET due_at = $1 WHERE card_id = $2 AND state = 'pending'",
            [.integer(now), .text(card)])
    }

    /// - Returns: false if somebody else was faster.
    static func claim(_ subscription: YooKassaSubscription, at now: Int64, in sql: any SQLSession) throws -> Bool {
        guard let dueAt = subscription.dueAt else { return false }
        return try sql.execute(
            "UPDATE yookassa_subscriptions SET due_at = $1 WHERE id = $2 AND due_at = $3",
            [.integer(now + YooKassaContext.leaseMilliseconds), .text(subscription.id), .integer(dueAt)]) == 1
    }

    /// The new state, if it still stands as it was read.
    ///
    /// - Throws: ``Overtaken`` if it does not.
    static func update(
        _ next: YooKassaSubscription, from old: YooKassaSubscription, in sql: any SQLSession
    ) throws {
        let count = try sql.execute(
            """
            UPDATE yookassa_subscriptions SET state = $1, method_id = $2, method_title = $3, card_type = $4,
                anchor_at = $5, period = $6, next_at = $7, ended_by = $8, ended_at = $9, due_at = $10,
                renewal_payment_id = $11
            WHERE id = $12 AND state = $13 AND period = $14 AND coalesce(renewal_payment_id, '') = $15
            """,
            [
                .text(next.state.rawValue), .optional(next.methodID), .optional(next.methodTitle),
                .optional(next.cardType), .optional(next.anchorAt), .integer(next.period), .optional(next.nextAt),
                .optional(next.endedBy), .optional(next.endedAt), .optional(next.dueAt),
                .optional(next.renewalPaymentID), .text(next.id), .text(old.state.rawValue), .integer(old.period),
                .text(old.renewalPaymentID ?? ""),
            ])
        guard count == 1 else { throw Overtaken() }
    }

    static func schedule(_ id: String, at dueAt: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_subscriptions SET due_at = $1 WHERE id = $2 AND due_at IS NOT NULL",
            [.integer(dueAt), .text(id)])
    }
}

/// One period of a subscription, paid by an order of its own.
struct YooKassaPeriod: Sendable, Hashable {
    enum State: String, Sendable {
        case open, charging, paid, failed, skipped
    }

    var subscriptionID: String
    var number: Int64
    var orderID: String
    var scheduledAt: Int64
    var state: State
    /// How many charges were begun: the next one's number is one more.
    var charges: Int64
    /// No charge is made before, milliseconds since 1970; nil: none was refused.
    var retryAt: Int64?
    /// Of the latest refusal.
    var lastClass: String?

    private static let columns =
        "subscription_id, period, order_id, scheduled_at, state, charges, retry_at, last_class"

    private static func read(_ row: any SQLRow) -> YooKassaPeriod {
        YooKassaPeriod(
            subscriptionID: row.text(0) ?? "", number: row.integer(1) ?? 0, orderID: row.text(2) ?? "",
            scheduledAt: row.integer(3) ?? 0, state: row.text(4).flatMap(State.init(rawValue:)) ?? .failed,
            charges: row.integer(5) ?? 0, retryAt: row.integer(6), lastClass: row.text(7))
    }

    static func find(_ subscriptionID: String, _ number: Int64, in sql: any SQLSession) throws -> YooKassaPeriod? {
        try sql.first(
            "SELECT \(columns) FROM yookassa_periods WHERE subscription_id = $1 AND period = $2",
            [.text(subscriptionID), .integer(number)], read)
    }

    static func find(orderID: String, in sql: any SQLSession) throws -> YooKassaPeriod? {
        try sql.first("SELECT \(columns) FROM yookassa_periods WHERE order_id = $1", [.text(orderID)], read)
    }

    func insert(in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO yookassa_periods (subscription_id, period, order_id, scheduled_at, state, charges)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
            """,
            [
                .text(subscriptionID), .integer(number), .text(orderID), .integer(scheduledAt), .text(state.rawValue),
                .integer(charges),
            ])
    }

    /// - Throws: ``Overtaken`` if it does not stand as it was read.
    func move(
        to next: State, charges count: Int64, lastClass: String? = nil, lastReason: String? = nil,
        retryAt: Int64? = nil, endedAt: Int64?, in sql: any SQLSession
    ) throws {
        let changed = try sql.execute(
            """
            UPDATE yookassa_periods SET state = $1, charges = $2, last_class = coalesce($3, last_class),
                last_reason = coalesce($4, last_reason), ended_at = $5, retry_at = $6
            WHERE subscription_id = $7 AND period = $8 AND state = $9 AND charges = $10
            """,
            [
                .text(next.rawValue), .integer(count), .optional(lastClass), .optional(lastReason),
                .optional(endedAt), .optional(retryAt), .text(subscriptionID), .integer(number), .text(state.rawValue),
                .integer(charges),
            ])
        guard changed == 1 else { throw Overtaken() }
    }

    /// The latest charge; nil: there is none.
    func latestCharge(in sql: any SQLSession) throws -> (paymentID: String, outcome: String?)? {
        try sql.first(
            """
            SELECT payment_id, outcome FROM yookassa_charges WHERE subscription_id = $1 AND period = $2
            ORDER BY attempt DESC LIMIT 1
            """, [.text(subscriptionID), .integer(number)]
        ) { ($0.text(0) ?? "", $0.text(1)) }
    }

    /// The payment of the latest charge; nil: there is none.
    func latestPayment(in sql: any SQLSession) throws -> String? { try latestCharge(in: sql)?.paymentID }

    /// How many charges of this period the payer's bank refused.
    func refusals(in sql: any SQLSession) throws -> Int64 {
        try sql.first(
            """
            SELECT count(*) FROM yookassa_charges WHERE subscription_id = $1 AND period = $2 AND outcome = 'refused'
            """, [.text(subscriptionID), .integer(number)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }

    func end(_ paymentID: String, _ outcome: String, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_charges SET outcome = $1 WHERE payment_id = $2 AND outcome IS NULL",
            [.text(outcome), .text(paymentID)])
    }

    /// Charges of a method that were refused since a moment.
    static func refusals(ofMethod id: String, since moment: Int64, in sql: any SQLSession) throws -> Int64 {
        try sql.first(
            "SELECT count(*) FROM yookassa_charges WHERE method_id = $1 AND charged_at > $2 AND outcome = 'refused'",
            [.text(id), .integer(moment)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }
}
