/// Writes a report as JUnit's XML.
enum JUnitRenderer {
    static func text(of report: ConformanceReport) -> String {
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        let environment = report.environment
        lines.append(
            "<testsuites name=\"\(Markup.attribute("\(environment.gateway) conformance of \(environment.url)"))\""
                + counts(report.scenarios, milliseconds: environment.durationMilliseconds) + ">")
        for group in report.groups {
            let scenarios = report.scenarios.filter { $0.group == group }
            let name = "\(environment.gateway).\(group.id)"
            let milliseconds = scenarios.map(\.durationMilliseconds).reduce(0, +)
            lines.append(
                "  <testsuite name=\"\(Markup.attribute(name))\"" + counts(scenarios, milliseconds: milliseconds) + ">")
            for scenario in scenarios { lines += testCase(scenario, className: name) }
            lines.append("  </testsuite>")
        }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func counts(_ scenarios: [ScenarioReport], milliseconds: Int64) -> String {
        let missed = scenarios.count { $0.outcome == .missed }
        let skipped = scenarios.count { $0.outcome == .skipped }
        return " tests=\"\(scenarios.count)\" failures=\"\(missed)\" errors=\"0\" skipped=\"\(skipped)\""
            + " time=\"\(seconds(milliseconds))\""
    }

    private static func testCase(_ scenario: ScenarioReport, className: String) -> [String] {
        var lines = [
            "    <testcase classname=\"\(Markup.attribute(className))\" name=\"\(Markup.attribute(scenario.id))\""
                + " time=\"\(seconds(scenario.durationMilliseconds))\">"
        ]
        switch scenario.outcome {
        case .missed:
            let problems = scenario.steps.flatMap(\.problems).joined(separator: "; ")
            lines.append(
                "      <failure type=\"miss\" message=\"\(Markup.attribute(problems))\">"
                    + Markup.escaped(details(scenario)) + "</failure>")
        case .skipped:
            lines.append("      <skipped message=\"\(Markup.attribute(scenario.skipReason ?? ""))\"/>")
        case .passed, .noted: break
        }
        if !scenario.notes.isEmpty {
            lines.append("      <system-out>\(Markup.escaped(scenario.notes.joined(separator: "\n")))</system-out>")
        }
        lines.append("    </testcase>")
        return lines
    }

    private static func details(_ scenario: ScenarioReport) -> String {
        var lines = [scenario.title]
        for step in scenario.steps where step.outcome == .missed {
            lines += ["sent: \(step.sent)", "expected: \(step.expected)", "got: \(step.got)"]
            lines += step.problems.map { "problem: \($0)" }
        }
        lines.append("rule: \(scenario.rule)")
        lines.append("stands in: \(scenario.sources.map(\.words).joined(separator: "; "))")
        lines.append("why: \(scenario.why)")
        return lines.joined(separator: "\n")
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }
}
