import AsyncHTTPClient
import StrictJSON

/// One run: the state that its scenarios share.
struct RunSession {
    private let target: Target
    private let document: ScenarioDocument
    private let scenarios: [Scenario]
    private let credentials: Credentials
    private let recorder: ExchangeRecorder
    private let maker: OrderMaker?
    private let health: RunHealth
    private var pool: OrderPool

    init(target: Target, document: ScenarioDocument, scenarios: [Scenario], client: HTTPClient) {
        let configuration = target.configuration
        self.target = target
        self.document = document
        self.scenarios = scenarios
        credentials = Credentials(login: configuration.login, key: configuration.key)
        let redactor = Redactor(credentials.secrets + [configuration.merchantKey].compactMap(\.self))
        let millisecondsMax = configuration.callMillisecondsMax
        recorder = ExchangeRecorder(
            transport: HTTPTransport(client: client, url: target.url, millisecondsMax: millisecondsMax),
            redactor: redactor, clock: configuration.clock)
        maker = target.ordersURL.map { url in
            OrderMaker(
                transport: HTTPTransport(client: client, url: url, millisecondsMax: millisecondsMax),
                key: configuration.merchantKey ?? "", kind: configuration.kind, redactor: redactor)
        }
        health = RunHealth(runMillisecondsMax: configuration.runMillisecondsMax)
        pool = OrderPool(configuration.orders, kind: configuration.kind)
    }

    mutating func run(_ progress: @escaping @Sendable (ProgressEvent) -> Void) async throws -> ConformanceReport {
        let configuration = target.configuration
        let ordersNeeded = OrderPool.need(of: scenarios, kind: configuration.kind)
        progress(
            .started(
                scenarios: scenarios.count, ordersNeeded: ordersNeeded,
                ordersGiven: maker == nil ? configuration.orders.count : nil))
        let startedAt = configuration.clock.now()
        let start = ContinuousClock.now
        let server = try await Preflight(
            recorder: recorder, credentials: credentials, shownURL: target.shownURL,
            unauthorizedCode: document.unauthorizedCode
        ).run()
        var reports: [ScenarioReport] = []
        for (index, scenario) in scenarios.enumerated() {
            let number = index + 1
            health.checkTime()
            if let reason = health.reasonToStop {
                reports.append(ScenarioReport(scenario, outcome: .skipped, skipReason: "the run had ended: \(reason)"))
                continue
            }
            progress(.scenarioStarted(number: number, id: scenario.id, title: scenario.title))
            let report = try await report(of: scenario, at: index, progress)
            reports.append(report)
            progress(.scenarioFinished(number: number, report))
            if let reason = health.reasonToStop { progress(.endedEarly(reason)) }
            try Task.checkCancellation()
        }
        let environment = RunEnvironment(
            gateway: document.gateway, url: target.shownURL, login: configuration.login,
            accountField: configuration.accountField, amount: configuration.amount, kind: configuration.kind,
            isStrict: configuration.strictness == .strict, ordersNeeded: ordersNeeded,
            ordersGiven: configuration.orders.count, makesOrders: maker != nil, startedAt: startedAt,
            durationMilliseconds: Int64(start.duration(to: .now) / .milliseconds(1)), server: server)
        return ConformanceReport(
            environment: environment, scenarios: reports, endedEarly: health.reasonToStop,
            hints: Hints.hints(reports), blindspots: document.blindspots)
    }

    private mutating func report(
        of scenario: Scenario, at index: Int, _ progress: @escaping @Sendable (ProgressEvent) -> Void
    ) async throws -> ScenarioReport {
        let orders: [String]
        switch try await self.orders(for: scenario, at: index) {
        case .missing(let reason): return ScenarioReport(scenario, outcome: .skipped, skipReason: reason)
        case .taken(let taken): orders = taken
        }
        let bindings = Bindings(
            amount: scenario.orders.amount ?? target.configuration.amount, field: target.configuration.accountField,
            orders: orders, unknownOrder: RandomID.unknownOrder(like: target.configuration.orders),
            times: scenario.times, now: target.configuration.clock.now)
        let runner = ScenarioRunner(
            scenario: scenario, kind: target.configuration.kind, clock: target.configuration.clock,
            bindings: bindings,
            sender: SendingRunner(
                recorder: recorder, builder: RequestBuilder(credentials: credentials, bindings: bindings),
                bindings: bindings, isStrict: target.configuration.strictness == .strict),
            health: health,
            onPause: { progress(.waiting(id: scenario.id, milliseconds: $0)) })
        let report = await runner.run()
        if maker == nil && !scenario.orders.areUsedUp {
            pool.putBack(orders, areSound: report.outcome != .missed)
        }
        return report
    }

    private enum Orders {
        case taken([String])
        case missing(String)
    }

    private mutating func orders(for scenario: Scenario, at index: Int) async throws -> Orders {
        let need = scenario.orders
        if let maker {
            do {
                return .taken(try await maker.orders(need.count, amount: need.amount ?? target.configuration.amount))
            } catch {
                // Once something was found, that is worth more than the error.
                guard index > 0 else { throw error }
                health.stop(error.description)
                return .missing("no order could be made")
            }
        }
        if let amount = need.amount {
            return .missing("needs an order of \(amount) tiyin, which only the merchant API can make")
        }
        let later = scenarios[(index + 1)...].map(\.orders)
        let missing = pool.missing(need, later: later)
        guard let orders = pool.take(need, later: later) else {
            return .missing("needs \(missing) more order\(missing == 1 ? "" : "s")")
        }
        return .taken(orders)
    }
}

/// Explains what many misses may have in common.
private enum Hints {
    static func hints(_ reports: [ScenarioReport]) -> [String] {
        guard let check = reports.first(where: { $0.id == "sandbox-1-check-perform" }), check.outcome == .missed else {
            return []
        }
        return [
            "Not even a correct CheckPerformTransaction was allowed, so most other scenarios had to fail: are the "
                + "orders payable, is the amount theirs, and is the account field the right one?"
        ]
    }
}
