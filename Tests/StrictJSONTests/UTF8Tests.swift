import StrictJSON
import Testing

@Suite("UTF-8")
struct UTF8Tests {
    @Test(
        "bytes that are not UTF-8 are refused at the first of them",
        arguments: [
            ([0x80], "a continuation byte alone"), ([0xC3], "a character cut off"),
            ([0xE2, 0x82], "the same, of three"),
            ([0xF0, 0x9F, 0x98], "the same, of four"), ([0xC0, 0x80], "an overlong NUL"),
            ([0xC0, 0xA2], "an overlong quote"), ([0xC1, 0xBF], "overlong, of two"),
            ([0xE0, 0x9F, 0xBF], "overlong, of three"), ([0xF0, 0x8F, 0xBF, 0xBF], "overlong, of four"),
            ([0xED, 0xA0, 0x80], "a surrogate"), ([0xED, 0xBF, 0xBF], "a surrogate"),
            ([0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], "a pair of surrogates (CESU-8)"),
            ([0xF4, 0x90, 0x80, 0x80], "above U+10FFFF"), ([0xF5, 0x80, 0x80, 0x80], "above U+10FFFF"),
            ([0xF8, 0x88, 0x80, 0x80, 0x80], "five bytes"), ([0xFE], "never in UTF-8"), ([0xFF], "never in UTF-8"),
            ([0xC3, 0x28], "a wrong second byte"), ([0xE2, 0x28, 0xA1], "a wrong second byte"),
            ([0xE2, 0x82, 0x28], "a wrong third byte"), ([0xF0, 0x9F, 0x98, 0x28], "a wrong fourth byte"),
            ([0xF0, 0x9F, 0x98, 0xC0], "a wrong fourth byte"),
        ] as [([UInt8], String)]
    )
    func refuses(bytes: [UInt8], what: String) {
        let before = Array("[\"Оплата".utf8)
        let expected = JSONError(code: .invalidUTF8, offset: before.count)
        #expect(refusal(of: before + bytes + Array("\"]".utf8)) == expected)
        #expect(refusal(of: before + bytes) == expected)
        let key = Array("{\"a".utf8) + bytes + Array("\":1}".utf8)
        #expect(refusal(of: key) == JSONError(code: .invalidUTF8, offset: 3))
        let afterEscape = Array(#"["\n"#.utf8) + bytes + Array("\"]".utf8)
        #expect(refusal(of: afterEscape) == JSONError(code: .invalidUTF8, offset: 4))
    }

    @Test("sequences of up to four bytes are accepted exactly when they are UTF-8")
    func agreesWithStandardLibrary() {
        // Every first byte that is not ASCII, then the bytes at which a rule changes.
        let edges: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF]
        let quote = UInt8(ascii: "\"")
        var accepted = 0
        func check(_ bytes: [UInt8]) {
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            let isRead = refusal(of: [quote] + bytes + [quote]) == nil
            // An expectation for each of 140,000 sequences would take most of the time.
            if isRead != isValid { Issue.record("\(bytes) is \(isValid ? "" : "not ")UTF-8") }
            accepted += isRead ? 1 : 0
        }
        for first in UInt8(0x80)...0xFF {
            check([first])
            for second in edges {
                check([first, second])
                for third in edges {
                    check([first, second, third])
                    for fourth in edges { check([first, second, third, fourth]) }
                }
            }
        }
        #expect(accepted > 1000)
    }

    @Test("strings in the scripts that payers write in are read as they are")
    func readsScripts() throws {
        for string in ["Иванов Иван", "Toʻlov uchun", "Ўзбекистон", "São Paulo", "支付", "👩‍👩‍👧‍👦", "e\u{301}"] {
            let value = try #require(try JSONValue(parsing: "{\"\(string)\":\"\(string)\"}").objectValue?.first)
            #expect(value.key.utf8.elementsEqual(string.utf8))
            #expect(value.value.stringValue?.utf8.elementsEqual(string.utf8) == true)
        }
    }
}
