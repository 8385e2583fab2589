import Specification
import StrictJSON

extension JSONValue {
    init(_ literal: JSONSchema.Literal) {
        switch literal {
        case .null: self = .null
        case .boolean(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .string(let text): self = .string(text)
        }
    }

    /// The schema types this value has: an integer is a number as well.
    ///
    /// JSON Schema would call `1.0` an integer; a payment protocol must not, and neither does ``integerValue``.
    var schemaTypes: JSONSchema.Types {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .integer: [.integer, .number]
        case .number(let text): Self.isInteger(text.utf8) ? [.integer, .number] : .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    private static func isInteger(_ text: String.UTF8View) -> Bool {
        text.allSatisfy { $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension JSONSchema.Types {
    /// The types in words: `integer or null`.
    var words: String {
        let names: [(JSONSchema.Types, String)] = [
            (.null, "null"), (.boolean, "boolean"), (.integer, "integer"), (.number, "number"), (.string, "string"),
            (.array, "array"), (.object, "object"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: " or ")
    }
}

extension SchemaViolation {
    /// A violation by the value as a whole.
    static func here(_ message: String) -> SchemaViolation { SchemaViolation(path: "", message: message) }
}
