/// A JSON value, read and written exactly (RFC 8259).
///
/// Integers stay integers, any other number keeps its text, an object keeps the order of its members:
///
/// ```swift
/// let message = try JSONValue(parsing: #"{"params": {"amount": 500000}}"#)
/// message["params"]?["amount"]?.integerValue  // 500000
/// message.text                                // {"params":{"amount":500000}}
/// ```
///
/// Equal are: strings of the same bytes, objects whatever the order of their members, numbers of the same text (`1.0` is
/// neither `1` nor `1.00`).
public enum JSONValue: Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number without `.`, `e` or `E` that fits `Int64`; `-0` is not one.
    case integer(Int64)
    /// Any other number, its text exactly as it came: `1.0`, `1e5`, `-0`, `99999999999999999999`.
    case number(String)
    /// A string, unescaped.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)
}

extension JSONValue {
    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The Boolean, or nil if this is anything else.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The integer, or nil if this is anything else: `1.0` and `1e5` are not integers.
    public var integerValue: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The text of a number, integer or not, or nil if this is anything else.
    public var numberText: String? {
        switch self {
        case .integer(let value): String(value)
        case .number(let text): text
        default: nil
        }
    }

    /// The string, or nil if this is anything else.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements of an array, or nil if this is anything else.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object, or nil if this is anything else.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The value of a member, or nil if there is none or this is no object.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The element at a position, or nil if there is none or this is no array.
    public subscript(index: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// What kind of value this is, in a word for messages: `null`, `boolean`, `integer`, `number`, `string`, `array`
    /// or `object`.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
