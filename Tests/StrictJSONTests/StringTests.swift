import StrictJSON
import Testing

@Suite("Strings")
struct StringTests {
    @Test(
        "escape sequences are read",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{08}\u{0C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\u0000\u001f\u007F""#, "\u{0}\u{1F}\u{7F}"), (#""\ud83d\ude00""#, "😀"),
            (#""\uD800\uDC00\udbff\udfff""#, "\u{10000}\u{10FFFF}"), (#""\ufffd\ufeff""#, "\u{FFFD}\u{FEFF}"),
            (#""a\nb\nc""#, "a\nb\nc"), (#""Оплата\u0020заказа № \"7\"""#, "Оплата заказа № \"7\""),
            (#""\\u0041""#, #"\u0041"#), (#""\\""#, #"\"#),
        ]
    )
    func readsEscapes(document: String, string: String) throws {
        let value = try #require(try JSONValue(parsing: document).stringValue)
        #expect(value.utf8.elementsEqual(string.utf8))
    }

    @Test(
        "what no string may hold is refused",
        arguments: [
            BadDocument(#"""#, .unexpectedEnd, at: 1),
            BadDocument(#""abc"#, .unexpectedEnd, at: 4),
            BadDocument(#""abcdefghijkl"#, .unexpectedEnd, at: 13),
            BadDocument(#""é"#, .unexpectedEnd, at: 3),
            BadDocument(#""😀"#, .unexpectedEnd, at: 5),
            BadDocument(#""\"#, .unexpectedEnd, at: 2),
            BadDocument(#""\""#, .unexpectedEnd, at: 3),
            BadDocument(#""\u12"#, .unexpectedEnd, at: 5),
            BadDocument(#""\ud83d"#, .unexpectedEnd, at: 7),
            BadDocument(#""\ud83d\"#, .unexpectedEnd, at: 8),
            BadDocument(#""\ud83d\ude0"#, .unexpectedEnd, at: 12),
            BadDocument(#""a\x""#, .invalidEscape, at: 2),
            BadDocument(#""\'""#, .invalidEscape, at: 1),
            BadDocument(#""\N""#, .invalidEscape, at: 1),
            BadDocument("\"\\\n\"", .invalidEscape, at: 1),
            BadDocument(#""\U0041""#, .invalidEscape, at: 1),
            BadDocument(#""\u004g""#, .invalidEscape, at: 1),
            BadDocument(#""\u+041""#, .invalidEscape, at: 1),
            BadDocument(#""\u12""#, .invalidEscape, at: 1),
            BadDocument(#""\ud83d\u12""#, .invalidEscape, at: 7),
            BadDocument(#""a\ud800""#, .loneSurrogate, at: 2),
            BadDocument(#""\udc00""#, .loneSurrogate, at: 1),
            BadDocument(#""\ud800x""#, .loneSurrogate, at: 1),
            BadDocument(#""\ud800\n""#, .loneSurrogate, at: 1),
            BadDocument(#""\ud800\u0041""#, .loneSurrogate, at: 1),
            BadDocument(#""\ud800\ud800\udc00""#, .loneSurrogate, at: 1),
            BadDocument(#""\udc00\ud800""#, .loneSurrogate, at: 1),
            BadDocument(#"{"\ud800":1}"#, .loneSurrogate, at: 2),
        ]
    )
    func refuses(document: BadDocument) {
        #expect(refusal(of: document.bytes) == document.error)
    }

    @Test("a bare control character is refused wherever it stands, and DEL is not one")
    func refusesControlCharacters() {
        for control in UInt8(0)..<0x20 {
            for length in 0..<20 {
                let plain = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                let document = [UInt8(ascii: "\"")] + plain + [control] + plain + [UInt8(ascii: "\"")]
                #expect(refusal(of: document) == JSONError(code: .controlCharacter, offset: length + 1))
            }
        }
        #expect(refusal(of: "\"\u{7F}\"") == nil)
    }

    @Test("every ASCII character is read at every place, whether or not eight bytes are scanned at once")
    func readsASCIIAnywhere() throws {
        for byte in UInt8(0x20)..<0x80 where byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
            for length in 0..<20 {
                let string = String(repeating: "x", count: length) + String(Unicode.Scalar(byte)) + "y"
                #expect(try JSONValue(parsing: "[\"\(string)\"]") == [.string(string)])
            }
        }
    }

    @Test("every Unicode scalar survives writing and reading, as itself and escaped")
    func roundTripsEveryScalar() throws {
        let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap { Unicode.Scalar($0) }
        for start in stride(from: 0, to: scalars.count, by: 8192) {
            var string = String.UnicodeScalarView()
            string.append(contentsOf: scalars[start..<min(start + 8192, scalars.count)])
            let expected = Array(String(string).utf8)
            let written = JSONValue.string(String(string)).serialized()
            #expect(try JSONValue(parsing: written).stringValue.map { Array($0.utf8) } == expected)
            let escaped = String(string).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            let document = "\"\(escaped.joined())\""
            #expect(try JSONValue(parsing: document).stringValue.map { Array($0.utf8) } == expected)
        }
    }
}
