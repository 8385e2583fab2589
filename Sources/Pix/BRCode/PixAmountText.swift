import Payments

/// Field 54: decimal text to centavos and back, without floating point.
///
/// Source: pix.md 1.2
enum PixAmountText {
    /// 9999999999.99, in centavos.
    static let largest: Int64 = 999_999_999_999

    /// Centavos of `10.50`, and of the looser `1`, `1.`, `.10` and `10.0` that the manual lets others write.
    ///
    /// Nil for everything else: a comma, a sign, a third decimal, more than 13 characters or than ``largest``.
    static func centavos(_ scalars: [Unicode.Scalar]) -> Int64? {
        guard (1...13).contains(scalars.count) else { return nil }
        var centavos: Int64 = 0
        var decimals: Int?
        var digits = 0
        for scalar in scalars {
            if scalar == "." && decimals == nil {
                decimals = 0
                continue
            }
            guard scalar.isASCIIDigit else { return nil }
            if let seen = decimals {
                guard seen < 2 else { return nil }
                decimals = seen + 1
            }
            // At most 13 digits: no overflow, with the two that follow below.
            centavos = centavos * 10 + Int64(scalar.value - 48)
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in (decimals ?? 0)..<2 { centavos *= 10 }
        return centavos <= largest ? centavos : nil
    }

    /// - Throws: ``BRCodeError`` unless it is reais, more than zero and fits.
    static func text(_ amount: Money) throws(BRCodeError) -> String {
        guard amount.currency == .brl else { throw BRCodeError(.currency, field: "53") }
        // Without an amount the payer chooses one: zero must not turn into that silently.
        guard (1...largest).contains(amount.minor) else { throw BRCodeError(.amount, field: "54") }
        return amount.decimal
    }
}
