public import Specification
public import StrictJSON

/// What a handler throws to answer an error of its method.
public struct RPCFailure: Error, Sendable {
    /// Which error.
    public let name: RPCErrorName
    /// The error's `data`; nil: none is sent.
    public let data: JSONValue?
    /// What the payer reads; nil, or not replaceable: the document's text.
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
    /// The method whose handler it was.
    public let method: String
    /// The error that it raised.
    public let error: RPCErrorName
    /// What was wrong, one clause.
    public let problem: String

    /// One sentence for the log.
    public var description: String { "the handler of \(method) raised \(error), \(problem)" }
}
