public import StrictJSON

/// A request body that has been read as JSON, and not judged further.
public struct RPCMessage: Sendable {
    /// The body, or why it is no JSON.
    public let content: Result<JSONValue, JSONError>

    /// - Parameters:
    ///   - body: the bytes as they came
    ///   - limits: beyond these the body is no JSON
    public init(body: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .default) {
        do throws(JSONError) {
            content = .success(try JSONValue(parsing: body, limits: limits))
        } catch {
            content = .failure(error)
        }
    }

    /// The id to answer with: null unless the body is one request with a usable id.
    public var id: JSONValue {
        guard case .success(.object(let request)) = content else { return .null }
        return RPCRequest.usableID(request["id"]) ?? .null
    }
}
