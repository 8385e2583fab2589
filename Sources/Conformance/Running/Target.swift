import Foundation

/// A configuration that makes sense.
struct Target: Sendable {
    let dialect: any WireDialect
    var configuration: ConformanceConfiguration
    let url: URL
    /// The URL without user, query and fragment, fit to be shown.
    let shownURL: String
    /// The URL of the second call, if it has one of its own.
    let completeURL: URL?
    /// The same, fit to be shown.
    let shownCompleteURL: String?
    /// Where orders are made, if a merchant key was given.
    let ordersURL: URL?

    init(_ configuration: ConformanceConfiguration, _ dialect: any WireDialect) throws(ConformanceError) {
        self.configuration = configuration
        self.dialect = dialect
        url = try Self.webURL(configuration.url, called: "URL")
        shownURL = Self.shown(url)
        completeURL = try configuration.completeURL.map { text throws(ConformanceError) in
            try Self.webURL(text, called: "second URL")
        }
        shownCompleteURL = completeURL.map(Self.shown)
        // A hundredfold and one more must still be an integer.
        guard (1...Int64.max / 1000).contains(configuration.amount) else {
            throw Self.refusal("The amount \(configuration.amount) must be a positive number of tiyin.")
        }
        try dialect.check(configuration)
        guard (1...600_000).contains(configuration.callMillisecondsMax), configuration.runMillisecondsMax > 0 else {
            throw Self.refusal("A call may take from 1 ms to 10 minutes, and a run more than nothing.")
        }
        ordersURL = try Self.ordersURL(
            configuration, endpoint: url, paths: dialect.paths, form: dialect.orderForm(configuration).path)
        try Self.checkOrders(configuration)
    }

    /// The first mark that a scenario needs and this run does not set.
    func missingMark(of scenario: Scenario) -> String? {
        guard !scenario.needs.isEmpty else { return nil }
        let marks = dialect.values(configuration).marks
        return scenario.needs.first { !marks.contains($0) }
    }

    /// How many orders those of the scenarios take that this run can play.
    func ordersNeeded(of scenarios: [Scenario]) -> Int {
        OrderPool.need(of: scenarios.filter { missingMark(of: $0) == nil }, kind: configuration.kind)
    }

    private static func checkOrders(_ configuration: ConformanceConfiguration) throws(ConformanceError) {
        let orders = configuration.orders
        guard !orders.contains(where: { $0.allSatisfy(\.isWhitespace) }) else {
            throw refusal("One of the order ids is empty: separate them with commas, without one at the end.")
        }
        if let twice = orders.first(where: { order in orders.count { $0 == order } > 1 }) {
            throw refusal("The order \(twice) is given twice; every order can be paid once.")
        }
        guard !orders.isEmpty || configuration.merchantKey != nil else {
            throw refusal(
                "Orders are needed: give the ids of payable orders, or Tiyin's merchant key to have them made.")
        }
        guard configuration.merchantKey?.isEmpty != true else { throw refusal("The merchant key is empty.") }
    }

    private static func ordersURL(
        _ configuration: ConformanceConfiguration, endpoint: URL, paths: [String], form: String
    ) throws(ConformanceError) -> URL? {
        guard configuration.merchantKey != nil else { return nil }
        if let text = configuration.merchantURL {
            return try webURL(text, called: "merchant URL").appendingPathComponent(form)
        }
        var parts = URLComponents(url: endpoint, resolvingAgainstBaseURL: true) ?? URLComponents()
        let path = paths.first { parts.path.hasSuffix($0) }
        let prefix = path.map { String(parts.path.dropLast($0.count)) } ?? ""
        parts.path = "\(prefix)/\(form)"
        parts.query = nil
        parts.fragment = nil
        return parts.url
    }

    private static func webURL(_ text: String, called name: String) throws(ConformanceError) -> URL {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty
        else {
            throw refusal("The \(name) \"\(text)\" must begin with http:// or https:// and name a host.")
        }
        guard url.user == nil, url.password == nil else {
            throw refusal("The \(name) holds a user or a password: give the login and the key by their options.")
        }
        return url
    }

    private static func shown(_ url: URL) -> String {
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: true) else { return url.host ?? "" }
        if parts.query != nil { parts.query = "…" }
        parts.fragment = nil
        return parts.string ?? url.host ?? ""
    }

    private static func refusal(_ sentence: String) -> ConformanceError { ConformanceError(.badArgument, sentence) }
}
