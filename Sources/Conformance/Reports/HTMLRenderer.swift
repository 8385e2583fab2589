import Foundation

/// Writes a report as one HTML file: no script, nothing loaded from anywhere, light and dark, fit to be printed.
enum HTMLRenderer {
    static func text(of report: ConformanceReport) -> String {
        var page = HTMLPage()
        page.raw(head(report.environment))
        summary(report, &page)
        environment(report.environment, &page)
        if report.scenarios.contains(where: { $0.outcome == .missed }) { misses(report, &page) }
        for group in report.groups {
            let scenarios = report.scenarios.filter { $0.group == group }
            page.raw("<section><h2>\(Markup.escaped(group.title))</h2>")
            for scenario in scenarios { HTMLScenario.write(scenario, to: &page) }
            page.raw("</section>")
        }
        blindspots(report.blindspots, &page)
        page.raw("</main>\n</body>\n</html>\n")
        return page.text
    }

    private static func head(_ environment: RunEnvironment) -> String {
        // Whatever an answer smuggles in, the page may load nothing and run nothing.
        let policy = "default-src 'none'; style-src 'unsafe-inline'"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(Markup.escaped(environment.gateway)) conformance of \(Markup.escaped(environment.url))</title>
            <style>\(HTMLStyle.css)</style>
            </head>
            <body>
            <main>

            """
    }

    private static func summary(_ report: ConformanceReport, _ page: inout HTMLPage) {
        let missed = report.count(.missed)
        let verdict =
            report.endedEarly != nil
            ? "ended early"
            : missed > 0 ? "\(missed) missed" : report.incomplete != nil ? "not complete" : "nothing missed"
        let style = report.exitCode == 0 ? "passed" : "missed"
        page.raw("<header><p class=\"kicker\">Conformance report</p><h1>")
        page.text("\(report.environment.gateway.capitalized) endpoint ")
        page.raw("<span class=\"badge \(style)\">\(Markup.escaped(verdict))</span></h1>")
        page.element("p", report.environment.url, style: "url")
        page.raw("<div class=\"tiles\">")
        for (outcome, words) in [
            (Outcome.passed, "passed"), (.noted, "passed with a note"), (.missed, "missed"), (.skipped, "skipped"),
        ] {
            page.raw("<div class=\"tile \(outcome.rawValue)\"><b>\(report.count(outcome))</b> \(words)</div>")
        }
        page.raw("</div><div class=\"bar\" aria-hidden=\"true\">")
        for outcome in Outcome.allCases where report.count(outcome) > 0 {
            page.raw("<i class=\"\(outcome.rawValue)\" style=\"flex-grow:\(report.count(outcome))\"></i>")
        }
        page.raw("</div>")
        if let reason = report.endedEarly { page.element("p", "Ended early: \(reason)", style: "alert") }
        if let reason = report.incomplete { page.element("p", "Not complete: \(reason)", style: "alert") }
        for hint in report.hints { page.element("p", hint, style: "alert") }
        page.raw("</header>\n")
    }

    private static func environment(_ environment: RunEnvironment, _ page: inout HTMLPage) {
        let started = Date(timeIntervalSince1970: Double(environment.startedAt) / 1000)
        let orders =
            environment.makesOrders
            ? "made through the merchant API" : "\(environment.ordersGiven) given, \(environment.ordersNeeded) needed"
        var facts = [
            ("Started", started.formatted(.iso8601)), ("Took", "\(environment.durationMilliseconds) ms"),
            ("Server", environment.server ?? "does not say"),
        ]
        if let url = environment.completeURL { facts.append(("Complete", url)) }
        if case .login(let login, _) = environment.dialect { facts.append(("Login", login)) }
        if case .service(let id) = environment.dialect { facts.append(("Service", String(id))) }
        if case .shop(let id, let hasAPI, let isProxy) = environment.dialect {
            facts += [("Shop", id ?? "any"), ("API", hasAPI ? "served by the run" : "not served")]
            if isProxy { facts.append(("Sender", "as a proxy")) }
        }
        if case .pixKey(let key, let hasBank) = environment.dialect {
            facts += [("Key", key), ("Bank", hasBank ? "served by the run" : "not served")]
        } else {
            facts.append(("Key", "not shown"))
        }
        facts += [("Kind of orders", environment.kind.rawValue), ("Orders", orders)]
        if case .login(_, let accountField) = environment.dialect { facts.append(("Account field", accountField)) }
        facts += [
            ("Amount", "\(environment.amount) \(environment.dialect.minorUnit)"),
            ("Judged", environment.isStrict ? "strictly" : "tolerantly"),
        ]
        page.raw("<dl class=\"facts\">")
        for (name, value) in facts {
            page.raw("<div><dt>\(name)</dt>")
            page.element("dd", value)
            page.raw("</div>")
        }
        page.raw("</dl>\n")
    }

    private static func misses(_ report: ConformanceReport, _ page: inout HTMLPage) {
        page.raw("<section><h2>What was missed</h2><ol class=\"misses\">")
        for scenario in report.scenarios where scenario.outcome == .missed {
            page.raw("<li><a href=\"#\(Markup.attribute(scenario.id))\">")
            page.text(scenario.title)
            page.raw("</a>")
            if let problem = scenario.steps.flatMap(\.problems).first { page.element("div", problem, style: "quiet") }
            page.raw("</li>")
        }
        page.raw("</ol></section>\n")
    }

    private static func blindspots(_ blindspots: [Blindspot], _ page: inout HTMLPage) {
        guard !blindspots.isEmpty else { return }
        page.raw("<section><h2>What cannot be seen from outside</h2><dl class=\"blind\">")
        for blindspot in blindspots {
            page.element("dt", blindspot.what)
            page.element("dd", blindspot.why)
        }
        page.raw("</dl></section>\n")
    }
}

/// A page under construction. Everything that is not ours goes through ``text(_:)``.
struct HTMLPage {
    private(set) var text = ""

    /// Markup of our own.
    mutating func raw(_ markup: String) { text += markup }

    /// Anything, escaped.
    mutating func text(_ content: String) { text += Markup.escaped(content) }

    /// Anything, escaped, in an element.
    mutating func element(_ name: String, _ content: String, style: String? = nil) {
        text += style.map { "<\(name) class=\"\($0)\">" } ?? "<\(name)>"
        text += Markup.escaped(content) + "</\(name)>"
    }
}
