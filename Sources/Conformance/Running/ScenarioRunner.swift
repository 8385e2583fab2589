import StrictJSON

/// Runs the steps of one scenario.
struct ScenarioRunner {
    let scenario: Scenario
    let kind: OrderKind
    let clock: ConformanceClock
    let bindings: Bindings
    let sender: SendingRunner
    let health: RunHealth
    /// Told when the scenario waits.
    let onPause: (Int64) -> Void

    /// Runs the steps up to the first miss, and then cancels what is left open.
    func run() async -> ScenarioReport {
        let start = ContinuousClock.now
        var steps: [StepReport] = []
        var labels: [String: SendingRunner.Labelled] = [:]
        var live = LiveTransactions()
        var rest = scenario.steps[...]
        while let step = rest.first {
            rest = rest.dropFirst()
            guard isDue(step.conditions) else { continue }
            do {
                steps += try await run(step, &labels, &live)
            } catch {
                steps.append(Self.failure(error))
            }
            if health.reasonToStop != nil || steps.last?.outcome == .missed || Task.isCancelled { break }
        }
        await cancel(live.ids)
        return ScenarioReport(
            scenario, outcome: Self.outcome(of: steps), steps: steps,
            stepsNotRun: rest.count { $0.conditions.kinds.contains(kind) },
            durationMilliseconds: Int64(start.duration(to: .now) / .milliseconds(1)))
    }

    private func isDue(_ conditions: Conditions) -> Bool {
        conditions.kinds.contains(kind) && conditions.whenMarks.allSatisfy(bindings.marks.contains)
            && !(conditions.unlessMark.map(bindings.marks.contains) ?? false)
    }

    private func run(
        _ step: Step, _ labels: inout [String: SendingRunner.Labelled], _ live: inout LiveTransactions
    ) async throws -> [StepReport] {
        let sendings: [Sending]
        switch step.action {
        case .pause(let milliseconds):
            onPause(milliseconds)
            try await clock.pause(milliseconds)
            return []
        case .send(let sending): sendings = [sending]
        case .together(let several): sendings = several
        }
        let prepared = try sendings.map { sending in
            try sender.prepare(sending, rpcID: sending.sameAs.flatMap { labels[$0]?.rpcID } ?? health.nextRPCID())
        }
        let exchanges = await send(prepared)
        var reports: [StepReport] = []
        for (prepared, exchanges) in zip(prepared, exchanges) {
            let done = try sender.judge(prepared, exchanges, sameAs: prepared.sending.sameAs.flatMap { labels[$0] })
            for exchange in done.exchanges {
                live.observe(exchange.request, exchange.outcome)
                health.observe(exchange.outcome)
            }
            if let label = prepared.sending.label { labels[label] = done.first }
            reports.append(done.report)
        }
        // The worst last: what follows looks there.
        return reports.sorted { $0.outcome != .missed && $1.outcome == .missed }
    }

    private func send(_ prepared: [SendingRunner.Prepared]) async -> [[ExchangeRecorder.Exchange]] {
        guard prepared.count > 1 else {
            var exchanges: [[ExchangeRecorder.Exchange]] = []
            for one in prepared { exchanges.append(await sender.send(one)) }
            return exchanges
        }
        let recorder = sender.recorder
        return await withTaskGroup(of: (Int, ExchangeRecorder.Exchange).self) { group in
            for (index, one) in prepared.enumerated() {
                let request = one.requests[0].request
                group.addTask { (index, await recorder.send(request)) }
            }
            var exchanges: [Int: ExchangeRecorder.Exchange] = [:]
            for await (index, exchange) in group { exchanges[index] = exchange }
            return prepared.indices.map { exchanges[$0].map { [$0] } ?? [] }
        }
    }

    /// Frees the orders for the scenarios that follow. What the server answers is not judged here.
    private func cancel(_ ids: [String]) async {
        guard health.reasonToStop == nil else { return }
        for id in ids {
            let params: JSONValue = ["id": .string(id), "reason": 3]
            let call: JSONValue = ["method": "CancelTransaction", "params": params, "id": health.nextRPCID()]
            let request = WireRequest(
                method: "POST", headers: [Header("Content-Type", "application/json")],
                authorization: sender.builder.credentials.header(.valid), body: call.serialized())
            health.observe(await sender.recorder.send(request).outcome)
        }
    }

    private static func outcome(of steps: [StepReport]) -> Outcome {
        for outcome in [Outcome.missed, .noted] where steps.contains(where: { $0.outcome == outcome }) {
            return outcome
        }
        return .passed
    }

    private static func failure(_ error: any Error) -> StepReport {
        StepReport(
            outcome: .missed, sent: "", expected: "", got: "", problems: ["the step could not be run: \(error)"],
            notes: [], exchanges: [])
    }
}

extension ScenarioReport {
    init(
        _ scenario: Scenario, outcome: Outcome, skipReason: String? = nil, steps: [StepReport] = [],
        stepsNotRun: Int = 0, durationMilliseconds: Int64 = 0
    ) {
        self.init(
            id: scenario.id, group: scenario.group, title: scenario.title, why: scenario.why, rule: scenario.rule,
            sources: scenario.sources, outcome: outcome, skipReason: skipReason, steps: steps,
            stepsNotRun: stepsNotRun, durationMilliseconds: durationMilliseconds)
    }
}
