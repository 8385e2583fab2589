import StrictJSON

/// Puts a step into words: what was sent, what had to come, what came.
struct StepWords {
    let bindings: Bindings
    private static let width = 400

    // MARK: Sent

    func sent(_ sending: Sending, _ request: WireRequest) -> String {
        var words: [String] = []
        if sending.httpMethod != "POST" { words.append(sending.httpMethod) }
        switch sending.body {
        case .call(let method, _, _):
            let body = (try? JSONValue(parsing: request.body))?.objectValue
            words.append("\(method) \(body?["params"]?.text.shortened(to: Self.width) ?? "")")
        case .message: words.append("message \(Self.text(request.body))")
        case .raw: words.append(request.body.isEmpty ? "an empty body" : "body \(Self.text(request.body))")
        }
        if sending.authorization != .valid { words.append("with \(request.shownAuthorization ?? "no credentials")") }
        if let type = sending.contentType, type != "application/json" { words.append("as \(type)") }
        if sending.contentType == nil { words.append("without a content type") }
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
        case .repeated, .parallelSame: text += "; every time the same bytes"
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
        case .error(let rule): parts += words(rule)
        case .statement(let rule): parts += words(rule)
        case .anyAnswer: parts.append("any answer")
        case .anyHTTP: parts.append("anything but silence")
        }
        switch answer.envelope.id {
        case .echoed?: parts.append("id as sent")
        case .null?: parts.append("id null")
        case .zero?: parts.append("id 0")
        case .absent?: parts.append("no id")
        case nil: break
        }
        if answer.envelope.version == .present { parts.append("jsonrpc \"2.0\"") }
        if answer.envelope.isSole { parts.append("nothing beside it") }
        if answer.envelope.isJSONTyped { parts.append("content type JSON") }
        return parts.joined(separator: ", ")
    }

    private func words(_ rule: ErrorRule) -> [String] {
        var parts = [rule.codes.words]
        if let data = rule.data { parts.append("data \(words(data))") }
        if rule.isLocalised { parts.append("message {ru, uz, en}") }
        if rule.isComplete { parts.append("a complete error object") }
        if !rule.hidden.isEmpty { parts.append("no figures of the order") }
        return parts
    }

    private func words(_ rule: StatementRule) -> [String] {
        var parts = [rule.isEmpty ? "an empty statement" : "a statement"]
        for row in rule.rows { parts.append("with \(words(row.fields))") }
        if !rule.excluded.isEmpty { parts.append("without \(rule.excluded.map(words).joined(separator: ", "))") }
        if rule.isAscending { parts.append("in ascending order") }
        return parts
    }

    private func words(_ rules: [FieldRule]) -> String {
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
        case .digits(let count): "\(count) digits"
        case .fields(let rules): words(rules)
        case .each(let matcher): "a list of \(words(matcher))"
        case .all(let matchers): matchers.isEmpty ? "anything" : matchers.map(words).joined(separator: ", ")
        case .optional(let matcher): "\(words(matcher)) (optional)"
        case .either(let first, let second, _): "\(words(first)) or \(words(second))"
        }
    }

    private func words(_ template: Template) -> String {
        (try? bindings.value(template))?.text ?? "a value that was not saved"
    }

    // MARK: Got

    static func got(_ outcome: WireOutcome) -> String {
        guard case .answer(let wire) = outcome else {
            guard case .failure(let failure) = outcome else { return "" }
            return "no answer: \(failure.clause)"
        }
        let status = wire.status == 200 ? "" : "HTTP \(wire.status), "
        switch Answer(wire).content {
        case .result(let result): return "\(status)result \(result.text.shortened(to: width))"
        case .error(let code, let error):
            let message = error["message"]?["en"] ?? error["message"]
            let data = error["data"].map { ", data \($0.text)" } ?? ""
            return "\(status)error \(code)\(message.map { " \($0.text)" } ?? "")\(data)".shortened(to: width)
        case .malformed(let clause): return "\(status)\(clause): \(text(wire.body))"
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        // The whole of a long body need not be decoded to show its ends.
        guard bytes.count > 4 * width else { return String(decoding: bytes, as: UTF8.self).shortened(to: width) }
        let head = String(decoding: bytes.prefix(width / 2), as: UTF8.self)
        let tail = String(decoding: bytes.suffix(width / 4), as: UTF8.self)
        return "\(head)…\(tail) (\(bytes.count) bytes)"
    }
}
