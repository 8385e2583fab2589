/// What is owed.
public struct Order: Sendable, Hashable {
    /// How an order may be paid.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Paid once, with the exact amount: a shop's order.
        case oneTime = "one_time"
        /// An account that is topped up any number of times, within limits: a phone balance.
        case cumulative
    }

    /// The merchant's own id. `POST /orders` takes 1 to 64 letters, digits and `+ - . / : _`; nothing here checks it.
    public var id: String
    /// Whether it is paid once or topped up.
    public var kind: Kind
    /// One-time: the exact amount. Cumulative: nil.
    public var amount: Money?
    /// What it is paid in. A payment in another currency is a wrong amount.
    public var currency: Currency
    /// Cumulative: the least that one payment may be, minor units; nil: anything above 0.
    public var minimum: Int64?
    /// Cumulative: the most that one payment may be, minor units; nil: no such limit.
    public var maximum: Int64?
    /// What the payer reads; nil: nothing.
    public var description: String?
    /// What the fiscal receipt lists, as JSON text in the form that the server takes for `fiscal`.
    public var fiscal: String?
    /// When the merchant withdrew the order, milliseconds since 1970; nil while it stands.
    public var cancelledAt: Int64?
    /// Milliseconds since 1970.
    public var createdAt: Int64

    /// An order that is paid once.
    ///
    /// - Parameters:
    ///   - amount: what is owed, to the minor unit.
    ///   - fiscal: JSON text, see ``fiscal``.
    ///   - createdAt: milliseconds since 1970.
    public static func oneTime(
        id: String, amount: Money, description: String? = nil, fiscal: String? = nil, createdAt: Int64 = 0
    ) -> Order {
        Order(
            id: id, kind: .oneTime, amount: amount, currency: amount.currency, description: description,
            fiscal: fiscal, createdAt: createdAt)
    }

    /// An account that is topped up.
    ///
    /// - Parameters:
    ///   - minimum: the least of one payment, minor units; nil: anything above 0.
    ///   - maximum: the most of one payment, minor units; nil: no limit.
    ///   - createdAt: milliseconds since 1970.
    public static func cumulative(
        id: String, currency: Currency, minimum: Int64? = nil, maximum: Int64? = nil, description: String? = nil,
        createdAt: Int64 = 0
    ) -> Order {
        Order(
            id: id, kind: .cumulative, amount: nil, currency: currency, minimum: minimum, maximum: maximum,
            description: description, createdAt: createdAt)
    }

    /// An order as a row of the `orders` table has it. Nothing is checked here.
    ///
    /// - Parameters:
    ///   - amount: needed for ``Kind/oneTime``, nil for ``Kind/cumulative``.
    ///   - cancelledAt: milliseconds since 1970; nil: it stands.
    ///   - createdAt: milliseconds since 1970.
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
    /// Nobody is paying, and nothing was paid. A cumulative order stands so until it is withdrawn, whatever was paid
    /// into it.
    case pending
    /// One-time only: a transaction that waits holds the order.
    case reserved
    /// One-time only: a performed transaction holds the order.
    case paid
    /// One-time only: it was paid, the money went back, and it can be paid again.
    case refunded
    /// The merchant withdrew it.
    case cancelled
}
