import StrictJSON

/// Every sentence of the messages, in every language.
public struct TelegramTexts: Sendable {
    /// A file of texts that cannot be used.
    public struct Flaw: Error, Sendable, Hashable, CustomStringConvertible {
        /// Which text, and what is wrong with it.
        public let description: String
    }

    private let entries: [TelegramLanguage: [String: String]]

    /// - Parameter bytes: `{"key": {"en": "…", "ru": "…", "uz": "…", "pt": "…"}, …}`
    /// - Throws: ``Flaw`` for a key that lacks a language, has a stray one, or has other `{placeholders}` in one than
    ///   in another; `JSONError`.
    init(_ bytes: [UInt8]) throws {
        guard let file = try JSONValue(parsing: bytes).objectValue else { throw Flaw(description: "not an object") }
        var entries: [TelegramLanguage: [String: String]] = [:]
        for (key, value) in file {
            guard let members = value.objectValue, members.count == TelegramLanguage.allCases.count else {
                throw Flaw(description: "\(key) is not in every language, and in no other")
            }
            var placeholders: Set<[String]> = []
            for language in TelegramLanguage.allCases {
                guard let text = members[language.rawValue]?.stringValue, !text.isEmpty else {
                    throw Flaw(description: "\(key).\(language.rawValue) is no text")
                }
                placeholders.insert(text.matches(of: /\{[a-z]+\}/).map { String($0.0) }.sorted())
                entries[language, default: [:]][key] = text
            }
            guard placeholders.count == 1 else {
                throw Flaw(description: "\(key) has other placeholders in one language than in another")
            }
        }
        self.entries = entries
    }

    /// Those of the program.
    /// - Throws: ``Flaw``; a test sees to it that it does not.
    public init() throws { try self.init(PackageResources.telegramtexts_json) }

    /// Whether there is a text of that key.
    public func has(_ key: String) -> Bool { entries[.en]?[key] != nil }

    /// The text of a key; the key itself if there is none, which the tests look for.
    func text(_ key: String, _ language: TelegramLanguage, _ values: [String: String] = [:]) -> String {
        var rest = (entries[language]?[key] ?? key)[...]
        var text = ""
        // From left to right, once: what is put in is not looked at again.
        while let match = rest.firstMatch(of: /\{([a-z]+)\}/) {
            text += rest[..<match.range.lowerBound]
            text += values[String(match.1)] ?? String(match.0)
            rest = rest[match.range.upperBound...]
        }
        return text + rest
    }
}
