/// How a document's protocol uses JSON-RPC: the extension `x-rpc`.
public struct OpenRPCProtocol: Sendable {
    /// Something that goes wrong around a method rather than inside it.
    public enum Event: String, CaseIterable, Hashable, Sendable {
        /// The HTTP method is not POST.
        case notPost
        /// The body is no JSON.
        case parseError
        /// The body is JSON, but no request.
        case invalidRequest
        /// The request's method does not exist.
        case methodNotFound
        /// The method's parameters do not fit. A method may name another error for this.
        case invalidParams
        /// The caller's credentials are missing or wrong.
        case unauthorized
        /// The handler failed in a way the method does not declare.
        case internalError
    }

    /// The `jsonrpc` member of a request.
    public enum Version: String, CaseIterable, Sendable {
        /// May be left out; if present it must be "2.0".
        case optional
        /// A request without it is invalid.
        case required
    }

    /// The `params` member of a request.
    public enum Params: String, CaseIterable, Sendable {
        /// May be left out, which is the same as an empty object.
        case optional
        /// A request without it is invalid.
        case required
    }

    /// An array of requests in one body.
    public enum Batches: Hashable, Sendable {
        /// An invalid request.
        case refused
        /// Answered one by one, up to a limit.
        case allowed(limit: Int)
    }

    /// A request without `id`.
    public enum Notifications: String, CaseIterable, Sendable {
        /// Answered like any other, with `id` null.
        case answered
        /// Carried out, and not answered.
        case silent
    }

    /// Whether requests must say which JSON-RPC they are.
    public let version: Version
    /// Whether requests must have parameters.
    public let params: Params
    /// Whether several requests may come in one body.
    public let batches: Batches
    /// What becomes of a request without an id.
    public let notifications: Notifications
    /// The name of the error for every event.
    let errors: [Event: String]

    /// The name of the error that answers an event.
    public func errorName(for event: Event) -> String {
        guard let name = errors[event] else { preconditionFailure("x-rpc was read without \(event.rawValue)") }
        return name
    }
}
