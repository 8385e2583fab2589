import StrictJSON
import Testing

@Suite("Refusals")
struct RefusalTests {
    @Test(
        "what is not JSON is refused, at the byte where it stops being that",
        arguments: [
            BadDocument("", .unexpectedEnd, at: 0),
            BadDocument("  \n", .unexpectedEnd, at: 3),
            BadDocument("[", .unexpectedEnd, at: 1),
            BadDocument("[1", .unexpectedEnd, at: 2),
            BadDocument("[1,", .unexpectedEnd, at: 3),
            BadDocument("[1,]", .unexpectedByte, at: 3),
            BadDocument("[,1]", .unexpectedByte, at: 1),
            BadDocument("[1 2]", .unexpectedByte, at: 3),
            BadDocument("[1}", .unexpectedByte, at: 2),
            BadDocument("{", .unexpectedEnd, at: 1),
            BadDocument("{]", .unexpectedByte, at: 1),
            BadDocument("{,}", .unexpectedByte, at: 1),
            BadDocument("{1:2}", .unexpectedByte, at: 1),
            BadDocument("{a:2}", .unexpectedByte, at: 1),
            BadDocument("{'a':2}", .unexpectedByte, at: 1),
            BadDocument(#"{"a"}"#, .unexpectedByte, at: 4),
            BadDocument(#"{"a""#, .unexpectedEnd, at: 4),
            BadDocument(#"{"a":}"#, .unexpectedByte, at: 5),
            BadDocument(#"{"a":"#, .unexpectedEnd, at: 5),
            BadDocument(#"{"a":1,}"#, .unexpectedByte, at: 7),
            BadDocument(#"{"a":1"#, .unexpectedEnd, at: 6),
            BadDocument(#"{"a":1,"#, .unexpectedEnd, at: 7),
            BadDocument(#"{"a":1]"#, .unexpectedByte, at: 6),
            BadDocument(#"{"a":1 "b":2}"#, .unexpectedByte, at: 7),
            BadDocument(#"{"a"=1}"#, .unexpectedByte, at: 4),
            BadDocument("tru", .unexpectedEnd, at: 3),
            BadDocument("trux", .unexpectedByte, at: 3),
            BadDocument("True", .unexpectedByte, at: 0),
            BadDocument("nul]", .unexpectedByte, at: 3),
            BadDocument("falsy", .unexpectedByte, at: 4),
            BadDocument("undefined", .unexpectedByte, at: 0),
            BadDocument("// note\n1", .unexpectedByte, at: 0),
            BadDocument("\u{0B}1", .unexpectedByte, at: 0),
            BadDocument("\u{A0}1", .unexpectedByte, at: 0),
            BadDocument("\u{0}", .unexpectedByte, at: 0),
        ]
    )
    func refusesMalformed(document: BadDocument) {
        #expect(refusal(of: document.bytes) == document.error)
    }

    @Test(
        "nothing but whitespace may follow the value",
        arguments: [
            BadDocument("1 1", .trailingBytes, at: 2),
            BadDocument("{}{}", .trailingBytes, at: 2),
            BadDocument("[]]", .trailingBytes, at: 2),
            BadDocument("null,", .trailingBytes, at: 4),
            BadDocument("truex", .trailingBytes, at: 4),
            BadDocument("1x", .trailingBytes, at: 1),
            BadDocument("{} \u{0}", .trailingBytes, at: 3),
            BadDocument("{} // note", .trailingBytes, at: 3),
        ]
    )
    func refusesTrailing(document: BadDocument) {
        #expect(refusal(of: document.bytes) == document.error)
    }

    @Test("a byte order mark is refused")
    func refusesByteOrderMark() {
        #expect(refusal(of: "\u{FEFF}{}") == JSONError(code: .byteOrderMark, offset: 0))
        #expect(refusal(of: " \u{FEFF}{}") == JSONError(code: .unexpectedByte, offset: 1))
        #expect(refusal(of: [0xEF, 0xBB]) == JSONError(code: .unexpectedByte, offset: 0))
        #expect(refusal(of: [0xFE, 0xFF, 0, 0x31]) == JSONError(code: .unexpectedByte, offset: 0), "UTF-16")
    }

    @Test(
        "a key that occurs twice is refused at any level, compared after unescaping",
        arguments: [
            BadDocument(#"{"a":1,"a":1}"#, .duplicateKey, at: 7),
            BadDocument(#"{"a":1,"b":2,"a":3}"#, .duplicateKey, at: 13),
            BadDocument(#"{"a":1,"\u0061":2}"#, .duplicateKey, at: 7),
            BadDocument(#"{"\u0061":1,"a":2}"#, .duplicateKey, at: 12),
            BadDocument(#"{"":1,"":2}"#, .duplicateKey, at: 6),
            BadDocument(#"{"/":1,"\/":2}"#, .duplicateKey, at: 7),
            BadDocument(#"{"😀":1,"\ud83d\ude00":2}"#, .duplicateKey, at: 10),
            BadDocument(#"[{"x":{"id":1,"id":2}}]"#, .duplicateKey, at: 14),
            BadDocument(#"{"params":{"amount":1},"params":{"amount":2}}"#, .duplicateKey, at: 23),
            // One letter in two Unicode spellings: no Swift dictionary could hold both.
            BadDocument(#"{"\u00e9":1,"e\u0301":2}"#, .duplicateKey, at: 12),
        ]
    )
    func refusesDuplicateKeys(document: BadDocument) {
        #expect(refusal(of: document.bytes) == document.error)
    }

    @Test("a key twice is found at every place in objects of every size up to 40")
    func findsDuplicateAnywhere() {
        for count in 1...40 {
            for twice in 0..<count {
                let members = (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
                let expected = JSONError(code: .duplicateKey, offset: members.utf8.count + 2)
                #expect(refusal(of: "{\(members)}") == nil)
                #expect(refusal(of: "{\(members),\"k\(twice)\":0}") == expected)
            }
        }
    }

    @Test("the same key may occur in different objects, and in different case")
    func acceptsSameKeyElsewhere() throws {
        let value = try JSONValue(parsing: #"{"id":1,"params":{"id":2},"ID":3,"list":[{"id":4},{"id":5}]}"#)
        #expect(value["params"]?["id"] == 2)
        #expect(value["ID"] == 3)
    }

    @Test("an error says what and where, and nothing of the document")
    func describesWithoutContent() throws {
        let error = try #require(refusal(of: #"{"card":"8600123412341234","card":1}"#))
        #expect("\(error)" == "Invalid JSON at byte 27: duplicate key")
        #expect(error == JSONError(code: .duplicateKey, offset: 27))
        #expect(!String(reflecting: error).contains("8600"))
    }
}
