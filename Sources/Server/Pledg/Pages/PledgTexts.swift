import StrictJSON

/// Sentences in every language, with places for values: `{amount}`.
struct PledgTexts: Sendable {
    private let entries: [PledgLanguage: [String: String]]

    /// A file of texts that cannot be used.
    struct Flaw: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter bytes: `{"key": {"fr": "…", "en": "…", …}, …}`
    /// - Throws: ``Flaw`` for a key that lacks a language, has a stray one, or whose places differ among languages.
    init(_ bytes: [UInt8]) throws {
        guard let file = try JSONValue(parsing: bytes).objectValue else { throw Flaw(description: "not an object") }
        var entries: [PledgLanguage: [String: String]] = [:]
        for (key, value) in file {
            guard let members = value.objectValue, members.count == PledgLanguage.allCases.count else {
                throw Flaw(description: "\(key) is not in every language, and in no other")
            }
            var places: Set<Set<String>> = []
            for language in PledgLanguage.allCases {
                guard let text = members[language.rawValue]?.stringValue, !text.isEmpty else {
                    throw Flaw(description: "\(key).\(language.rawValue) is no text")
                }
                places.insert(Set(Self.pieces(text).filter(\.isPlace).map { String($0.text) }))
                entries[language, default: [:]][key] = text
            }
            guard places.count == 1 else { throw Flaw(description: "\(key) has other places in other languages") }
        }
        self.entries = entries
    }

    /// Every text in one language, for templates.
    func all(_ language: PledgLanguage) -> [String: String] { entries[language] ?? [:] }

    /// The text of a key, values put in; the key itself if there is none, which the tests look for. What looks like a
    /// place inside a value stays as it is.
    func text(_ key: String, _ language: PledgLanguage, _ values: [String: String] = [:]) -> String {
        guard let text = entries[language]?[key] else { return key }
        guard !values.isEmpty else { return text }
        return Self.pieces(text).map { piece in
            piece.isPlace ? values[String(piece.text)] ?? "{\(piece.text)}" : String(piece.text)
        }.joined()
    }

    private struct Piece {
        var text: Substring
        var isPlace: Bool
    }

    private static func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            pieces.append(Piece(text: rest[..<open], isPlace: false))
            pieces.append(Piece(text: rest[rest.index(after: open)..<close], isPlace: true))
            rest = rest[rest.index(after: close)...]
        }
        return pieces + [Piece(text: rest, isPlace: false)]
    }
}
