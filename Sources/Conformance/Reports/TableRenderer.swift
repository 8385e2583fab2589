/// Writes a report as text for a terminal: a line per scenario, and under a miss everything there is to know.
public struct TableRenderer: Sendable {
    private let width: Int
    private let isColoured: Bool

    /// - Parameters:
    ///   - width: how many columns a line may take, at least 60
    ///   - isColoured: whether to use ANSI colours
    public init(width: Int = 100, isColoured: Bool = false) {
        self.width = max(width, 60)
        self.isColoured = isColoured
    }

    /// The whole report.
    public func text(of report: ConformanceReport) -> String {
        var lines = header(report.environment)
        for group in report.groups {
            let scenarios = report.scenarios.filter { $0.group == group }
            lines += ["", styled(group.title, .bold)]
            let idWidth = (scenarios.map(\.id.count).max() ?? 0) + 2
            for scenario in scenarios { lines += self.lines(scenario, idWidth: idWidth) }
        }
        lines += footer(report)
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line: what came of a scenario, for the progress of a run.
    public func line(_ scenario: ScenarioReport) -> String {
        "\(badge(scenario.outcome)) \(scenario.id)"
    }

    /// The last line: how many scenarios came out how.
    public func summary(_ report: ConformanceReport) -> String {
        let passed = report.count(.passed)
        let noted = report.count(.noted)
        let missed = report.count(.missed)
        let skipped = report.count(.skipped)
        let style: Style = report.exitCode != 0 ? .red : skipped > 0 ? .yellow : .green
        return styled(
            "\(report.scenarios.count) scenarios: \(passed) passed, \(noted) passed with a note, \(missed) missed, "
                + "\(skipped) skipped", style)
    }

    private func header(_ environment: RunEnvironment) -> [String] {
        let orders =
            environment.makesOrders
            ? "orders made through the merchant API"
            : "\(environment.ordersGiven) orders given, \(environment.ordersNeeded) needed"
        let amount = "\(environment.amount) \(environment.dialect.minorUnit)"
        let middle =
            switch environment.dialect {
            case .login(let login, let accountField): ["account field \(accountField)", amount, "login \(login)"]
            case .service(let id): [amount, "service \(id)"]
            case .pixKey(let key, let hasBank): [amount, "key \(key)", hasBank ? "with a bank" : "without a bank"]
            case .shop(let id, let hasAPI, let isProxy):
                [amount, id.map { "shop \($0)" } ?? "any shop", hasAPI ? "with an API" : "without an API"]
                    + (isProxy ? ["as a proxy"] : [])
            }
        let facts =
            ["\(environment.kind.rawValue) orders"] + middle
            + (environment.completeURL.map { ["Complete at \($0)"] } ?? [])
            + [orders, environment.isStrict ? "strict" : "tolerant"]
        return TextLayout.wrapped("\(environment.gateway) conformance of \(environment.url)", width: width)
            .map { styled($0, .bold) } + TextLayout.wrapped(facts.joined(separator: ", "), width: width)
    }

    private func lines(_ scenario: ScenarioReport, idWidth: Int) -> [String] {
        let indent = 2 + 6
        let titleWidth = width - indent - idWidth
        let titles = TextLayout.wrapped(scenario.title, width: titleWidth)
        var lines = titles.enumerated().map { index, title in
            index == 0
                ? "  \(badge(scenario.outcome))  \(scenario.id.padded(to: idWidth))\(title)"
                : String(repeating: " ", count: indent + idWidth) + title
        }
        if let reason = scenario.skipReason { lines += row("skipped", reason) }
        for note in scenario.notes { lines += row("note", note) }
        guard scenario.outcome == .missed else { return lines }
        for step in scenario.steps where step.outcome == .missed {
            if !step.sent.isEmpty { lines += row("sent", step.sent) }
            if !step.expected.isEmpty { lines += row("expected", step.expected) }
            if !step.got.isEmpty { lines += row("got", step.got) }
            for problem in step.problems { lines += row("problem", problem) }
        }
        lines += row("rule", scenario.rule)
        lines += row("stands in", scenario.sources.map(\.words).joined(separator: "; "))
        lines += row("why", scenario.why)
        if scenario.stepsNotRun > 0 { lines += row("not run", "the rest of the steps (\(scenario.stepsNotRun))") }
        return lines
    }

    private func row(_ label: String, _ text: String) -> [String] {
        TextLayout.labelled(label, text, indent: 8, labelWidth: 11, width: width).map { styled($0, .plain) }
    }

    private func footer(_ report: ConformanceReport) -> [String] {
        var lines = [""]
        for hint in report.hints { lines += TextLayout.wrapped("Hint: \(hint)", width: width) }
        if let reason = report.endedEarly {
            lines += TextLayout.wrapped("Ended early: \(reason)", width: width).map { styled($0, .red) }
        }
        if let reason = report.incomplete {
            lines += TextLayout.wrapped("Not complete: \(reason)", width: width).map { styled($0, .red) }
        }
        return lines + [summary(report)]
    }

    private func badge(_ outcome: Outcome) -> String {
        switch outcome {
        case .passed: styled("ok  ", .green)
        case .noted: styled("note", .yellow)
        case .missed: styled("MISS", .red)
        case .skipped: styled("skip", .yellow)
        }
    }

    private enum Style: String {
        case plain = ""
        case bold = "1"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    private func styled(_ text: String, _ style: Style) -> String {
        isColoured && style != .plain ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension Citation {
    /// "Payme docs, Sandbox: scenario 1".
    var words: String { "\(title): \(place)" }
}
