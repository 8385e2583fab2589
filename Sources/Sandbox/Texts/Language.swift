import Specification

/// A language of the page.
public enum Language: String, Sendable, CaseIterable {
    case en, ru, uz

    /// In itself.
    var name: String {
        switch self {
        case .en: "English"
        case .ru: "Русский"
        case .uz: "Oʻzbekcha"
        }
    }

    /// What was asked for by `?lang=`, else the best of `Accept-Language`, else English.
    init(query: String?, acceptLanguage: String?) {
        if let query, let known = Language(rawValue: query) {
            self = known
            return
        }
        var best: (language: Language, weight: Int)?
        for part in (acceptLanguage ?? "").split(separator: ",").prefix(20) {
            let pieces = part.split(separator: ";")
            guard let tag = pieces.first?.filter({ !$0.isWhitespace }).lowercased(),
                let language = Language(rawValue: String(tag.prefix { $0 != "-" }))
            else { continue }
            let weight = Self.weight(pieces.dropFirst())
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .en
    }

    /// `q=0.8` in thousandths; 1000 without one.
    private static func weight(_ parameters: ArraySlice<Substring>) -> Int {
        for parameter in parameters {
            let text = parameter.filter { !$0.isWhitespace }
            guard text.hasPrefix("q=") else { continue }
            let digits = text.dropFirst(2).filter { $0 != "." }.prefix(4)
            let padded = digits + String(repeating: "0", count: 4 - digits.count)
            return Int(padded) ?? 0
        }
        return 1_000
    }
}

extension LocalizedText {
    subscript(language: Language) -> String {
        switch language {
        case .en: en
        case .ru: ru
        case .uz: uz
        }
    }
}
