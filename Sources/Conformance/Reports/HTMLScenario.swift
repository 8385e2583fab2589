/// Writes one scenario: a line that opens to everything that was sent and received.
enum HTMLScenario {
    static func write(_ scenario: ScenarioReport, to page: inout HTMLPage) {
        let open = scenario.outcome == .missed ? " open" : ""
        page.raw("<details class=\"scenario\" id=\"\(Markup.attribute(scenario.id))\"\(open)><summary>")
        page.raw("<span class=\"badge \(scenario.outcome.rawValue)\">\(word(scenario.outcome))</span> ")
        page.element("span", scenario.title, style: "title")
        page.element("code", scenario.id)
        page.raw("</summary><div class=\"body\">")
        if let reason = scenario.skipReason { page.element("p", "Skipped: \(reason).", style: "alert") }
        page.raw("<dl class=\"why\"><dt>Rule</dt>")
        page.element("dd", scenario.rule)
        page.raw("<dt>Why</dt>")
        page.element("dd", scenario.why)
        page.raw("<dt>Stands in</dt><dd>")
        for (index, source) in scenario.sources.enumerated() {
            if index > 0 { page.raw("; ") }
            write(source, to: &page)
        }
        page.raw("</dd></dl>")
        for note in scenario.notes { page.element("p", note, style: "remark") }
        for (index, step) in scenario.steps.enumerated() { write(step, number: index + 1, to: &page) }
        if scenario.stepsNotRun > 0 {
            page.raw("<p class=\"quiet\">Not run: the rest of the steps (\(scenario.stepsNotRun)).</p>")
        }
        page.raw("</div></details>\n")
    }

    private static func write(_ source: Citation, to page: inout HTMLPage) {
        guard let url = source.url, url.hasPrefix("https://") else {
            page.text(source.words)
            return
        }
        page.raw("<a rel=\"noreferrer\" href=\"\(Markup.attribute(url))\">")
        page.text(source.title)
        page.raw("</a>: ")
        page.text(source.place)
    }

    private static func write(_ step: StepReport, number: Int, to page: inout HTMLPage) {
        page.raw("<div class=\"step \(step.outcome.rawValue)\"><table><tbody>")
        row("Step \(number)", step.sent, to: &page)
        row("Expected", step.expected, to: &page)
        row("Got", step.got, to: &page)
        for problem in step.problems { row("Problem", problem, to: &page, style: "problem") }
        page.raw("</tbody></table>")
        for (index, exchange) in step.exchanges.enumerated() {
            let title = step.exchanges.count > 1 ? "Request and answer \(index + 1)" : "Request and answer"
            write(exchange, title: title, to: &page)
        }
        page.raw("</div>")
    }

    private static func row(_ name: String, _ value: String, to page: inout HTMLPage, style: String? = nil) {
        guard !value.isEmpty else { return }
        page.raw(style.map { "<tr class=\"\($0)\">" } ?? "<tr>")
        page.element("th", name)
        page.element("td", value)
        page.raw("</tr>")
    }

    private static func write(_ exchange: ExchangeReport, title: String, to page: inout HTMLPage) {
        page.raw("<details class=\"exchange\"><summary>\(title)")
        page.element("span", " \(exchange.durationMilliseconds) ms", style: "quiet")
        page.raw("</summary>")
        let request = ["\(exchange.method) HTTP/1.1"] + exchange.requestHeaders.map { "\($0.name): \($0.value)" }
        page.element("pre", (request + ["", exchange.requestBody]).joined(separator: "\n"))
        if let failure = exchange.failure {
            page.element("pre", "No answer: \(failure).")
        } else {
            let answer = ["HTTP \(exchange.status ?? 0)"] + exchange.answerHeaders.map { "\($0.name): \($0.value)" }
            page.element("pre", (answer + ["", exchange.answerBody]).joined(separator: "\n"))
        }
        page.raw("</details>")
    }

    private static func word(_ outcome: Outcome) -> String {
        switch outcome {
        case .passed: "passed"
        case .noted: "note"
        case .missed: "missed"
        case .skipped: "skipped"
        }
    }
}
