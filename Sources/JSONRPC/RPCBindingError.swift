/// Handlers that do not fit their document. The description lists every problem, one a line.
public struct RPCBindingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [String]

    public var description: String { problems.joined(separator: "\n") }
}
