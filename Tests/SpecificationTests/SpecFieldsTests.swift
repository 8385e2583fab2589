import Specification
import Testing

@Suite("Fields of a mapping")
struct SpecFieldsTests {
    @Test("are read by name and type")
    func read() throws {
        var fields = try fields(of: "name: Buy\ncount: 3\nflag: true\nlist: [1]\nnested: {a: b}\n")
        #expect(try fields.requiredString("name") == "Buy")
        #expect(try fields.requiredInteger("count") == 3)
        #expect(try fields.optionalBoolean("flag") == true)
        #expect(try fields.requiredSequence("list").count == 1)
        #expect(try fields.optional("nested")?.entries("nested").count == 1)
        #expect(try fields.optionalString("missing") == nil)
        #expect(try fields.optionalInteger("missing") == nil)
        #expect(try fields.optionalBoolean("missing") == nil)
        #expect(try fields.optionalSequence("missing") == nil)
        try fields.finish()
    }

    @Test("that nobody asked for are refused, the first of them")
    func unknown() throws {
        var fields = try fields(of: "name: Buy\nnaem: Buy\nother: 1\n")
        _ = try fields.requiredString("name")
        let error = try #require(throws: SpecificationError.self) { try fields.finish() }
        #expect(error.description == "test.yaml:2: a thing has an unknown key `naem`")
    }

    @Test("that are missing are refused at the mapping")
    func missing() throws {
        var fields = try fields(of: "\n\nname: Buy\n")
        let error = try #require(throws: SpecificationError.self) { try fields.requiredString("title") }
        #expect(error.description == "test.yaml:3: a thing lacks `title`")
    }

    @Test("of another type are refused at the value")
    func mismatch() throws {
        var fields = try fields(of: "a: x\nb:\n  5\nc: 1\nd: {}\ne: ''\n")
        #expect(throws: error(1, "`a` must be an integer, not a string")) { try fields.requiredInteger("a") }
        #expect(throws: error(3, "`b` must be a string, not an integer")) { try fields.requiredString("b") }
        #expect(throws: error(4, "`c` must be true or false, not an integer")) { try fields.optionalBoolean("c") }
        #expect(throws: error(5, "`d` must be a list, not a mapping")) { try fields.optionalSequence("d") }
        #expect(throws: error(6, "`e` must not be empty")) { try fields.optionalString("e") }
        #expect(throws: error(1, "`x` must be a mapping, not a list")) {
            try SpecNode(yaml: Array("[1]".utf8), name: "test.yaml").fields("x")
        }
    }

    private func fields(of yaml: String) throws -> SpecFields {
        try SpecNode(yaml: Array(yaml.utf8), name: "test.yaml").fields("a thing")
    }

    private func error(_ line: Int, _ message: String) -> SpecificationError {
        SpecificationError(document: "test.yaml", line: line, message: message)
    }
}
