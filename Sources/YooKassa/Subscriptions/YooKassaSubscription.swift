public import Payments
import StrictJSON

/// Something that is paid again and again.
public struct YooKassaSubscription: Sendable, Hashable {
    /// What a period is counted in.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case day, week, month, year
    }

    /// How it stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// The first payment is waited for.
        case pending
        case active
        /// Nothing is charged until somebody resumes it.
        case paused
        /// A charge was refused, and is repeated.
        case pastDue = "past_due"
        /// It could not be charged, or could never be.
        case stopped
        /// Somebody called it off.
        case cancelled

        /// Whether nothing is ever charged again.
        public var isEnd: Bool { self == .stopped || self == .cancelled }
    }

    /// Our id. Nobody guesses it.
    public var id: String
    public var userID: String
    /// Of each period.
    public var amount: Money
    public var description: String?
    var receipt: String?
    public var unit: Unit
    public var every: Int64
    public var zone: String
    /// What the payer agreed to.
    public var consent: String
    /// Milliseconds since 1970, as are the others.
    public var consentedAt: Int64
    public var state: State
    /// The payment with which the method was saved.
    public var firstPaymentID: String?
    /// The payment with which the payer pays an unpaid period himself, and saves another method.
    public var renewalPaymentID: String?
    var methodID: String?
    /// For the payer's eyes.
    public var methodTitle: String?
    public var cardType: String?
    /// From when periods are counted.
    public var anchorAt: Int64?
    /// The period that is next, or under way; 0 is that of the first payment.
    public var period: Int64
    /// When that period is charged.
    public var nextAt: Int64?
    /// On whose word it ended, or why.
    public var endedBy: String?
    public var endedAt: Int64?
    public var createdAt: Int64
    var dueAt: Int64?
    /// Of the card with which it begins: the key of the call, YooKassa's id of the method, where the payer confirms it.
    var cardKey: String?
    var cardID: String?
    var cardURL: String?

    /// Where the payer confirms the card with which it begins; nil: with a payment, or that is over, or YooKassa has not
    /// answered.
    public var confirmationURL: String? { state == .pending ? cardURL : nil }

    /// Whether it began, or is to begin, with a card that is saved without a payment.
    public var startsWithCard: Bool { cardKey != nil }

    /// When a refused charge is repeated, or one that is under way looked at, milliseconds since 1970; nil: neither is.
    public var retryAt: Int64? { state == .pastDue ? dueAt : nil }

    /// For every payment; nil: none.
    var receiptValue: JSONValue? { receipt.flatMap { try? JSONValue(parsing: $0) } }

    /// Whether a method is there that can be charged.
    public var hasMethod: Bool { methodID != nil }

    static let columns = """
        id, user_id, amount, currency, description, receipt, unit, every, zone, consent, consented_at, state, \
        first_payment_id, method_id, method_title, card_type, anchor_at, period, next_at, ended_by, ended_at, \
        created_at, due_at, renewal_payment_id, card_key, card_id, card_url
        """

    static func read(_ row: any SQLRow) -> YooKassaSubscription {
        YooKassaSubscription(
            id: row.text(0) ?? "", userID: row.text(1) ?? "",
            amount: Money(
                minor: row.integer(2) ?? 0, currency: row.text(3).flatMap(Currency.init(code:)) ?? .rub),
            description: row.text(4), receipt: row.text(5), unit: row.text(6).flatMap(Unit.init(rawValue:)) ?? .month,
            every: row.integer(7) ?? 1, zone: row.text(8) ?? "", consent: row.text(9) ?? "",
            consentedAt: row.integer(10) ?? 0, state: row.text(11).flatMap(State.init(rawValue:)) ?? .stopped,
            firstPaymentID: row.text(12), renewalPaymentID: row.text(23), methodID: row.text(13),
            methodTitle: row.text(14), cardType: row.text(15),
            anchorAt: row.integer(16), period: row.integer(17) ?? 0, nextAt: row.integer(18), endedBy: row.text(19),
            endedAt: row.integer(20), createdAt: row.integer(21) ?? 0, dueAt: row.integer(22),
            cardKey: row.text(24), cardID: row.text(25), cardURL: row.text(26))
    }
}

/// What became of a subscription: told once each, at least.
public struct YooKassaSubscriptionEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The first payment came, and the method is saved.
        case activated
        /// The first payment came, and the method cannot be charged: there is no subscription. Tell the payer.
        case methodNotSaved = "method_not_saved"
        /// The first payment did not come.
        case notStarted = "not_started"
        /// It could not be charged, and is not tried again: send the payer a link to a new payment.
        case stopped
    }

    /// Grows; the same event always has the same.
    public var id: Int64
    public var kind: Kind
    public var subscription: YooKassaSubscription
    /// Which period it is about.
    public var period: Int64
    /// YooKassa's word, or ours.
    public var reason: String?
    /// Milliseconds since 1970.
    public var at: Int64
}
