/// A value of a YAML document that remembers the line it stands on.
///
/// The tree is that of JSON: mappings have text keys, and numbers that are no 64-bit integers keep their text.
public struct SpecNode: Sendable {
    /// What stands there.
    public enum Content: Sendable {
        /// Nothing: `null`, `~`, or no value at all.
        case null
        /// `true` or `false`.
        case boolean(Bool)
        /// A number that is an integer of 64 bits.
        case integer(Int64)
        /// A fraction, an exponent, or an integer beyond 64 bits: its text, in JSON's grammar.
        case number(String)
        /// A text, quoted or not.
        case string(String)
        /// A list.
        case sequence([SpecNode])
        /// Keys with values, each key once.
        case mapping([SpecEntry])
    }

    /// The value.
    public let content: Content
    /// The line it begins on, counted from 1.
    public let line: Int
    /// The document it was read from.
    public let document: String

    init(_ content: Content, line: Int, document: String) {
        self.content = content
        self.line = line
        self.document = document
    }
}

/// One `key: value` of a mapping, in the document's order.
public struct SpecEntry: Sendable {
    /// The key, which is always text.
    public let key: String
    /// The line of the key.
    public let line: Int
    /// What stands under it.
    public let value: SpecNode
}

extension SpecNode {
    /// An error that points at this node.
    public func error(_ message: String) -> SpecificationError {
        SpecificationError(document: document, line: line, message: message)
    }

    /// What a reader of an error message would call this value.
    public var kind: String {
        switch content {
        case .null: "nothing"
        case .boolean: "a boolean"
        case .integer: "an integer"
        case .number: "a number that is no 64-bit integer"
        case .string: "a string"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
