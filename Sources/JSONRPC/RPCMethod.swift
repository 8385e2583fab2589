public import StrictJSON

/// What a handler answers.
public enum RPCResult: Sendable {
    /// A value, serialized by the dispatcher.
    case value(JSONValue)
    /// One JSON value, already serialized. It is sent as it is, unchecked.
    case bytes([UInt8])
    /// Chunks that together are one JSON value.
    ///
    /// The answer is committed to with the first chunk: an error before it becomes the answer, one after it can only
    /// break the answer off.
    case stream(any AsyncSequence<[UInt8], any Error> & Sendable)
}

/// The handler of one method of the document.
public struct RPCMethod<Context: Sendable>: Sendable {
    /// Gets the parameters, which the document's schema has accepted, and what the transport knows of the call. Throws
    /// an ``RPCFailure`` for an error of its method; whatever else it throws is answered as an internal error.
    public typealias Handler = @Sendable (JSONObject, Context) async throws -> RPCResult

    /// The method's name in the document.
    public let name: String
    /// Every error that the handler may throw as an ``RPCFailure``.
    public let raises: Set<RPCErrorName>
    /// Answers the calls, many at once.
    public let handler: Handler

    /// - Parameters:
    ///   - name: the method's name in the document
    ///   - raises: every error the handler may throw as an ``RPCFailure``. The document's `internalError` and the
    ///     method's error for invalid parameters need no mention; anything else that is not here is answered as an
    ///     internal error
    ///   - handler: gets the parameters, which the document's schema has accepted
    public init(_ name: String, raises: Set<RPCErrorName>, handler: @escaping Handler) {
        self.name = name
        self.raises = raises
        self.handler = handler
    }
}

/// Whether the transport lets a caller in.
public enum RPCAdmission: Sendable {
    /// The body is judged and answered.
    case granted
    /// Whatever the body is, it is answered with this error: it is read for nothing but its `id`.
    case refused(RPCErrorName)
}
