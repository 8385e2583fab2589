import Foundation

/// The character policy: what a text becomes before it is written into a code.
///
/// Apps refuse accents and `&`; with ASCII alone a length is the same in characters and in bytes.
///
/// Source: pix.md 1.6
public enum BRCodeText {
    /// The text in printable ASCII: accents dropped, other signs replaced by what they look like or left out, spaces
    /// collapsed and trimmed, then cut.
    ///
    /// - Parameters:
    ///   - text: any text; never a key, which must stay as it is.
    ///   - limit: the most characters to keep; nil keeps all.
    /// - Returns: 0 to `limit` characters, without a space at either end.
    public static func cleaned(_ text: String, limit: Int? = nil) -> String {
        var result = ""
        var isSpaceDue = false
        // The compatibility form also takes apart º, ﬁ, … and full-width letters.
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            for ascii in replacement(scalar).unicodeScalars {
                if ascii == " " {
                    isSpaceDue = !result.isEmpty
                    continue
                }
                if isSpaceDue { result += " " }
                isSpaceDue = false
                result.unicodeScalars.append(ascii)
            }
        }
        guard let limit, result.count > limit else { return result }
        let cut = result.prefix(limit)
        return String(cut.last == " " ? cut.dropLast() : cut)
    }

    private static func replacement(_ scalar: Unicode.Scalar) -> String {
        if scalar == "&" { return " e " }
        if scalar.isPrintableASCII { return String(scalar) }
        if let sign = signs[scalar] { return sign }
        return scalar.properties.isWhitespace ? " " : ""
    }

    /// Letters without a decomposition, and typographic signs.
    private static let signs: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H",
        "‘": "'", "’": "'", "‚": "'", "‹": "'", "›": "'", "“": "\"", "”": "\"", "„": "\"", "«": "\"", "»": "\"",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "-", "·": "-",
        "⁄": "/", "×": "x", "€": "EUR", "£": "GBP", "©": "(c)", "®": "(r)",
    ]
}
