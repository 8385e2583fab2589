/// The first place where a value does not fit its schema. It names members of the schema and never repeats the value.
public struct SchemaViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, such as `fiscal_data.items[2].price`; empty for the value as a whole.
    public let path: String
    /// What was expected there.
    public let message: String

    init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// The path and what was expected there: `fiscal_data.items[2].price is missing`.
    public var description: String { path.isEmpty ? message : "\(path) \(message)" }

    /// The same violation seen from the object whose member the value is.
    func inside(member name: String) -> SchemaViolation {
        let isJoined = path.isEmpty || path.hasPrefix("[")
        return SchemaViolation(path: isJoined ? name + path : "\(name).\(path)", message: message)
    }

    /// The same violation seen from the array whose item the value is.
    func inside(item index: Int) -> SchemaViolation {
        let isJoined = path.isEmpty || path.hasPrefix("[")
        return SchemaViolation(path: isJoined ? "[\(index)]\(path)" : "[\(index)].\(path)", message: message)
    }
}
