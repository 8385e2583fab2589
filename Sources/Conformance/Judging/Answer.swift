import StrictJSON

/// An HTTP answer, read as one of the protocol.
struct Answer {
    enum Content {
        case result(JSONValue)
        case error(code: Int64, JSONObject)
        /// One clause that says why it is neither.
        case malformed(String)
    }

    let wire: WireAnswer
    /// The body, if it is an object.
    let envelope: JSONObject?
    let content: Content

    /// Deeper and wider than the strict reader's own limits: a statement may be long.
    private static let limits = JSONLimits(
        maximumDepth: 64, maximumBytes: HTTPTransport.answerBytesMax, maximumMembers: 4096)

    init(_ wire: WireAnswer) {
        self.wire = wire
        do throws(JSONError) {
            let value = try JSONValue(parsing: wire.body, limits: Self.limits)
            envelope = value.objectValue
            content = value.objectValue.map(Self.content) ?? .malformed("the body is JSON, but no object")
        } catch {
            envelope = nil
            content = .malformed(wire.body.isEmpty ? "the body is empty" : "the body is no JSON (\(error))")
        }
    }

    /// A member that is there and not null.
    private static func present(_ name: String, in envelope: JSONObject) -> JSONValue? {
        // Spelt out, for JSONValue can be written `nil` as well, and then means null.
        guard let value = envelope[name], !value.isNull else { return Optional.none }
        return value
    }

    private static func content(_ envelope: JSONObject) -> Content {
        switch (present("result", in: envelope), present("error", in: envelope)) {
        case (let result?, nil): return .result(result)
        case (nil, nil): return .malformed("there is neither a result nor an error")
        case (.some, .some): return .malformed("there are both a result and an error")
        case (nil, let error?):
            guard let object = error.objectValue else { return .malformed("`error` is no object") }
            guard let code = object["code"]?.integerValue else { return .malformed("`error.code` is no integer") }
            return .error(code: code, object)
        }
    }
}
