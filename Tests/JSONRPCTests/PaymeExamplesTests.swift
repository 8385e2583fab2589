import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("The examples of payme.openrpc.yaml")
struct PaymeExamplesTests {
    @Test("satisfy the schemas they stand in")
    func examples() throws {
        let payme = try Specifications.load().payme
        var count = 0
        func check(_ schema: JSONSchema) throws {
            let validator = SchemaValidator(schema)
            for example in schema.examples {
                let violation = validator.firstViolation(in: JSONValue(example))
                #expect(violation == nil, "\(payme.name):\(example.line)")
                count += 1
            }
            for property in schema.properties { try check(property.schema) }
            if let items = schema.items { try check(items) }
        }
        for method in payme.methods {
            for parameter in method.parameters { try check(parameter.schema) }
            try check(method.result)
        }
        #expect(count > 50)
    }
}

extension JSONValue {
    /// A value of a YAML document.
    init(_ node: SpecNode) {
        switch node.content {
        case .null: self = .null
        case .boolean(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .number(let text): self = .number(text)
        case .string(let text): self = .string(text)
        case .sequence(let items): self = .array(items.map(JSONValue.init))
        case .mapping(let entries):
            var object: JSONObject = [:]
            for entry in entries { object[entry.key] = JSONValue(entry.value) }
            self = .object(object)
        }
    }
}
