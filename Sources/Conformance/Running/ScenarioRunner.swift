import StrictJSON

/// Runs the steps of one scenario.
struct ScenarioRunner {
    let scenario: Scenario
    let kind: OrderKind
    let clock: ConformanceClock
    let bindings: Bindings
    let sender: SendingRunner
    let health: RunHealth
    /// Whether no other scenario goes on with this one's transactions.
    let isLast: Bool
    /// Told when the scenario waits.
    let onPause: (Int64) -> Void

    /// What one scenario leaves to one that goes on with it.
    struct Legacy {
        var labels: [String: SendingRunner.Labelled] = [:]
        var open: any OpenTransactions
    }

    /// Runs the steps up to the first miss, and then closes what is left open, unless another scenario needs it.
    func run(_ legacy: inout Legacy) async -> ScenarioReport {
        let start = ContinuousClock.now
        var steps: [StepReport] = []
        var rest = scenario.steps[...]
        while let step = rest.first {
            rest = rest.dropFirst()
            guard isDue(step.conditions) else { continue }
            do {
                steps += try await run(step, &legacy)
            } catch let missing as Bindings.Missing where scenario.continues != nil && steps.isEmpty {
                return await skipped(missing, &legacy)
            } catch {
                steps.append(Self.failure(error))
            }
            if health.reasonToStop != nil || steps.last?.outcome == .missed || Task.isCancelled { break }
        }
        await close(legacy)
        return ScenarioReport(
            scenario, outcome: Self.outcome(of: steps), steps: steps,
            stepsNotRun: rest.count { $0.conditions.kinds.contains(kind) },
            durationMilliseconds: Int64(start.duration(to: .now) / .milliseconds(1)))
    }

    private func isDue(_ conditions: Conditions) -> Bool {
        conditions.kinds.contains(kind) && conditions.whenMarks.allSatisfy(bindings.marks.contains)
            && !(conditions.unlessMark.map(bindings.marks.contains) ?? false)
    }

    /// The scenario before this one has missed before it had what this one goes on with.
    private func skipped(_ missing: Bindings.Missing, _ legacy: inout Legacy) async -> ScenarioReport {
        await close(legacy)
        return ScenarioReport(
            scenario, outcome: .skipped,
            skipReason: "goes on with the {\(missing.name)} of a scenario before it, which that one has not brought")
    }

    private func run(_ step: Step, _ legacy: inout Legacy) async throws -> [StepReport] {
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
            try sender.prepare(
                sending, serial: sending.sameAs.flatMap { legacy.labels[$0]?.serial } ?? health.nextSerial())
        }
        let exchanges = await send(prepared)
        var reports: [StepReport] = []
        for (prepared, exchanges) in zip(prepared, exchanges) {
            let done = try sender.judge(
                prepared, exchanges, sameAs: prepared.sending.sameAs.flatMap { legacy.labels[$0] })
            for exchange in done.exchanges {
                legacy.open.observe(exchange.request, exchange.outcome, bindings)
                health.observe(exchange.outcome)
            }
            if let label = prepared.sending.label { legacy.labels[label] = done.first }
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

    /// What the server answers is not judged here.
    private func close(_ legacy: Legacy) async {
        guard isLast, health.reasonToStop == nil else { return }
        for request in legacy.open.closing(sender.configuration, serial: health.nextSerial) {
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
