public import StrictJSON

/// An answer to send, and what the log may want to know about it.
public struct RPCAnswer: Sendable {
    /// What is to be sent.
    public enum Body: Sendable {
        /// Nothing is to be sent: the call was a notification.
        case empty
        /// One JSON document, in UTF-8.
        case bytes([UInt8])
        /// To be read once. If it throws, the answer cannot be completed and the connection must be broken off.
        case stream(any AsyncSequence<[UInt8], any Error> & Sendable)
    }

    /// What is to be sent; ``Body/empty`` in the ``calls`` of a batch.
    public var body: Body
    /// The method that was called, if the document knows it.
    public var method: String?
    /// The error's code, or nil if this is a result.
    public var errorCode: Int?
    /// The error's name in the document, or nil if this is a result.
    public var errorName: RPCErrorName?
    /// Why, for the log: never sent to the caller.
    public var underlyingError: (any Error)?
    /// The request's id as far as it could be read, else null.
    public var id: JSONValue
    /// The answers of a batch, in order, without their bodies.
    public var calls: [RPCAnswer] = []

    init(
        _ body: Body, id: JSONValue, method: String? = nil, error: RenderedError? = nil,
        underlyingError: (any Error)? = nil
    ) {
        self.body = body
        self.id = id
        self.method = method
        self.errorCode = error?.code
        self.errorName = error?.name
        self.underlyingError = underlyingError
    }
}

extension RPCAnswer.Body {
    /// The whole body, awaiting a stream to its end, so that all of it is in memory at once.
    ///
    /// - Throws: what the stream throws; also if it was read before.
    public func collect() async throws -> [UInt8] {
        switch self {
        case .empty: return []
        case .bytes(let bytes): return bytes
        case .stream(let chunks):
            var all: [UInt8] = []
            for try await chunk in chunks { all.append(contentsOf: chunk) }
            return all
        }
    }
}
