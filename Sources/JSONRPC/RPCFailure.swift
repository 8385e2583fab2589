public import Specification
public import StrictJSON

/// What a handler throws to answer an error of its method.
public struct RPCFailure: Error, Sendable {
    public let name: RPCErrorName
    public let data: JSONValue?
    public let message: LocalizedText?

    /// - Parameters:
    ///   - name: an error that the method declares and the handler said it raises
    ///   - data: the error's `data`, such as the name of the account field at fault
    ///   - message: replaces the document's text, if the document lets it (`text: replaceable`)
    public init(_ name: RPCErrorName, data: JSONValue? = nil, message: LocalizedText? = nil) {
        self.name = name
        self.data = data
        self.message = message
    }
}

/// A handler that did not keep to its document. The caller's answer says nothing of it; the log should.
public struct RPCContractBreach: Error, Hashable, Sendable, CustomStringConvertible {
    public let method: String
    public let error: RPCErrorName
    /// What was wrong, one clause.
    public let problem: String

    public var description: String { "the handler of \(method) raised \(error), \(problem)" }
}
