import StrictJSON

/// A JSON number as it was written, exactly: `digits` ÷ 10^`decimals`.
///
/// No binary fraction holds 0.1, and what is counted here is compared to the tiyin.
struct ExactNumber {
    /// Below 10^18 in size.
    private let digits: Int64
    /// 0 to 18.
    private let decimals: Int

    /// Nil for what is no number, and for one with more than 18 digits before or after the point, or in all.
    init?(_ value: JSONValue) {
        switch value {
        case .integer(let number):
            guard number.magnitude < Self.limit else { return nil }
            self.init(digits: number, decimals: 0)
        case .number(let text): self.init(text: text)
        default: return nil
        }
    }

    private init(digits: Int64, decimals: Int) {
        self.digits = digits
        self.decimals = decimals
    }

    /// Nil for one with a fraction.
    var whole: Int64? { decimals == 0 ? digits : nil }

    var isAboveZero: Bool { digits > 0 }

    /// From 0 to 100.
    var isPercentage: Bool { digits >= 0 && Int128(digits) <= 100 * Self.power(decimals) }

    /// The product without its fraction, and whether it had none.
    func times(_ factor: Int64) -> (Int128, isExact: Bool) {
        // 63 and 60 bits: it fits.
        let (whole, rest) = (Int128(factor) * Int128(digits)).quotientAndRemainder(dividingBy: Self.power(decimals))
        return (whole, rest == 0)
    }

    private static let limit: UInt64 = 1_000_000_000_000_000_000

    private static func power(_ exponent: Int) -> Int128 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    /// - Parameter text: a number by JSON's grammar: `-12.50e+3`.
    private init?(text: String) {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative { rest.removeFirst() }
        let halves = rest.split(maxSplits: 1) { $0 == "e" || $0 == "E" }
        let parts = (halves.first ?? "").split(separator: ".", maxSplits: 1)
        let fraction = parts.count == 2 ? parts[1] : ""
        var written = (parts.first ?? "") + fraction
        // Zeros at either end say nothing: 1.50 is 1.5, and 0.05 has one digit.
        var exponent = 0
        while written.last == "0" {
            written.removeLast()
            exponent += 1
        }
        written = written.drop { $0 == "0" }
        guard !written.isEmpty else {
            self.init(digits: 0, decimals: 0)
            return
        }
        // An exponent that is no Int is far beyond the limit, either way.
        guard let tens = halves.count == 2 ? Int(halves[1]) : 0, (-1_000_000...1_000_000).contains(tens),
            written.utf8.count <= 18, let number = Int64(written)
        else { return nil }
        exponent += tens - fraction.utf8.count
        guard exponent >= -18, exponent <= 18 - written.utf8.count else { return nil }
        let size = exponent > 0 ? Int128(number) * Self.power(exponent) : Int128(number)
        self.init(digits: Int64(isNegative ? -size : size), decimals: max(0, -exponent))
    }
}

extension JSONValue {
    /// The same with `5.0` and `5e0` written as `5`.
    var withPlainIntegers: JSONValue {
        switch self {
        case .number: ExactNumber(self)?.whole.map { .integer($0) } ?? self
        case .array(let items): .array(items.map(\.withPlainIntegers))
        case .object(let object):
            .object(object.reduce(into: JSONObject()) { $0[$1.key] = $1.value.withPlainIntegers })
        default: self
        }
    }
}
