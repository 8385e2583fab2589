import Specification
import Testing

@Suite("A YAML node")
struct SpecNodeTests {
    @Test(
        "knows what an unquoted word is",
        arguments: [
            ("null", "null"), ("~", "null"), ("", "null"), ("true", "boolean true"), ("false", "boolean false"),
            ("0", "integer 0"), ("-12", "integer -12"), ("9223372036854775807", "integer 9223372036854775807"),
            ("9223372036854775808", "number 9223372036854775808"), ("-0", "number -0"), ("1.50", "number 1.50"),
            ("1e5", "number 1e5"), ("-2.5E-3", "number -2.5E-3"), ("word", "string word"), ("'5'", "string 5"),
            ("\"true\"", "string true"), ("1.0.0", "string 1.0.0"), ("2026-10-04", "string 2026-10-04"),
            ("-", "string -"),
            ("5 apples", "string 5 apples"), ("12:30", "string 12:30"), ("-x", "string -x"), (".", "string ."),
            ("'yes'", "string yes"), ("Платёж", "string Платёж"), ("0xyz", "string 0xyz"), ("1e", "string 1e"),
        ])
    func word(_ yaml: String, _ expected: String) throws {
        // A lone "-" at the start of a line would begin a list.
        let node = try SpecNode(yaml: Array("key: \(yaml == "-" ? "'-'" : yaml)".utf8), name: "test.yaml")
        let entry = try #require(try node.entries("root").first)
        let actual =
            switch entry.value.content {
            case .null: "null"
            case .boolean(let flag): "boolean \(flag)"
            case .integer(let number): "integer \(number)"
            case .number(let text): "number \(text)"
            case .string(let text): "string \(text)"
            case .sequence: "list"
            case .mapping: "mapping"
            }
        #expect(actual == expected)
    }

    @Test(
        "refuses an unquoted word that YAML readers disagree about",
        arguments: [
            "yes", "No", "ON", "off", "y", "True", "FALSE", "Null", "007", "+5", "5.", ".5", "1_000", "0x1F", "0o17",
            "0b1", "-.inf", ".NaN", "-01", "1.2_3",
        ])
    func ambiguous(_ word: String) throws {
        let error = try refusal(of: "first: 1\nsecond: \(word)\n")
        #expect(error.line == 2)
        #expect(error.message == "this word means different things to different YAML readers: quote it")
    }

    @Test(
        "refuses what a document of ours never has",
        arguments: [
            ("a: 1\nb: 2\na: 3\n", 1, "`a` twice"),
            ("top:\n  a: 1\n  \"a\": 2\n", 2, "`a` twice"),
            ("a: &anchor 1\nb: *anchor\n", 1, "anchors and aliases"),
            ("base: &b {x: 1}\nother: {<<: *b}\n", 1, "anchors and aliases"),
            ("a: *nobody\n", 1, "undefined alias"),
            ("ok: 1\na: !!str 5\n", 2, "tags (words"),
            ("a: !secret x\n", 1, "tags (words"),
            ("a: !secret 'x'\n", 1, "tags (words"),
            ("a: !list [1]\n", 1, "tags (words"),
            ("a: !map {b: 1}\n", 1, "tags (words"),
            ("&anchor a: 1\n", 1, "anchors and aliases"),
            ("? [1, 2]\n: 3\n", 1, "must be a word"),
            ("a: 1\n---\nb: 2\n", 2, "another document"),
            ("a: 1\nb: [1, 2\n", 3, "not YAML"),
            ("a:\n\tb: 1\n", 2, "not YAML"),
            ("a: 1\nb: \u{1}\n", 2, "not YAML"),
            ("", 1, "empty"),
            ("# only a comment\n", 1, "empty"),
        ])
    func refused(_ yaml: String, _ line: Int, _ says: String) throws {
        let error = try refusal(of: yaml)
        #expect(error.line == line, "\(error)")
        #expect(error.message.contains(says), "\(error)")
    }

    @Test("does not repeat what may be a secret", arguments: ["0047110815", "!hunter2", "&hunter2 x", "*hunter2"])
    func secrets(_ value: String) throws {
        let error = try refusal(of: "payme:\n  key: \(value)\n")
        #expect(error.line == 2)
        #expect(!error.description.contains("47110815") && !error.description.contains("hunter2"))
    }

    @Test("refuses bytes that are not UTF-8")
    func notUTF8() {
        #expect(throws: SpecificationError(document: "x", line: 1, message: "the document is not UTF-8")) {
            try SpecNode(yaml: [0x61, 0x3A, 0x20, 0xFF], name: "x")
        }
    }

    @Test("remembers the line of every key and value")
    func lines() throws {
        let yaml = "# comment\na:\n  - x\n\n  - {b: 1,\n     c: 2}\nd:\ne: |\n  text\n"
        let root = try SpecNode(yaml: Array(yaml.utf8), name: "test.yaml")
        let entries = try root.entries("root")
        #expect(entries.map(\.key) == ["a", "d", "e"])
        #expect(entries.map(\.line) == [2, 7, 8])
        // An absent value has no place of its own; it counts as standing where its key does.
        #expect(entries.map(\.value.line) == [3, 7, 8])
        let items = try entries[0].value.sequence("a")
        #expect(items.map(\.line) == [3, 5])
        #expect(try items[1].entries("item").map(\.line) == [5, 6])
        #expect(root.document == "test.yaml")
    }

    private func refusal(of yaml: String) throws -> SpecificationError {
        try #require(throws: SpecificationError.self) { try SpecNode(yaml: Array(yaml.utf8), name: "test.yaml") }
    }
}
