import Conformance
import Specification

/// Runs the conformance suite against the server of the sandbox, once at a time, and keeps the last report.
actor ConformanceDesk {
    private let configuration: SandboxConfiguration
    private let clock: SandboxClock
    private let timeline: Timeline
    private let pix: PixDesk?
    private let yoo: YooDesk?
    private var task: Task<Void, Never>?
    private var told = ContinuousClock.now
    private(set) var progress = SuiteProgress()
    /// The report of the last run, a whole HTML page.
    private(set) var report: String?

    /// What the orders of a run cost, tiyin.
    private static let amount: Int64 = 500_000
    /// The same, kopecks.
    private static let rubles: Int64 = 15_010

    init(
        configuration: SandboxConfiguration, clock: SandboxClock, timeline: Timeline, pix: PixDesk? = nil,
        yoo: YooDesk? = nil
    ) {
        self.pix = pix
        self.yoo = yoo
        self.configuration = configuration
        self.clock = clock
        self.timeline = timeline
    }

    /// Whose protocol is checked.
    enum Suite: String, Sendable, CaseIterable {
        case payme, click, pix, yookassa
    }

    /// Starts a run.
    /// - Returns: false if one is under way, or there is nothing to check it with.
    func start(_ suite: Suite = .payme) -> Bool {
        guard task == nil, let settings = settings(suite) else { return false }
        progress = SuiteProgress()
        progress.stage = .running
        progress.gateway = suite
        timeline.tell(progress)
        timeline.add(TimelineEntry(.note, "note", Sentence("note_suite_started")))
        task = Task { await run(settings) }
        return true
    }

    func stop() { task?.cancel() }

    private func run(_ settings: ConformanceConfiguration) async {
        do {
            let settings = try await complete(settings)
            let run = try ConformanceRun(settings)
            progress.total = run.scenarioCount
            let (events, continuation) = AsyncStream.makeStream(of: ProgressEvent.self)
            async let found = Self.report(of: run, continuation)
            for await event in events { tell(event) }
            let result = try await found
            endStandIns()
            report = ReportFormat.html.text(of: result)
            progress.stage = result.endedEarly == nil ? .finished : .failed
            progress.problem = result.endedEarly
            progress.milliseconds = result.environment.durationMilliseconds
        } catch {
            endStandIns()
            progress.stage = .failed
            progress.problem = "\(error)"
        }
        progress.current = ""
        task = nil
        timeline.tell(progress)
        var entry = TimelineEntry(
            .note, "note",
            Sentence(
                progress.missed == 0 && progress.stage == .finished ? "note_suite_green" : "note_suite_red",
                [
                    "passed": LocalizedText(same: "\(progress.passed + progress.noted)"),
                    "total": LocalizedText(same: "\(progress.total)"),
                    "missed": LocalizedText(same: "\(progress.missed)"),
                ]))
        entry.tone = progress.missed == 0 && progress.stage == .finished ? .good : .refused
        timeline.add(entry)
    }

    private func endStandIns() {
        pix?.bank.setStandIn(nil)
        yoo?.yookassa.setStandIn(nil)
    }

    private static func report(
        of run: ConformanceRun, _ events: AsyncStream<ProgressEvent>.Continuation
    ) async throws -> ConformanceReport {
        defer { events.finish() }
        return try await run.run { events.yield($0) }
    }

    private func tell(_ event: ProgressEvent) {
        switch event {
        case .started(let scenarios, _, _): progress.total = scenarios
        case .scenarioStarted(_, _, let title):
            progress.current = title
            // Every notice makes the server ask the bank, which counts the calls of a minute.
            if progress.gateway == .pix { clock.advance(milliseconds: 2_000) }
            // A server whose key was refused asks nothing for a minute.
            if progress.gateway == .yookassa { clock.advance(milliseconds: 61_000) }
        case .waiting: break
        case .scenarioFinished(_, let scenario):
            progress.done += 1
            switch scenario.outcome {
            case .passed: progress.passed += 1
            case .noted: progress.noted += 1
            case .skipped: progress.skipped += 1
            case .missed:
                progress.missed += 1
                progress.misses.append(scenario.title)
            }
        case .endedEarly(let reason): progress.problem = reason
        }
        // Ten times a second is as often as anybody can look.
        guard told.duration(to: .now) > .milliseconds(100) else { return }
        told = .now
        timeline.tell(progress)
    }

    /// For Pix, makes the charges that the run tells of, and has its bank answer for them. For YooKassa, has the payments
    /// made at the API that the run plays.
    private func complete(_ settings: ConformanceConfiguration) async throws -> ConformanceConfiguration {
        if settings.gateway == Suite.yookassa.rawValue, let yoo {
            var settings = settings
            let desk = yoo
            settings.onBankServed = { url in
                desk.yookassa.setStandIn(
                    YooStandIn(url: url, description: ConformanceConfiguration.paymentDescription) { desk.hide($0) })
            }
            return settings
        }
        guard settings.gateway == Suite.pix.rawValue, let pix else { return settings }
        return try await PixSuite(configuration: configuration, clock: clock, desk: pix).complete(settings)
    }

    private func settings(_ suite: Suite) -> ConformanceConfiguration? {
        var settings: ConformanceConfiguration
        switch suite {
        case .payme:
            settings = ConformanceConfiguration(
                url: configuration.webhookURL, key: configuration.paymeKey, amount: Self.amount)
            settings.login = configuration.paymeLogin
            settings.accountField = configuration.accountField
        case .click:
            guard let click = configuration.click else { return nil }
            settings = ConformanceConfiguration(
                url: configuration.clickURL(.prepare), key: click.secretKey, amount: Self.amount)
            settings.gateway = suite.rawValue
            settings.completeURL = configuration.clickURL(.complete)
            settings.serviceID = click.serviceID
        case .pix:
            guard let shop = configuration.pix else { return nil }
            settings = ConformanceConfiguration(
                url: configuration.pixNoticeURL(shop), key: shop.key, amount: PixSuite.amount)
            settings.gateway = suite.rawValue
            settings.bankPort = 0
            // What the server asks again after a failure, it asks a few seconds later by the real time.
            settings.bankMillisecondsMax = 30_000
            settings.callMillisecondsMax = 40_000
        case .yookassa:
            guard let shop = configuration.yookassa else { return nil }
            settings = ConformanceConfiguration(
                url: configuration.yookassaNoticeURL, key: shop.secretKey, amount: Self.rubles)
            settings.gateway = suite.rawValue
            settings.shopID = shop.shopID
            settings.isProxy = shop.noticeSender != nil
            settings.merchantURL = configuration.url
            settings.bankPort = 0
            settings.bankMillisecondsMax = 30_000
            settings.callMillisecondsMax = 40_000
        }
        // Charges of a bank are made by whoever pays; the others make their own orders.
        if suite != .pix { settings.merchantKey = configuration.merchantKey }
        // The suite lives by the clock of the server; what it would wait for, it lets pass.
        let clock = clock
        settings.clock = ConformanceClock(
            now: { clock.now },
            pause: { milliseconds in
                clock.advance(milliseconds: milliseconds)
                try await Task.sleep(for: .milliseconds(20))
            })
        return settings
    }
}
