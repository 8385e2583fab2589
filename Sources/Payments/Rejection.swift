/// Why the service refuses a command. A gateway maps each to its own code.
public enum Rejection: Error, Sendable, Hashable {
    /// No such order. `field`: which part of the account is at fault; nil: the gateway's main one.
    case orderNotFound(field: String? = nil)
    /// A one-time order that is paid already.
    case orderPaid
    /// Withdrawn by the merchant.
    case orderNotPayable
    /// Another live transaction holds the order.
    case orderBusy
    /// Not what the order asks for, or outside its limits.
    case wrongAmount
    /// No transaction is stored under that key.
    case transactionNotFound
    /// The transaction stands so, and that does not allow it. ``TransactionState/created``: the id is that of another
    /// payment that waits.
    case invalidState(TransactionState)
    /// The deadline has passed.
    case expired
    /// The goods cannot be taken back.
    case refundRefused(Refusal = Refusal())
    /// The shop's own answer to a question.
    case refused(Refusal)
}

/// The shop's own no, in its own words.
public struct Refusal: Sendable, Hashable {
    /// What the payer reads; nil: the gateway's standard text.
    public var message: Message?
    /// Which part of the account is at fault; nil: the gateway's main one.
    public var field: String?

    /// - Parameters:
    ///   - message: what the payer reads; nil: the gateway's standard text.
    ///   - field: the field of the account at fault; nil: the gateway's main one.
    public init(message: Message? = nil, field: String? = nil) {
        self.message = message
        self.field = field
    }

    /// One text in the three languages of payers in Uzbekistan.
    public struct Message: Sendable, Hashable {
        /// Russian.
        public var ru: String
        /// Uzbek, in the Latin script.
        public var uz: String
        /// English.
        public var en: String

        /// All three are sent; the gateway shows the payer's own. Nothing internal belongs into them.
        public init(ru: String, uz: String, en: String) {
            self.ru = ru
            self.uz = uz
            self.en = en
        }
    }
}
