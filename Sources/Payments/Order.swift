/// What is owed.
public struct Order: Sendable, Hashable {
    /// How an order may be paid.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Paid once, with the exact amount: a shop's order.
        case oneTime = "one_time"
        /// An account that is topped up any number of times, within limits: a phone balance.
        case cumulative
    }

    /// The merchant's own id, 1 to 64 characters.
    public var id: String
    public var kind: Kind
    /// One-time: the exact amount. Cumulative: nil.
    public var amount: Money?
    public var currency: Currency
    /// Cumulative: the least and the most that one payment may be, minor units. Nil: no such limit.
    public var minimum: Int64?
    public var maximum: Int64?
    public var description: String?
    /// What the fiscal receipt lists, as JSON text in the form of Payme's `detail` object.
    ///
    /// Source: payme.md 3.1.
    public var fiscal: String?
    /// When the merchant withdrew the order, milliseconds since 1970; nil while it stands.
    public var cancelledAt: Int64?
    /// Milliseconds since 1970.
    public var createdAt: Int64

    public static func oneTime(
        id: String, amount: Money, description: String? = nil, fiscal: String? = nil, createdAt: Int64 = 0
    ) -> Order {
        Order(
            id: id, kind: .oneTime, amount: amount, currency: amount.currency, description: description,
            fiscal: fiscal, createdAt: createdAt)
    }

    public static func cumulative(
        id: String, currency: Currency, minimum: Int64? = nil, maximum: Int64? = nil, description: String? = nil,
        createdAt: Int64 = 0
    ) -> Order {
        Order(
            id: id, kind: .cumulative, amount: nil, currency: currency, minimum: minimum, maximum: maximum,
            description: description, createdAt: createdAt)
    }

    public init(
        id: String, kind: Kind, amount: Money?, currency: Currency, minimum: Int64? = nil, maximum: Int64? = nil,
        description: String? = nil, fiscal: String? = nil, cancelledAt: Int64? = nil, createdAt: Int64
    ) {
        self.id = id
        self.kind = kind
        self.amount = amount
        self.currency = currency
        self.minimum = minimum
        self.maximum = maximum
        self.description = description
        self.fiscal = fiscal
        self.cancelledAt = cancelledAt
        self.createdAt = createdAt
    }

    /// Whether one payment of that many minor units is what this order asks for.
    public func takes(_ payment: Money) -> Bool {
        guard payment.minor > 0, payment.currency == currency else { return false }
        switch kind {
        case .oneTime:
            return payment == amount
        case .cumulative:
            return payment.minor >= (minimum ?? 1) && payment.minor <= (maximum ?? .max)
        }
    }
}

/// How an order stands, derived from its transactions and never stored.
public enum OrderStatus: String, Sendable, Hashable, CaseIterable {
    /// Nothing paid yet, nobody is paying.
    case pending
    /// A live attempt holds the order.
    case reserved
    case paid
    /// It was paid, the money went back, and it can be paid again.
    case refunded
    /// The merchant withdrew it.
    case cancelled
}
