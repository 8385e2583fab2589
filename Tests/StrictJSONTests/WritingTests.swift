import StrictJSON
import Testing

@Suite("Writing")
struct WritingTests {
    @Test("a value is written without whitespace, members in their order, numbers by their text")
    func writesCompact() throws {
        let document =
            #" { "b" : [ 1 , -0 , 1.50 , 1E5 , 99999999999999999999 ] , "a" : { "x" : null , "y" : true } } "#
        let value = try JSONValue(parsing: document)
        #expect(value.text == #"{"b":[1,-0,1.50,1E5,99999999999999999999],"a":{"x":null,"y":true}}"#)
        #expect(value.serialized() == Array(value.text.utf8))
    }

    @Test("only what must be escaped is")
    func escapesMinimally() {
        let string = "\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{E}\u{1F} \"\\/\u{7F}é\u{2028}\u{2029}😀"
        let expected = #""\u0000\u0001\b\t\n\u000b\f\r\u000e\u001f \"\\/"# + "\u{7F}é\u{2028}\u{2029}😀\""
        #expect(JSONValue.string(string).text == expected)
        var output = Array("x".utf8)
        appendJSONString(string, to: &output)
        JSONEscaping.appendJSONString("", to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "x\(expected)\"\"")
    }

    @Test("keys are escaped as strings are")
    func escapesKeys() throws {
        let value: JSONValue = ["a\"b\n": 1]
        #expect(value.text == #"{"a\"b\n":1}"#)
        #expect(try JSONValue(parsing: value.text) == value)
    }

    @Test("writing appends")
    func appends() {
        var output: [UInt8] = [UInt8(ascii: "x")]
        JSONValue.array([1, "a"]).write(to: &output)
        #expect(String(decoding: output, as: UTF8.self) == #"x[1,"a"]"#)
    }

    @Test("the time that writing takes grows with the length, not with its square")
    func writesLongQuickly() {
        let value = JSONValue.array((0..<200_000).map { .array([.integer($0), .string("a\n")]) })
        // Copying what is already written, once for each integer, would take minutes.
        let elapsed = ContinuousClock().measure { #expect(value.serialized().count > 2_000_000) }
        #expect(elapsed < .seconds(20))
    }

    @Test("the text of a number is written only if it is one")
    func refusesForgedNumber() async {
        await #expect(processExitsWith: .failure) { _ = JSONValue.number(#"1,"admin":true"#).text }
        await #expect(processExitsWith: .failure) { _ = JSONValue.number("").text }
        await #expect(processExitsWith: .failure) { _ = JSONValue.number("NaN").text }
        await #expect(processExitsWith: .failure) { _ = JSONValue.number("1 ").text }
    }
}
