/// A text with marks on parts of it, which is cut before it is written as HTML: no mark and no character is ever cut in
/// two.
///
/// Source: yookassa.md 21.
struct TelegramText: Sendable, Hashable {
    enum Mark: Sendable, Hashable {
        case none
        case bold
        /// As it stands: Telegram makes no link or mention of what is in it.
        case code
    }

    private struct Part: Sendable, Hashable {
        var text: String
        let mark: Mark
    }

    /// How long a message may be once its marks are read, in UTF-16 units, which is how Telegram counts.
    static let lengthMaximum = 4_096

    private var parts: [Part] = []

    mutating func add(_ text: String, _ mark: Mark = .none) { parts.append(Part(text: text, mark: mark)) }

    /// Without marks.
    var plain: String { parts.map(\.text).joined() }

    /// For `parse_mode` HTML.
    var html: String {
        parts.map { part in
            let text = Self.escaped(part.text)
            return switch part.mark {
            case .none: text
            case .bold: "<b>\(text)</b>"
            case .code: "<code>\(text)</code>"
            }
        }.joined()
    }

    /// At the most that long, with `…` at the end of what is cut.
    func cut(to length: Int = TelegramText.lengthMaximum) -> TelegramText {
        guard plain.utf16.count > length else { return self }
        var (kept, left) = (TelegramText(), length)
        for part in parts where left > 0 {
            let text = Self.cut(part.text, to: left)
            kept.add(text, part.mark)
            left -= text.utf16.count
            if text != part.text { return kept }
        }
        // It ended just where a part did: the mark of the cut takes the place of the last character.
        if let last = kept.parts.indices.last {
            let text = kept.parts[last].text
            kept.parts[last].text = Self.cut(text + "…", to: text.utf16.count)
        }
        return kept
    }

    /// The text, or as much of it as fits, and `…`.
    ///
    /// - Parameter length: UTF-16 units.
    static func cut(_ text: String, to length: Int) -> String {
        guard text.utf16.count > length else { return text }
        guard length > 0 else { return "" }
        var (kept, left) = (String.UnicodeScalarView(), length - 1)
        for scalar in text.unicodeScalars {
            left -= scalar.utf16.count
            if left < 0 { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }

    /// The one place where text becomes HTML.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
