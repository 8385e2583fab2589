import Specification
import StrictJSON

/// What an error has to be, beside its code.
struct RPCErrorRule: Sendable {
    /// What `data` must be.
    private let data: Template?
    /// `message` must be {ru, uz, en}.
    private let isLocalised: Bool
    /// `code`, `message` and `data` must have their types.
    private let isComplete: Bool
    /// Numbers that neither `message` nor `data` may show.
    private let hidden: [Template]

    init(_ fields: inout SpecFields, in scope: ScenarioScope) throws(SpecificationError) {
        data = try fields.optional("data").map { node throws(SpecificationError) in try Template(node) }
        var hidden: [Template] = []
        for node in try fields.optionalSequence("hides") ?? [] { hidden.append(try Template(node)) }
        self.hidden = hidden
        try scope.check((data?.expressions ?? []) + hidden.flatMap(\.expressions), at: fields.node)
        isLocalised = try fields.optionalBoolean("localised") ?? false
        isComplete = try fields.flag("error_object", "complete")
    }

    func judge(_ error: JSONObject, _ bindings: Bindings, into verdict: inout Verdict) throws {
        if let data {
            let wanted = try bindings.value(data)
            if error["data"] != wanted {
                verdict.problems.append("`data` is \(error["data"]?.text ?? "missing"), not \(wanted.text)")
            }
        }
        if isLocalised { judgeLanguages(error["message"], into: &verdict) }
        if isComplete { judgeTypes(error, into: &verdict) }
        for template in hidden { judgeSecrecy(of: try bindings.value(template), in: error, into: &verdict) }
    }

    private func judgeLanguages(_ message: JSONValue?, into verdict: inout Verdict) {
        guard let message = message?.objectValue else {
            verdict.problems.append("`message` is \(message?.text.shortened(to: 60) ?? "missing"), not {ru, uz, en}")
            return
        }
        for language in ["ru", "uz", "en"] where message[language]?.stringValue?.isEmpty ?? true {
            verdict.problems.append("`message.\(language)` is missing or empty")
        }
    }

    private func judgeTypes(_ error: JSONObject, into verdict: inout Verdict) {
        switch error["message"] {
        case .string(let text)? where !text.isEmpty: break
        case .object(let texts)? where !texts.isEmpty: break
        default: verdict.problems.append("`message` is neither a text nor {ru, uz, en}")
        }
        switch error["data"] {
        case nil, .null?, .string?: break
        case let data?: verdict.problems.append("`data` is \(data.kind), not a text")
        }
    }

    /// A number of fewer than four digits would be found anywhere.
    private func judgeSecrecy(of value: JSONValue, in error: JSONObject, into verdict: inout Verdict) {
        guard let number = value.integerValue, number >= 1000 else { return }
        let shown = (error["message"]?.text ?? "") + " " + (error["data"]?.text ?? "")
        let sums = number / 100
        let numbers = shown.split { !($0.isASCII && $0.isNumber) }
        for secret in [number, sums] where secret >= 1000 && numbers.contains(Substring(String(secret))) {
            verdict.problems.append("it tells the payer the figure \(secret)")
            return
        }
    }

    func words(_ step: StepWords) -> [String] {
        var parts: [String] = []
        if let data { parts.append("data \(step.words(data))") }
        if isLocalised { parts.append("message {ru, uz, en}") }
        if isComplete { parts.append("a complete error object") }
        if !hidden.isEmpty { parts.append("no figures of the order") }
        return parts
    }
}
