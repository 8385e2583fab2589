import Foundation

/// A SQL text as it stands in the sources of the store.
struct StatementSource {
    /// With `\(…)` where Swift puts something in.
    let text: String

    /// Every literal of `Sources/Storage` that begins like a statement.
    static func all() throws -> [StatementSource] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Storage").standardizedFileURL
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var found: [StatementSource] = []
        while let file = files?.nextObject() as? URL {
            // Migrations run in every test, and they are written in a form of their own.
            guard file.pathExtension == "swift", file.lastPathComponent != "CoreMigrations.swift" else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            let literal = /"""\n(.*?)\n\s*"""|"((?:\\\([^)]*\)|[^"\n])*)"/.dotMatchesNewlines()
            for match in source.matches(of: literal) {
                let text = normalized(String(match.1 ?? match.2 ?? ""))
                if text.contains(/^(SELECT|INSERT|UPDATE|DELETE|CREATE)\b/) {
                    found.append(StatementSource(text: text))
                }
            }
        }
        return found
    }

    /// Whether that text can have come from here: all its fixed pieces are there, in their order.
    func matches(_ sent: String) -> Bool {
        var rest = sent[...]
        for piece in text.split(separator: /\\\([^)]*\)/) {
            guard let range = rest.range(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }

    static func normalized(_ text: String) -> String {
        text.replacing("\\\n", with: " ").replacing(/\s+/, with: " ").trimmingCharacters(in: .whitespaces)
    }
}
