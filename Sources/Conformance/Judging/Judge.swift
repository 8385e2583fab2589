import StrictJSON

/// Decides whether an answer is what a step expects.
struct Judge {
    let dialect: any WireDialect
    let bindings: Bindings
    let isStrict: Bool

    /// - Parameters:
    ///   - outcome: what came of the request
    ///   - request: what was sent
    func verdict(
        on outcome: WireOutcome, _ expectation: Expectation, to request: PreparedRequest
    ) throws -> Verdict {
        var recommended: Verdict?
        for expected in expectation.answers {
            var verdict = try verdict(on: outcome, expected, to: request)
            if verdict.isMet {
                // Tolerated is not enough for a strict run.
                if expected.note != nil && isStrict { continue }
                verdict.mark = expected.mark
                verdict.notes += expected.note.map { [$0] } ?? []
                verdict.remarks += expected.remark.map { [$0] } ?? []
                return verdict
            }
            if recommended == nil { recommended = verdict }
        }
        return recommended ?? Verdict()
    }

    private func verdict(
        on outcome: WireOutcome, _ expected: ExpectedAnswer, to request: PreparedRequest
    ) throws -> Verdict {
        var verdict = Verdict()
        let wire: WireAnswer
        switch outcome {
        case .answer(let answer): wire = answer
        case .failure(let failure):
            if case .anyHTTP = expected.outcome, failure.kind != .timeout {
                verdict.notes.append("There was no answer: \(failure.clause).")
            } else {
                verdict.problems.append("there is no answer: \(failure.clause)")
            }
            return verdict
        }
        let answer = dialect.answer(wire)
        if case .anyHTTP = expected.outcome {
            if wire.status != 200, !dialect.saysByStatus {
                verdict.notes.append("Answered HTTP \(wire.status); \(dialect.statusRule).")
            }
            return verdict
        }
        if wire.status != 200, !dialect.saysByStatus {
            verdict.problems.append("the HTTP status is \(wire.status), not 200")
        }
        try judge(answer, expected.outcome, into: &verdict)
        try expected.frame.judge(answer, to: request, bindings, isStrict: isStrict, into: &verdict)
        return verdict
    }

    private func judge(_ answer: Answer, _ outcome: ExpectedAnswer.Outcome, into verdict: inout Verdict) throws {
        if case .malformed(let clause) = answer.content {
            verdict.problems.append(clause)
            return
        }
        switch (outcome, answer.content) {
        case (.anyAnswer, _), (.anyHTTP, _), (_, .malformed): break
        case (.result(let rules), .result(let result)):
            guard let object = result.objectValue else {
                verdict.problems.append("`result` is no object")
                return
            }
            try MatcherJudge(bindings: bindings, isStrict: isStrict)
                .judge(object, rules, prefix: "", into: &verdict)
        case (.statement(let rule), .result(let result)):
            try StatementJudge(bindings: bindings, isStrict: isStrict).judge(result, rule, into: &verdict)
        case (.error(let codes), .error(let code, _)):
            if !codes.contains(code) { verdict.problems.append("it is the error \(code), not \(codes.words)") }
        case (.error, .result): verdict.problems.append("it is a result, not an error")
        case (_, .error(let code, _)): verdict.problems.append("it is the error \(code), not a result")
        }
    }
}
