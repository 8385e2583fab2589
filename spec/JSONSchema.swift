/// A schema of the subset of JSON Schema that our documents use, with every `$ref` followed.
///
/// The subset: `type`, `const`, `enum`, `properties`, `required`, `additionalProperties` (true or false), `items`,
/// `minItems`, `maxItems`, `minLength`, `maxLength`, `minimum`, `maximum`, `format: int64`, `$ref`, `description`,
/// `examples`. An integer is an integer as written: `1.0` is a number.
public final class JSONSchema: Sendable {
    /// The JSON types a schema allows.
    public struct Types: OptionSet, Hashable, Sendable {
        /// A bit for each type.
        public let rawValue: UInt8
        /// - Parameter rawValue: a bit for each type; the highest means nothing.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `null`.
        public static let null = Types(rawValue: 1 << 0)
        /// `true` and `false`.
        public static let boolean = Types(rawValue: 1 << 1)
        /// A number without a fraction and an exponent: `1.0` is none.
        public static let integer = Types(rawValue: 1 << 2)
        /// Any number, integers included.
        public static let number = Types(rawValue: 1 << 3)
        /// Text.
        public static let string = Types(rawValue: 1 << 4)
        /// A list.
        public static let array = Types(rawValue: 1 << 5)
        /// Members with names.
        public static let object = Types(rawValue: 1 << 6)
        /// What a schema without `type` allows.
        public static let any = Types(rawValue: (1 << 7) - 1)
    }

    /// A value of `const` or `enum`.
    public enum Literal: Hashable, Sendable {
        /// `null`.
        case null
        /// `true` or `false`.
        case boolean(Bool)
        /// An integer of 64 bits.
        case integer(Int64)
        /// A text.
        case string(String)
    }

    /// A member of an object.
    public struct Property: Sendable {
        /// The member's name.
        public let name: String
        /// What its value must be.
        public let schema: JSONSchema
        /// Whether an object without it is refused.
        public let isRequired: Bool
    }

    /// Bounds that include both ends; nil is no bound.
    public struct Bounds: Hashable, Sendable {
        /// The least allowed; nil: no bound.
        public let minimum: Int64?
        /// The most allowed; nil: no bound.
        public let maximum: Int64?
    }

    /// The types that a value may have; ``Types/any`` if the schema names none.
    public let types: Types
    /// The only values allowed (`const` is a list of one), or nil if any is.
    public let literals: [Literal]?
    /// Required members first is not promised; the order is the document's.
    public let properties: [Property]
    /// Whether an object may have members that ``properties`` does not name.
    public let allowsOtherProperties: Bool
    /// The schema of every item of an array, or nil if any will do.
    public let items: JSONSchema?
    /// How many items an array may have.
    public let itemCount: Bounds
    /// Counted in Unicode code points.
    public let length: Bounds
    /// How small and how large an integer may be.
    public let range: Bounds
    /// `format: int64`: an integer that does not fit is refused.
    public let isInt64: Bool
    /// What the document says about it, for people.
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
