import Specification
import StrictJSON

/// Rules about an answer beside the number in `error`.
///
/// Two hold always: `error` is a number, and what is echoed is what was sent.
struct ClickFrame: FrameRule {
    /// Members of the answer, whether it is a success or an error.
    private let fields: [FieldRule]
    /// The header says that the answer is JSON.
    private let isJSONTyped: Bool

    init(
        _ fields: inout SpecFields, matchers: MatcherReader, in scope: ScenarioScope
    ) throws(SpecificationError) {
        let node = fields.optional("fields")
        self.fields =
            try node.map { node throws(SpecificationError) in try matchers.fields(node, what: "fields") } ?? []
        if let node { try scope.check(self.fields.flatMap(\.matcher.expressions), at: node) }
        isJSONTyped = try fields.flag("content_type", "json")
    }

    func judge(
        _ answer: Answer, to request: PreparedRequest, _ bindings: Bindings, isStrict: Bool, into verdict: inout Verdict
    ) throws {
        if let envelope = answer.envelope {
            if case .string(let text)? = envelope["error"], Int64(text) != nil {
                tolerate(
                    "`error` is a text here; Click documents a number, and its test programs compare it as one.",
                    isStrict, &verdict)
            }
            judgeEcho("click_trans_id", envelope, request, isStrict, &verdict)
            judgeEcho("merchant_trans_id", envelope, request, isStrict, &verdict)
            try MatcherJudge(bindings: bindings, isStrict: isStrict)
                .judge(envelope, fields, prefix: "", into: &verdict)
        }
        if isJSONTyped, let problem = answer.contentTypeProblem { verdict.problems.append(problem) }
    }

    /// What is echoed must be what was sent; whether it has to be there is another question.
    private func judgeEcho(
        _ name: String, _ envelope: JSONObject, _ request: PreparedRequest, _ isStrict: Bool,
        _ verdict: inout Verdict
    ) {
        guard let echo = envelope[name], !echo.isNull, let sent = request.sent[name] else { return }
        // An id that is no number of 64 bits cannot be echoed as one.
        if name == "click_trans_id", Int64(ClickForm.text(of: sent)) == nil { return }
        let wanted = name == "click_trans_id" ? Int64(ClickForm.text(of: sent)).map { .integer($0) } ?? sent : sent
        if echo == wanted { return }
        guard ClickForm.text(of: echo) == ClickForm.text(of: sent) else {
            verdict.problems.append(
                "\(name) is \(echo.text.shortened(to: 60)), not \(wanted.text.shortened(to: 60)) as sent")
            return
        }
        let (here, documented) = name == "click_trans_id" ? ("text", "number") : ("number", "text")
        tolerate("\(name) is a \(here) here; Click documents a \(documented).", isStrict, &verdict)
    }

    private func tolerate(_ sentence: String, _ isStrict: Bool, _ verdict: inout Verdict) {
        if isStrict { verdict.problems.append(sentence) } else { verdict.notes.append(sentence) }
    }

    func words(_ step: StepWords) -> [String] {
        (fields.isEmpty ? [] : ["with \(step.words(fields))"]) + (isJSONTyped ? ["content type JSON"] : [])
    }
}
