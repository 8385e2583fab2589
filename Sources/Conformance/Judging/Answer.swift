import StrictJSON

/// An HTTP answer, read as one of the protocol.
struct Answer {
    enum Content {
        case result(JSONValue)
        /// A code, and the object that says more about it.
        case error(code: Int64, JSONObject)
        /// One clause that says why it is neither.
        case malformed(String)
    }

    let wire: WireAnswer
    /// The body, if it is an object.
    let envelope: JSONObject?
    let content: Content
    private let errorWords: (Int64, JSONObject) -> String

    /// Deeper and wider than the strict reader's own limits: a statement may be long.
    private static let limits = JSONLimits(
        maximumDepth: 64, maximumBytes: HTTPTransport.answerBytesMax, maximumMembers: 4096)

    /// - Parameters:
    ///   - content: reads the body, if it is an object
    ///   - words: puts an error into words
    init(
        _ wire: WireAnswer, content: (JSONObject) -> Content, words: @escaping (Int64, JSONObject) -> String
    ) {
        self.wire = wire
        errorWords = words
        do throws(JSONError) {
            let value = try JSONValue(parsing: wire.body, limits: Self.limits)
            envelope = value.objectValue
            self.content = value.objectValue.map(content) ?? .malformed("the body is JSON, but no object")
        } catch {
            envelope = nil
            self.content = .malformed(wire.body.isEmpty ? "the body is empty" : "the body is no JSON (\(error))")
        }
    }

    /// Of a protocol that says everything by the status.
    init(_ wire: WireAnswer, content: Content, words: @escaping (Int64, JSONObject) -> String) {
        self.wire = wire
        self.content = content
        errorWords = words
        envelope = nil
    }

    /// One clause, if the header does not say that the answer is JSON.
    var contentTypeProblem: String? {
        let type = wire.header("Content-Type") ?? "missing"
        let media = type.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
        guard !["application/json", "text/json"].contains(media) else { return nil }
        return "the content type is \(type.shortened(to: 60)), not JSON"
    }

    /// What it says, in a line.
    func words(width: Int) -> String {
        let status = wire.status == 200 ? "" : "HTTP \(wire.status), "
        switch content {
        case .result(let result): return "\(status)result \(result.text.shortened(to: width))"
        case .error(let code, let error): return (status + errorWords(code, error)).shortened(to: width)
        case .malformed(let clause): return "\(status)\(clause): \(StepWords.text(wire.body))"
        }
    }
}
