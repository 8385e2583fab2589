public import Specification
public import StrictJSON

/// Holds answers against the document they should follow: for tests, where every answer should pass.
public struct RPCAnswerChecker: Sendable {
    private let document: OpenRPCDocument
    private let results: [String: SchemaValidator]

    /// Makes the schemas of the document's results ready.
    public init(document: OpenRPCDocument) {
        self.document = document
        results = Dictionary(uniqueKeysWithValues: document.methods.map { ($0.name, SchemaValidator($0.result)) })
    }

    /// Everything that is wrong with an answer; empty if nothing is.
    ///
    /// - Parameters:
    ///   - bytes: the answer as it was sent, one answer and not a batch
    ///   - method: the method that was called; nil, or a name the document does not have, if the call got no further
    ///     than the envelope, so that only a protocol error can answer it
    ///   - id: the id that was sent, if the answer must repeat it
    public func problems(inAnswer bytes: [UInt8], toMethod method: String?, id: JSONValue? = nil) -> [String] {
        do throws(JSONError) {
            return problems(inAnswer: try JSONValue(parsing: bytes, limits: Self.limits), toMethod: method, id: id)
        } catch {
            return ["\(error)"]
        }
    }

    /// The same for an answer that has been read.
    public func problems(inAnswer answer: JSONValue, toMethod method: String?, id: JSONValue? = nil) -> [String] {
        guard let answer = answer.objectValue else { return ["the answer is no object"] }
        var problems: [String] = []
        for (key, _) in answer where !["jsonrpc", "result", "error", "id"].contains(key) {
            problems.append("the answer has a member \(key)")
        }
        if answer["jsonrpc"] != "2.0" { problems.append(#"`jsonrpc` is not "2.0""#) }
        problems += self.problems(inID: answer["id"], sent: id)
        switch (answer["result"], answer["error"]) {
        case (let result?, nil): problems += self.problems(inResult: result, toMethod: method)
        case (nil, let error?): problems += self.problems(inError: error, toMethod: method)
        case (nil, nil): problems.append("the answer has neither result nor error")
        case (.some, .some): problems.append("the answer has both result and error")
        }
        return problems
    }

    /// A statement may be long.
    private static let limits = JSONLimits(maximumBytes: 1 << 30)
}

extension RPCAnswerChecker {
    private func problems(inID id: JSONValue?, sent: JSONValue?) -> [String] {
        guard let id else { return ["the answer has no id"] }
        guard RPCRequest.usableID(id) != nil else { return ["the id is of type \(id.kind)"] }
        guard let sent, sent != id else { return [] }
        return ["the id is not the one that was sent"]
    }

    private func problems(inResult result: JSONValue, toMethod method: String?) -> [String] {
        guard let method, let validator = results[method] else { return ["there is a result, but no such method"] }
        return validator.firstViolation(in: result).map { ["result: \($0)"] } ?? []
    }

    private func problems(inError error: JSONValue, toMethod method: String?) -> [String] {
        guard let object = error.objectValue else { return ["the error is no object"] }
        var problems: [String] = []
        for (key, _) in object where !["code", "message", "data"].contains(key) {
            problems.append("the error has a member \(key)")
        }
        guard let code = object["code"]?.integerValue else { return problems + ["the error's code is no integer"] }
        let candidates = errors(ofMethod: method).filter { $0.code == code }
        guard !candidates.isEmpty else { return problems + ["\(method ?? "the protocol") has no error \(code)"] }
        // Two errors may share a code; the answer has to be one of them, whichever it is.
        let complaints = candidates.map { self.problems(in: object, $0) }
        return problems + (complaints.contains([]) ? [] : complaints[0])
    }

    private func problems(in object: JSONObject, _ error: OpenRPCError) -> [String] {
        var problems: [String] = []
        let texts = object["message"]?.objectValue ?? [:]
        let expected = [("ru", error.text.ru), ("uz", error.text.uz), ("en", error.text.en)]
        if texts.count != expected.count { problems.append("\(error.name): the message is not {ru, uz, en}") }
        for (language, text) in expected {
            let isReplaced = error.textRule == .replaceable && texts[language]?.stringValue?.isEmpty == false
            if texts[language] != .string(text), !isReplaced {
                problems.append("\(error.name): the \(language) text is not the document's")
            }
        }
        switch object["data"] {
        case nil where error.data == .required: problems.append("\(error.name): `data` is missing")
        case nil, .string: break
        default: problems.append("\(error.name): `data` is no string")
        }
        return problems
    }

    private func errors(ofMethod name: String?) -> [OpenRPCError] {
        let events = OpenRPCProtocol.Event.allCases.map(document.rules.errorName)
        let method = name.flatMap(document.method(named:))
        let names = Set(events).union(method.map { $0.errors + [$0.invalidParams] } ?? [])
        return document.errors.filter { names.contains($0.name) }
    }
}
