import StrictJSON

/// Every sentence of the payer's page, in every language.
struct PixTexts: Sendable {
    private let entries: [PixLanguage: [String: String]]

    /// A file of texts that cannot be used.
    struct Flaw: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter bytes: `{"key": {"pt": "…", "en": "…", "ru": "…", "uz": "…"}, …}`
    /// - Throws: ``Flaw`` for a key that lacks a language, has a stray one, or whose `{amount}` is not in every one.
    init(_ bytes: [UInt8] = PackageResources.pixtexts_json) throws {
        guard let file = try JSONValue(parsing: bytes).objectValue else { throw Flaw(description: "not an object") }
        var entries: [PixLanguage: [String: String]] = [:]
        for (key, value) in file {
            guard let members = value.objectValue, members.count == PixLanguage.allCases.count else {
                throw Flaw(description: "\(key) is not in every language, and in no other")
            }
            var withAmount = 0
            for language in PixLanguage.allCases {
                guard let text = members[language.rawValue]?.stringValue, !text.isEmpty else {
                    throw Flaw(description: "\(key).\(language.rawValue) is no text")
                }
                if text.contains("{amount}") { withAmount += 1 }
                entries[language, default: [:]][key] = text
            }
            guard [0, PixLanguage.allCases.count].contains(withAmount) else {
                throw Flaw(description: "\(key) has {amount} in some languages only")
            }
        }
        self.entries = entries
    }

    /// Every text in one language, for templates.
    func all(_ language: PixLanguage) -> [String: String] { entries[language] ?? [:] }

    /// The text of a key; the key itself if there is none, which the tests look for.
    func text(_ key: String, _ language: PixLanguage) -> String { entries[language]?[key] ?? key }
}
