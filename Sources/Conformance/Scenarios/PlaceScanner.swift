/// Finds the places of a template: `{`, a small letter, and anything but quotes and braces up to `}`.
///
/// JSON's own braces are followed by a quote, a space or `}`, so both can stand in one text.
enum PlaceScanner {
    enum Part: Equatable {
        case literal(String)
        /// What stands between the braces.
        case place(String)
    }

    static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.first {
            if character == "{", let place = place(in: rest.dropFirst()) {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.place(String(place)))
                rest = rest.dropFirst(place.count + 2)
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return parts
    }

    private static func place(in text: Substring) -> Substring? {
        guard let first = text.first, first.isLowercase, first.isASCII else { return nil }
        let place = text.prefix { $0 != "}" && $0 != "{" && $0 != "\"" }
        return text.dropFirst(place.count).first == "}" ? place : nil
    }
}
