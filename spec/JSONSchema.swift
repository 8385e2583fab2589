/// A schema of the subset of JSON Schema that our documents use, with every `$ref` followed.
///
/// The subset: `type`, `const`, `enum`, `properties`, `required`, `additionalProperties` (true or false), `items`,
/// `minItems`, `maxItems`, `minLength`, `maxLength`, `minimum`, `maximum`, `format: int64`, `$ref`, `description`,
/// `examples`. An integer is an integer as written: `1.0` is a number.
public final class JSONSchema: Sendable {
    /// The JSON types a schema allows.
    public struct Types: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let null = Types(rawValue: 1 << 0)
        public static let boolean = Types(rawValue: 1 << 1)
        public static let integer = Types(rawValue: 1 << 2)
        /// Any number, integers included.
        public static let number = Types(rawValue: 1 << 3)
        public static let string = Types(rawValue: 1 << 4)
        public static let array = Types(rawValue: 1 << 5)
        public static let object = Types(rawValue: 1 << 6)
        /// What a schema without `type` allows.
        public static let any = Types(rawValue: (1 << 7) - 1)
    }

    /// A value of `const` or `enum`.
    public enum Literal: Hashable, Sendable {
        case null
        case boolean(Bool)
        case integer(Int64)
        case string(String)
    }

    /// A member of an object.
    public struct Property: Sendable {
        public let name: String
        public let schema: JSONSchema
        public let isRequired: Bool
    }

    /// Bounds that include both ends; nil is no bound.
    public struct Bounds: Hashable, Sendable {
        public let minimum: Int64?
        public let maximum: Int64?
    }

    public let types: Types
    /// The only values allowed (`const` is a list of one), or nil if any is.
    public let literals: [Literal]?
    /// Required members first is not promised; the order is the document's.
    public let properties: [Property]
    /// Whether an object may have members that ``properties`` does not name.
    public let allowsOtherProperties: Bool
    /// The schema of every item of an array, or nil if any will do.
    public let items: JSONSchema?
    public let itemCount: Bounds
    /// Counted in Unicode code points.
    public let length: Bounds
    public let range: Bounds
    /// `format: int64`: an integer that does not fit is refused.
    public let isInt64: Bool
    public let description: String?
    /// Values that satisfy the schema; the tests hold them against it.
    public let examples: [SpecNode]
    /// Where the schema stands in its document.
    public let line: Int

    init(
        types: Types, literals: [Literal]?, properties: [Property], allowsOtherProperties: Bool, items: JSONSchema?,
        itemCount: Bounds, length: Bounds, range: Bounds, isInt64: Bool, description: String?, examples: [SpecNode],
        line: Int
    ) {
        self.types = types
        self.literals = literals
        self.properties = properties
        self.allowsOtherProperties = allowsOtherProperties
        self.items = items
        self.itemCount = itemCount
        self.length = length
        self.range = range
        self.isInt64 = isInt64
        self.description = description
        self.examples = examples
        self.line = line
    }
}
