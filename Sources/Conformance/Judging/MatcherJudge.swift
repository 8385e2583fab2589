import StrictJSON

/// Compares values with matchers.
struct MatcherJudge {
    let bindings: Bindings
    let isStrict: Bool

    /// - Parameters:
    ///   - value: nil if it is absent
    ///   - name: what the value is called in a problem
    func judge(_ value: JSONValue?, _ matcher: Matcher, name: String, into verdict: inout Verdict) throws {
        if case .optional(let inner) = matcher {
            if let value { try judge(value, inner, name: name, into: &verdict) }
            return
        }
        if case .either(let first, let second, let note) = matcher {
            try judgeEither(value, first, second, note, name: name, into: &verdict)
            return
        }
        guard let value else {
            verdict.problems.append("\(name) is missing")
            return
        }
        switch matcher {
        case .all(let matchers):
            for matcher in matchers { try judge(value, matcher, name: name, into: &verdict) }
        case .fields(let rules):
            guard let object = value.objectValue else { return report(value, name, "an object", &verdict) }
            try judge(object, rules, prefix: "\(name).", into: &verdict)
        case .each(let matcher):
            guard let items = value.arrayValue else { return report(value, name, "a list", &verdict) }
            for (index, item) in items.enumerated() {
                try judge(item, matcher, name: "\(name)[\(index)]", into: &verdict)
            }
        default:
            if let wanted = try mismatch(value, matcher) { report(value, name, wanted, &verdict) }
        }
    }

    /// Judges the members of an object.
    func judge(_ object: JSONObject, _ rules: [FieldRule], prefix: String, into verdict: inout Verdict) throws {
        for rule in rules {
            try judge(object[rule.name], rule.matcher, name: prefix + rule.name, into: &verdict)
        }
    }

    private func judgeEither(
        _ value: JSONValue?, _ first: Matcher, _ second: Matcher, _ note: String?, name: String,
        into verdict: inout Verdict
    ) throws {
        var preferred = Verdict()
        try judge(value, first, name: name, into: &preferred)
        var other = Verdict()
        if !preferred.isMet { try judge(value, second, name: name, into: &other) }
        guard !preferred.isMet, other.isMet, note == nil || !isStrict else {
            verdict.problems += preferred.problems
            verdict.notes += preferred.notes
            return
        }
        verdict.notes += other.notes + (note.map { ["\(name): \($0)"] } ?? [])
    }

    /// What is wanted instead, or nil if the value will do.
    private func mismatch(_ value: JSONValue, _ matcher: Matcher) throws -> String? {
        switch matcher {
        case .equals(let template):
            let wanted = try bindings.value(template)
            return value == wanted ? nil : wanted.text
        case .not(let template):
            let unwanted = try bindings.value(template)
            return value == unwanted ? "anything but \(unwanted.text)" : nil
        case .oneOf(let templates):
            let wanted = try templates.map(bindings.value)
            return wanted.contains(value) ? nil : "one of \(wanted.map(\.text).joined(separator: ", "))"
        case .kind(let kind):
            return kind.fits(value) ? nil : kind.words
        case .nearNow(let distance):
            guard let time = value.integerValue else { return "a time" }
            let present = bindings.present
            let (difference, overflow) = time.subtractingReportingOverflow(present)
            guard overflow || difference.magnitude > UInt64(distance) else { return nil }
            return "a time near the present, \(present)"
        case .atLeast(let template):
            let wanted = try bindings.value(template)
            guard let least = wanted.integerValue, let number = value.integerValue, number >= least else {
                return "at least \(wanted.text)"
            }
            return nil
        case .atMost(let template):
            let wanted = try bindings.value(template)
            guard let most = wanted.integerValue, let number = value.integerValue, number <= most else {
                return "at most \(wanted.text)"
            }
            return nil
        case .digits(let count):
            guard let text = value.stringValue, text.count == count, text.allSatisfy({ $0.isASCII && $0.isNumber })
            else { return "a text of \(count) digits" }
            return nil
        case .all, .fields, .each, .optional, .either:
            return nil
        }
    }

    private func report(_ value: JSONValue, _ name: String, _ wanted: String, _ verdict: inout Verdict) {
        verdict.problems.append("\(name) is \(value.text.shortened(to: 80)), not \(wanted)")
    }
}

extension Matcher.Kind {
    func fits(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.text, .string), (.integer, .integer), (.number, .integer), (.number, .number), (.boolean, .bool),
            (.object, .object), (.list, .array), (.null, .null):
            true
        case (.timestamp, .integer(let time)):
            (1_000_000_000_000...9_999_999_999_999).contains(time)
        case (.numeral, .string(let text)): Int64(text) != nil
        default: false
        }
    }

    var words: String {
        switch self {
        case .text: "a text"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "true or false"
        case .object: "an object"
        case .list: "a list"
        case .null: "null"
        case .numeral: "a number in a text"
        case .timestamp: "a time in milliseconds (13 digits)"
        }
    }
}

extension String {
    /// The text, cut in its middle if it is longer.
    func shortened(to limit: Int) -> String {
        guard count > limit else { return self }
        let head = limit * 2 / 3
        return "\(prefix(head))…\(suffix(max(0, limit - head - 1)))"
    }
}
