import StrictJSON

/// Compares an error with a rule.
struct ErrorJudge {
    let bindings: Bindings

    func judge(code: Int64, _ error: JSONObject, _ rule: ErrorRule, into verdict: inout Verdict) throws {
        if case .named(let names) = rule.codes, !names.contains(where: { $0.codes.contains(code) }) {
            verdict.problems.append("it is the error \(code), not \(rule.codes.words)")
        }
        if let template = rule.data {
            let wanted = try bindings.value(template)
            if error["data"] != wanted {
                verdict.problems.append("`data` is \(error["data"]?.text ?? "missing"), not \(wanted.text)")
            }
        }
        if rule.isLocalised { judgeLanguages(error["message"], into: &verdict) }
        if rule.isComplete { judgeTypes(error, into: &verdict) }
        for template in rule.hidden { judgeSecrecy(of: try bindings.value(template), in: error, into: &verdict) }
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
}

extension ErrorRule.Codes {
    /// The codes in words: "error WrongAmount (-31001)".
    var words: String {
        switch self {
        case .any: "any error"
        case .named(let names): "error \(names.map(\.words).joined(separator: " or "))"
        }
    }
}

extension NamedCodes {
    var words: String {
        codes.lowerBound == codes.upperBound
            ? "\(name) (\(codes.lowerBound))" : "\(name) (\(codes.upperBound) to \(codes.lowerBound))"
    }
}
