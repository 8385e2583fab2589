import Specification
import StrictJSON

/// Every sentence of the page, in every language.
struct Texts: Sendable {
    private let entries: [String: LocalizedText]

    /// A translation file that cannot be used.
    struct Flaw: Error, CustomStringConvertible {
        let description: String
    }

    static func load() throws -> Texts { try Texts(PackageResources.texts_json) }

    /// - Parameter bytes: `{"key": {"en": "…", "ru": "…", "uz": "…"}, …}`
    /// - Throws: ``Flaw`` for a key that lacks a language, has a stray one, or whose placeholders differ.
    init(_ bytes: [UInt8]) throws {
        var entries: [String: LocalizedText] = [:]
        guard let file = try JSONValue(parsing: bytes).objectValue else { throw Flaw(description: "not an object") }
        for (key, value) in file {
            guard let members = value.objectValue else { throw Flaw(description: "\(key) is not an object") }
            var texts: [Language: String] = [:]
            for (name, text) in members {
                guard let language = Language(rawValue: name), let text = text.stringValue, !text.isEmpty else {
                    throw Flaw(description: "\(key).\(name) is no text in a language of the page")
                }
                texts[language] = text
            }
            guard let en = texts[.en], let ru = texts[.ru], let uz = texts[.uz] else {
                throw Flaw(description: "\(key) is not in every language")
            }
            let names = Self.placeholders(en)
            guard Self.placeholders(ru) == names, Self.placeholders(uz) == names else {
                throw Flaw(description: "\(key) has other placeholders in another language")
            }
            entries[key] = LocalizedText(ru: ru, uz: uz, en: en)
        }
        self.entries = entries
    }

    var keys: [String] { entries.keys.sorted() }

    func has(_ key: String) -> Bool { entries[key] != nil }

    /// The text of a key; the key itself if there is none, which the tests look for.
    func text(_ key: String, _ language: Language) -> String { entries[key]?[language] ?? key }

    func text(_ sentence: Sentence, _ language: Language) -> String {
        var text = text(sentence.key, language)
        for (name, value) in sentence.values {
            text = Self.replace("{\(name)}", with: value[language], in: text)
        }
        if let also = sentence.also, has(also) { text += " " + self.text(also, language) }
        return text
    }

    /// Every text in one language, for templates.
    func all(_ language: Language) -> [String: String] { entries.mapValues { $0[language] } }

    private static func replace(_ mark: String, with value: String, in text: String) -> String {
        text.split(separator: mark, omittingEmptySubsequences: false).joined(separator: value)
    }

    private static func placeholders(_ text: String) -> Set<Substring> {
        Set(text.matches(of: /\{[a-z]+\}/).map(\.output))
    }
}
