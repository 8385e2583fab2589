/// An ISO 4217 currency, by its three-letter code and the number of digits after the decimal point.
public struct Currency: Sendable, Hashable, CustomStringConvertible {
    /// The ISO 4217 code, three capital letters.
    public let code: String
    /// How many decimal digits one major unit has: 2 for UZS (1 sum = 100 tiyin).
    public let minorDigits: Int

    /// Uzbek sum; its minor unit is the tiyin.
    public static let uzs = Currency(code: "UZS", minorDigits: 2)
    /// Brazilian real; its minor unit is the centavo.
    public static let brl = Currency(code: "BRL", minorDigits: 2)
    /// Russian rouble; its minor unit is the kopeck.
    public static let rub = Currency(code: "RUB", minorDigits: 2)
    /// Euro; its minor unit is the cent.
    public static let eur = Currency(code: "EUR", minorDigits: 2)
    /// US dollar; its minor unit is the cent.
    public static let usd = Currency(code: "USD", minorDigits: 2)

    /// Every currency that a gateway of this project takes.
    public static let known: [Currency] =
        [.uzs, .brl, .rub, .eur, .usd]
        // Shops may be paid in these too; all of them have two digits after the point. Source: ISO 4217.
        + ["KZT", "BYN", "UAH", "TRY", "INR", "MDL", "AZN", "AMD"].map { Currency(code: $0, minorDigits: 2) }

    private init(code: String, minorDigits: Int) {
        self.code = code
        self.minorDigits = minorDigits
    }

    /// The currency of that code; nil if no gateway of this project takes it.
    public init?(code: String) {
        guard let found = Self.known.first(where: { $0.code == code }) else { return nil }
        self = found
    }

    /// The code: `UZS`.
    public var description: String { code }
}

/// An amount in minor units (tiyin, centavos, kopecks). No floating point touches it.
public struct Money: Sendable, Hashable, CustomStringConvertible {
    /// Minor units: 500000 is 5000.00 UZS.
    public var minor: Int64
    /// What ``minor`` counts.
    public var currency: Currency

    /// - Parameter minor: minor units; any number, 0 and below included.
    public init(minor: Int64, currency: Currency) {
        self.minor = minor
        self.currency = currency
    }

    /// Reads a decimal text such as `5000.00`, `5000` or `0.29`, exactly.
    ///
    /// Nil for anything else: a sign, an exponent, spaces, more decimals than the currency has, or more than
    /// Int64 holds.
    public init?(decimal text: String, currency: Currency) {
        var value: Int64 = 0
        var decimals: Int?
        var digits = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let seen = decimals {
                    guard seen < currency.minorDigits else { return nil }
                    decimals = seen + 1
                }
                guard let next = Self.append(digit: byte, to: value) else { return nil }
                value = next
                digits += 1
            case UInt8(ascii: "."):
                guard decimals == nil, digits > 0 else { return nil }
                decimals = 0
            default:
                return nil
            }
        }
        guard digits > 0, decimals != 0 else { return nil }
        for _ in (decimals ?? 0)..<currency.minorDigits {
            guard let next = Self.append(digit: UInt8(ascii: "0"), to: value) else { return nil }
            value = next
        }
        self.init(minor: value, currency: currency)
    }

    private static func append(digit: UInt8, to value: Int64) -> Int64? {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow else { return nil }
        let (sum, overflow2) = product.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
        return overflow2 ? nil : sum
    }

    /// The amount as decimal text with all decimals of its currency: `5000.00`.
    public var decimal: String {
        guard currency.minorDigits > 0 else { return String(minor) }
        let digits = String(minor.magnitude)
        let padding = max(0, currency.minorDigits + 1 - digits.count)
        let padded = String(repeating: "0", count: padding) + digits
        let cut = padded.index(padded.endIndex, offsetBy: -currency.minorDigits)
        return (minor < 0 ? "-" : "") + padded[..<cut] + "." + padded[cut...]
    }

    /// The decimal text and the currency's code: `5000.00 UZS`.
    public var description: String { "\(decimal) \(currency.code)" }
}
