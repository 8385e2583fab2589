/// Handlers that do not fit their document. The description lists every problem, one a line.
public struct RPCBindingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence each, with the document's line where there is one.
    public let problems: [String]

    /// Every problem, one a line.
    public var description: String { problems.joined(separator: "\n") }
}
