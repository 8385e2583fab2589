import StrictJSON
import Testing

@Suite("JSONWriter")
struct JSONWriterTests {
    @Test("commas are put where they belong")
    func putsCommas() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("result")
        writer.beginObject()
        writer.key("create_time")
        writer.integer(1_399_114_284_039 as Int64)
        writer.key("transaction")
        writer.string("51\"23")
        writer.key("receivers")
        writer.null()
        writer.endObject()
        writer.key("list")
        writer.beginArray()
        writer.integer(1)
        writer.beginArray()
        writer.endArray()
        writer.beginObject()
        writer.endObject()
        writer.bool(true)
        writer.number("12.50")
        writer.value(["a": [false]])
        writer.endArray()
        writer.key("id")
        writer.integer(-1)
        writer.endObject()
        let expected =
            #"{"result":{"create_time":1399114284039,"transaction":"51\"23","receivers":null},"#
            + #""list":[1,[],{},true,12.50,{"a":[false]}],"id":-1}"#
        #expect(writer.text == expected)
        #expect(writer.bytes == Array(expected.utf8))
    }

    @Test("a document may be a scalar")
    func writesScalar() {
        var writer = JSONWriter(capacity: 0)
        writer.string("a")
        #expect(writer.text == #""a""#)
    }

    @Test("nesting is possible to the maximum")
    func nests() throws {
        var writer = JSONWriter()
        for level in 0..<JSONWriter.maximumDepth {
            if level.isMultiple(of: 2) {
                writer.beginArray()
            } else {
                writer.beginObject()
                writer.key("a")
            }
        }
        writer.null()
        for level in (0..<JSONWriter.maximumDepth).reversed() {
            level.isMultiple(of: 2) ? writer.endArray() : writer.endObject()
        }
        let value = try JSONValue(parsing: writer.bytes, limits: JSONLimits(maximumDepth: JSONWriter.maximumDepth))
        #expect(value.text == writer.text)
    }

    /// A wrong order of calls is asserted against, so only a debug build stops.
    #if DEBUG
        @Test("calls that make no document trap in a debug build")
        func trapsOnMisuse() async {
            await #expect(processExitsWith: .failure, "nothing written") { _ = JSONWriter().bytes }
            await #expect(processExitsWith: .failure, "not closed") {
                var writer = JSONWriter()
                writer.beginObject()
                _ = writer.bytes
            }
            await #expect(processExitsWith: .failure, "a value without its key") {
                var writer = JSONWriter()
                writer.beginObject()
                writer.integer(1)
            }
            await #expect(processExitsWith: .failure, "a key without its value") {
                var writer = JSONWriter()
                writer.beginObject()
                writer.key("a")
                writer.endObject()
            }
            await #expect(processExitsWith: .failure, "a key after a key") {
                var writer = JSONWriter()
                writer.beginObject()
                writer.key("a")
                writer.key("b")
            }
            await #expect(processExitsWith: .failure, "a key in an array") {
                var writer = JSONWriter()
                writer.beginArray()
                writer.key("a")
            }
            await #expect(processExitsWith: .failure, "the wrong bracket") {
                var writer = JSONWriter()
                writer.beginArray()
                writer.endObject()
            }
            await #expect(processExitsWith: .failure, "two documents") {
                var writer = JSONWriter()
                writer.null()
                writer.null()
            }
        }
    #endif
}
