import Specification
import StrictJSON

/// Rules about the envelope around a result or an error, and about the parts of an error beside its code.
struct RPCFrame: FrameRule {
    enum ID: String, Sendable, CaseIterable {
        case echoed
        case null
        case zero
        case absent
    }

    enum Version: String, Sendable, CaseIterable {
        case present
        case absent
    }

    private let id: ID?
    private let version: Version?
    /// Exactly one of `result` and `error`.
    private let isSole: Bool
    /// The header says that the answer is JSON.
    private let isJSONTyped: Bool
    /// nil where no error is expected.
    private let error: RPCErrorRule?

    init(
        _ fields: inout SpecFields, of outcome: ExpectedAnswer.Outcome, in scope: ScenarioScope
    ) throws(SpecificationError) {
        if case .error = outcome { error = try RPCErrorRule(&fields, in: scope) } else { error = nil }
        id = try fields.optional("id").map { node throws(SpecificationError) in try node.word("id") }
        version = try fields.optional("jsonrpc").map { node throws(SpecificationError) in
            try node.word("jsonrpc")
        }
        isSole = try fields.optionalBoolean("sole") ?? false
        isJSONTyped = try fields.flag("content_type", "json")
    }

    func judge(
        _ answer: Answer, to request: PreparedRequest, _ bindings: Bindings, isStrict: Bool, into verdict: inout Verdict
    ) throws {
        if let rule = error, case .error(_, let object) = answer.content {
            try rule.judge(object, bindings, into: &verdict)
        }
        guard let envelope = answer.envelope else { return }
        judgeID(envelope["id"], sent: request.serial, into: &verdict)
        switch (version, envelope["jsonrpc"]) {
        case (nil, _), (.absent, nil), (.present, .string("2.0")?): break
        case (.present, let version): verdict.problems.append("`jsonrpc` is \(version?.text ?? "missing"), not \"2.0\"")
        case (.absent, let version): verdict.problems.append("`jsonrpc` is \(version?.text ?? "missing")")
        }
        if isSole {
            let name = if case .error = answer.content { "result" } else { "error" }
            if let other = envelope[name] { verdict.problems.append("`\(name)` is there too: \(other.text)") }
        }
        if isJSONTyped, let problem = answer.contentTypeProblem { verdict.problems.append(problem) }
    }

    private func judgeID(_ id: JSONValue?, sent: JSONValue, into verdict: inout Verdict) {
        let wanted: JSONValue? =
            switch self.id {
            case nil: id
            case .echoed: sent
            case .null: .null
            case .zero: 0
            case .absent: nil
            }
        guard id != wanted else { return }
        verdict.problems.append("`id` is \(id?.text.shortened(to: 60) ?? "missing"), not \(wanted?.text ?? "absent")")
    }

    func words(_ step: StepWords) -> [String] {
        var parts = error?.words(step) ?? []
        switch id {
        case .echoed?: parts.append("id as sent")
        case .null?: parts.append("id null")
        case .zero?: parts.append("id 0")
        case .absent?: parts.append("no id")
        case nil: break
        }
        if version == .present { parts.append("jsonrpc \"2.0\"") }
        if isSole { parts.append("nothing beside it") }
        if isJSONTyped { parts.append("content type JSON") }
        return parts
    }
}

extension SpecFields {
    /// Whether a key is there that can only say one word.
    mutating func flag(_ key: String, _ word: String) throws(SpecificationError) -> Bool {
        guard let node = optional(key) else { return false }
        guard try node.string(key) == word else { throw node.error("`\(key)` can only be \(word)") }
        return true
    }
}
