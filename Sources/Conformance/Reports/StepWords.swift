import StrictJSON

/// Puts a step into words: what was sent, what had to come, what came.
struct StepWords {
    let bindings: Bindings
    static let width = 400

    // MARK: Sent

    func sent(_ sending: Sending, _ request: WireRequest) -> String {
        var words = sending.message.words(for: request)
        switch sending.copies {
        case .once: break
        case .repeated(let count): words.append("(\(count) times)")
        case .parallelSame(let count): words.append("(\(count) times at once)")
        case .parallelDistinct(let count): words.append("(\(count) different ones at once)")
        }
        return words.joined(separator: " ")
    }

    // MARK: Expected

    func expected(_ sending: Sending) -> String {
        var text = expected(sending.expectation)
        if let winners = sending.winners {
            text = "from exactly \(winners.count): \(text); from the others: \(expected(winners.others))"
        }
        switch sending.copies {
        case .repeated: text += "; every time the same bytes"
        case .parallelSame where sending.winners == nil: text += "; every time the same bytes"
        default: break
        }
        if sending.sameAs != nil { text += "; the same bytes as before" }
        return text
    }

    private func expected(_ expectation: Expectation) -> String {
        expectation.answers.map(expected).joined(separator: ", or ")
    }

    private func expected(_ answer: ExpectedAnswer) -> String {
        var parts: [String] = []
        switch answer.outcome {
        case .result(let rules): parts.append("result \(words(rules))")
        case .error(let codes): parts.append(codes.words)
        case .statement(let rule): parts += words(rule)
        case .anyAnswer: parts.append("any answer")
        case .anyHTTP: parts.append("anything but silence")
        }
        return (parts + answer.frame.words(self)).joined(separator: ", ")
    }

    private func words(_ rule: StatementRule) -> [String] {
        var parts = [rule.isEmpty ? "an empty statement" : "a statement"]
        for row in rule.rows { parts.append("with \(words(row.fields))") }
        if !rule.excluded.isEmpty { parts.append("without \(rule.excluded.map(words).joined(separator: ", "))") }
        if rule.isAscending { parts.append("in ascending order") }
        return parts
    }

    func words(_ rules: [FieldRule]) -> String {
        "{\(rules.map { "\($0.name): \(words($0.matcher))" }.joined(separator: ", "))}"
    }

    private func words(_ matcher: Matcher) -> String {
        switch matcher {
        case .equals(let template): words(template)
        case .not(let template): "not \(words(template))"
        case .oneOf(let templates): templates.map(words).joined(separator: " or ")
        case .kind(let kind): kind.words
        case .nearNow: "near the present"
        case .atLeast(let template): "at least \(words(template))"
        case .atMost(let template): "at most \(words(template))"
        case .digits(let count): "\(count) digits"
        case .fields(let rules): words(rules)
        case .each(let matcher): "a list of \(words(matcher))"
        case .all(let matchers): matchers.isEmpty ? "anything" : matchers.map(words).joined(separator: ", ")
        case .optional(let matcher): "\(words(matcher)) (optional)"
        case .either(let first, let second, _): "\(words(first)) or \(words(second))"
        }
    }

    func words(_ template: Template) -> String {
        (try? bindings.value(template))?.text ?? "a value that was not saved"
    }

    // MARK: Got

    static func got(_ outcome: WireOutcome, _ dialect: any WireDialect) -> String {
        switch outcome {
        case .answer(let wire): dialect.answer(wire).words(width: width)
        case .failure(let failure): "no answer: \(failure.clause)"
        }
    }

    static func text(_ bytes: [UInt8]) -> String {
        // The whole of a long body need not be decoded to show its ends.
        guard bytes.count > 4 * width else { return String(decoding: bytes, as: UTF8.self).shortened(to: width) }
        let head = String(decoding: bytes.prefix(width / 2), as: UTF8.self)
        let tail = String(decoding: bytes.suffix(width / 4), as: UTF8.self)
        return "\(head)…\(tail) (\(bytes.count) bytes)"
    }
}
