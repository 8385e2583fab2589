import StrictJSON
import Testing

@Suite("Numbers")
struct NumberTests {
    @Test(
        "an integer that fits 64 bits is read exactly",
        arguments: [
            ("0", 0), ("7", 7), ("-7", -7), ("10", 10), ("500000", 500_000), ("1399114284039", 1_399_114_284_039),
            ("9007199254740993", 9_007_199_254_740_993),  // no Double holds this one
            ("999999999999999999", 999_999_999_999_999_999),
            ("1000000000000000000", 1_000_000_000_000_000_000),
            ("9223372036854775807", .max), ("-9223372036854775807", -.max), ("-9223372036854775808", .min),
        ] as [(String, Int64)]
    )
    func readsInteger(text: String, value: Int64) throws {
        #expect(try JSONValue(parsing: text) == .integer(value))
        #expect(try JSONValue(parsing: "[\(text)]") == [.integer(value)])
        #expect(JSONValue.integer(value).text == text)
        #expect(JSONValue.integer(value).numberText == text)
    }

    @Test(
        "any other number keeps its text and is no integer",
        arguments: [
            "-0", "0.0", "-0.0", "1.0", "1.00", "1e5", "1E5", "1e+5", "1e-5", "0e0", "-1.5E+10", "123.456e-789",
            "9223372036854775808", "-9223372036854775809", "99999999999999999999", "18446744073709551616",
            "10000000000000000000", "1" + String(repeating: "0", count: 400), "0.1000000000000000055511151231257827",
        ]
    )
    func keepsText(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value == .number(text))
        #expect(value.integerValue == nil)
        #expect(value.numberText == text)
        #expect(value.text == text)
    }

    @Test(
        "what is not a number of JSON is refused",
        arguments: [
            BadDocument("-", .unexpectedEnd, at: 1), BadDocument("1.", .unexpectedEnd, at: 2),
            BadDocument("1e", .unexpectedEnd, at: 2), BadDocument("1e+", .unexpectedEnd, at: 3),
            BadDocument("[-]", .invalidNumber, at: 1), BadDocument("[-x]", .invalidNumber, at: 1),
            BadDocument("[1.]", .invalidNumber, at: 1), BadDocument("[1.e5]", .invalidNumber, at: 1),
            BadDocument("[1e]", .invalidNumber, at: 1), BadDocument("[1e-]", .invalidNumber, at: 1),
            BadDocument("[1e1.5]", .unexpectedByte, at: 4), BadDocument("[1.2.3]", .unexpectedByte, at: 4),
            BadDocument("01", .invalidNumber, at: 0), BadDocument("-01", .invalidNumber, at: 0),
            BadDocument("00", .invalidNumber, at: 0), BadDocument("-00", .invalidNumber, at: 0),
            BadDocument("00.5", .invalidNumber, at: 0), BadDocument("--1", .invalidNumber, at: 0),
            BadDocument("+1", .unexpectedByte, at: 0), BadDocument(".5", .unexpectedByte, at: 0),
            BadDocument("NaN", .unexpectedByte, at: 0), BadDocument("Infinity", .unexpectedByte, at: 0),
            BadDocument("-Infinity", .invalidNumber, at: 0), BadDocument("0x10", .trailingBytes, at: 1),
            BadDocument("1_000", .trailingBytes, at: 1), BadDocument("[1 000]", .unexpectedByte, at: 3),
            BadDocument("١", .unexpectedByte, at: 0),
        ]
    )
    func refuses(document: BadDocument) {
        #expect(refusal(of: document.bytes) == document.error)
    }

    @Test("integers of every length are read and written exactly")
    func everyLength() throws {
        var power: Int64 = 1
        for _ in 0..<19 {
            for value in [power - 1, power, power + 1, -power + 1, -power, -power - 1] {
                #expect(JSONValue.integer(value).text == String(value))
                #expect(try JSONValue(parsing: String(value)) == .integer(value))
            }
            power &*= 10
        }
    }
}
