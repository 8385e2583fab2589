import Payments
import StrictJSON

/// Amounts as banks write them: text or number, read digit by digit.
///
/// Source: pix.md 3.1, 3.6, 5.3
enum PixWireMoney {
    /// Centavos; nil for a sign, an exponent, a comma, a third decimal, or more than 9999999999.99.
    static func centavos(_ value: JSONValue) -> Int64? {
        guard let text = value.stringValue ?? value.numberText else { return nil }
        return PixAmountText.centavos(Array(text.unicodeScalars))
    }

    /// `150.10`, as the text of a JSON string or of a JSON number.
    static func text(_ centavos: Int64) -> String { Money(minor: centavos, currency: .brl).decimal }
}
