import StrictJSON

/// Compares what surrounds a result or an error with a rule.
struct EnvelopeJudge {
    let answer: Answer
    /// The `id` that was sent.
    let rpcID: JSONValue

    func judge(_ rule: EnvelopeRule, into verdict: inout Verdict) {
        guard let envelope = answer.envelope else { return }
        judgeID(envelope["id"], rule.id, into: &verdict)
        switch (rule.version, envelope["jsonrpc"]) {
        case (nil, _), (.absent, nil), (.present, .string("2.0")?): break
        case (.present, let version): verdict.problems.append("`jsonrpc` is \(version?.text ?? "missing"), not \"2.0\"")
        case (.absent, let version): verdict.problems.append("`jsonrpc` is \(version?.text ?? "missing")")
        }
        if rule.isSole {
            let name = if case .error = answer.content { "result" } else { "error" }
            if let other = envelope[name] { verdict.problems.append("`\(name)` is there too: \(other.text)") }
        }
        if rule.isJSONTyped {
            let type = answer.wire.header("Content-Type") ?? "missing"
            let media = type.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
            if !["application/json", "text/json"].contains(media) {
                verdict.problems.append("the content type is \(type.shortened(to: 60)), not JSON")
            }
        }
    }

    private func judgeID(_ id: JSONValue?, _ rule: EnvelopeRule.ID?, into verdict: inout Verdict) {
        let wanted: JSONValue? =
            switch rule {
            case nil: id
            case .echoed: rpcID
            case .null: .null
            case .zero: 0
            case .absent: nil
            }
        guard id != wanted else { return }
        verdict.problems.append("`id` is \(id?.text.shortened(to: 60) ?? "missing"), not \(wanted?.text ?? "absent")")
    }
}
