public import Payments
import StrictJSON

/// An amount as YooKassa writes it: text with a dot, and a currency.
///
/// Source: yookassa.md 4
public struct YooKassaAmount: Sendable, Hashable {
    /// As it came: `100.00`.
    public let value: String
    /// Three letters, as they came.
    public let currency: String

    /// - Parameters:
    ///   - value: decimal text.
    ///   - currency: three letters.
    public init(value: String, currency: String) {
        self.value = value
        self.currency = currency
    }

    /// The amount with all decimals of its currency.
    public init(_ money: Money) {
        self.init(value: money.decimal, currency: money.currency.code)
    }

    /// Exactly; nil if the currency is none of ours, the text is no amount, or it has more digits than the currency:
    /// nothing is rounded.
    public var money: Money? {
        Currency(code: currency).flatMap { Money(decimal: value, currency: $0) }
    }

    init?(_ json: JSONValue?) {
        guard let value = json?["value"]?.stringValue, let currency = json?["currency"]?.stringValue else { return nil }
        self.init(value: value, currency: currency)
    }

    var json: JSONValue { ["value": .string(value), "currency": .string(currency)] }
}
