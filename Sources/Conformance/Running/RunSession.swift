import AsyncHTTPClient

/// One run: the state that its scenarios share.
struct RunSession {
    private let target: Target
    private let document: ScenarioDocument
    private let scenarios: [Scenario]
    private let recorder: ExchangeRecorder
    private let maker: OrderMaker?
    private let health: RunHealth
    private var pool: OrderPool
    /// What the last scenario leaves to one that goes on with it.
    private var thread: Thread?

    /// Scenarios that go on with each other's transactions.
    private struct Thread {
        let bindings: Bindings
        var legacy: ScenarioRunner.Legacy
        let orders: [String]
        let areUsedUp: Bool
        var isSound = true
    }

    init(target: Target, document: ScenarioDocument, scenarios: [Scenario], client: HTTPClient) {
        let configuration = target.configuration
        self.target = target
        self.document = document
        self.scenarios = scenarios
        let redactor = Redactor(
            target.dialect.secrets(configuration) + [configuration.merchantKey].compactMap(\.self))
        let millisecondsMax = configuration.callMillisecondsMax
        recorder = ExchangeRecorder(
            transport: HTTPTransport(client: client, url: target.url, millisecondsMax: millisecondsMax),
            redactor: redactor, clock: configuration.clock)
        maker = target.ordersURL.map { url in
            OrderMaker(
                transport: HTTPTransport(client: client, url: url, millisecondsMax: millisecondsMax),
                key: configuration.merchantKey ?? "", form: target.dialect.orderForm(configuration), redactor: redactor)
        }
        health = RunHealth(runMillisecondsMax: configuration.runMillisecondsMax)
        pool = OrderPool(configuration.orders, kind: configuration.kind)
    }

    mutating func run(_ progress: @escaping @Sendable (ProgressEvent) -> Void) async throws -> ConformanceReport {
        let configuration = target.configuration
        let ordersNeeded = target.ordersNeeded(of: scenarios)
        progress(
            .started(
                scenarios: scenarios.count, ordersNeeded: ordersNeeded,
                ordersGiven: maker == nil ? configuration.orders.count : nil))
        let startedAt = configuration.clock.now()
        let start = ContinuousClock.now
        let server = try await Preflight(
            dialect: target.dialect, configuration: configuration, recorder: recorder, shownURL: target.shownURL
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
            gateway: document.gateway, url: target.shownURL, completeURL: target.shownCompleteURL,
            dialect: target.dialect.facts(configuration), amount: configuration.amount, kind: configuration.kind,
            isStrict: configuration.strictness == .strict, ordersNeeded: ordersNeeded,
            ordersGiven: configuration.orders.count, makesOrders: maker != nil, startedAt: startedAt,
            durationMilliseconds: Int64(start.duration(to: .now) / .milliseconds(1)), server: server)
        return ConformanceReport(
            environment: environment, scenarios: reports, endedEarly: health.reasonToStop,
            hints: document.hints.filter { hint in
                reports.contains { $0.id == hint.scenario && $0.outcome == .missed }
            }.map(\.sentence), blindspots: document.blindspots)
    }

    private mutating func report(
        of scenario: Scenario, at index: Int, _ progress: @escaping @Sendable (ProgressEvent) -> Void
    ) async throws -> ScenarioReport {
        target.configuration.playedAPI?.mend()
        if scenario.continues == nil {
            thread = nil
            if let mark = target.missingMark(of: scenario) {
                return ScenarioReport(scenario, outcome: .skipped, skipReason: target.dialect.reason(without: mark))
            }
            switch try await self.orders(for: scenario, at: index) {
            case .missing(let reason): return ScenarioReport(scenario, outcome: .skipped, skipReason: reason)
            case .taken(let orders): thread = newThread(scenario, orders)
            }
        }
        guard var thread else {
            return ScenarioReport(
                scenario, outcome: .skipped, skipReason: "goes on with a scenario that was not run")
        }
        let isLast = index + 1 == scenarios.count || scenarios[index + 1].continues == nil
        let runner = ScenarioRunner(
            scenario: scenario, kind: target.configuration.kind, clock: target.configuration.clock,
            bindings: thread.bindings,
            sender: SendingRunner(
                dialect: target.dialect, configuration: target.configuration, recorder: recorder,
                bindings: thread.bindings),
            health: health, isLast: isLast,
            onPause: { progress(.waiting(id: scenario.id, milliseconds: $0)) })
        let report = await runner.run(&thread.legacy)
        thread.isSound = thread.isSound && report.outcome != .missed
        if isLast, maker == nil, !thread.areUsedUp { pool.putBack(thread.orders, areSound: thread.isSound) }
        self.thread = thread
        return report
    }

    private func newThread(_ scenario: Scenario, _ orders: [String]) -> Thread {
        let bindings = Bindings(
            amount: scenario.orders.amount ?? target.configuration.amount, orders: orders,
            unknownOrder: RandomID.unknownOrder(like: target.configuration.orders), times: scenario.times,
            places: target.dialect.values(target.configuration), now: target.configuration.clock.now)
        return Thread(
            bindings: bindings, legacy: ScenarioRunner.Legacy(open: target.dialect.openTransactions()),
            orders: orders, areUsedUp: scenario.orders.areUsedUp)
    }

    private enum Orders {
        case taken([String])
        case missing(String)
    }

    private mutating func orders(for scenario: Scenario, at index: Int) async throws -> Orders {
        let need = scenario.orders
        if let maker {
            do {
                let amount = need.amount ?? target.configuration.amount
                guard target.configuration.kind == .cumulative, need.isOneAccount else {
                    return .taken(try await maker.orders(need.count, amount: amount))
                }
                let account = try await maker.orders(1, amount: amount)
                return .taken(Array(repeating: account[0], count: need.count))
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
        let later = scenarios[(index + 1)...].filter { target.missingMark(of: $0) == nil }.map(\.orders)
        let missing = pool.missing(need, later: later)
        guard let orders = pool.take(need, later: later) else {
            return .missing("needs \(missing) more order\(missing == 1 ? "" : "s")")
        }
        return .taken(orders)
    }
}
