import Conformance
import Synchronization
import Testing

@Suite("Orders that are given as a list")
struct OrderListTests {
    private func report(
        orders count: Int, kind: OrderKind = .oneTime, faults: Set<Fault> = [], isNumeric: Bool = false
    ) async throws -> ConformanceReport {
        try await MerchantServer.run(faults: faults) { server in
            var configuration = await server.configuration(kind: kind)
            configuration.merchantKey = nil
            configuration.orders = (1...count).map { isNumeric ? String($0) : "order-\($0)" }
            for id in configuration.orders {
                await server.merchant.add(MerchantOrder(id: id, amount: 500_000, isOneTime: kind == .oneTime))
            }
            return try await ConformanceRun(configuration).run()
        }
    }

    @Test("the number that is asked for is enough", arguments: OrderKind.allCases)
    func enough(kind: OrderKind) async throws {
        var configuration = ConformanceConfiguration(url: "http://127.0.0.1/", key: "key", amount: 1000)
        configuration.orders = ["1"]
        configuration.kind = kind
        let needed = try ConformanceRun(configuration).ordersNeeded
        #expect(kind == .cumulative ? needed == 1 : needed > 10)

        let report = try await report(orders: needed, kind: kind, isNumeric: true)
        #expect(report.exitCode == 0, "\(report.unmet)")
        let skipped = report.scenarios.filter { $0.outcome == .skipped }
        #expect(skipped.map(\.id) == ["amount-beyond-32-bits"])
        #expect(skipped.first?.skipReason == "needs an order of 3000000000 tiyin, which only the merchant API can make")
    }

    @Test("too few orders skip scenarios visibly, and say how many more there must be")
    func tooFew() async throws {
        let report = try await report(orders: 2)
        // Nothing is missed, and yet it is not green: the gateway's own scenarios were not all run.
        #expect(report.count(.missed) == 0, "\(report.unmet)")
        #expect(report.exitCode == 2)
        #expect(report.incomplete?.contains("(sandbox-") == true)
        #expect(ReportFormat.table.text(of: report).contains("Not complete: "))
        #expect(ReportFormat.html.text(of: report).contains("not complete"))
        #expect(report.count(.skipped) > 5)
        let reasons = Set(report.scenarios.compactMap(\.skipReason))
        #expect(reasons.contains("needs 1 more order"))
        #expect(reasons.contains("needs 3 more orders"))
        let table = ReportFormat.table.text(of: report)
        #expect(table.contains("\(report.count(.skipped)) skipped"))
        #expect(table.contains("2 orders given, "))
    }

    @Test("spare orders keep one scenario's miss from spoiling others")
    func isolation() async throws {
        let report = try await report(orders: 120, faults: [.retryAfterCancelledAttempt])
        #expect(report.missed == ["retry-after-cancelled-attempt", "sandbox-2-create"])
    }

    @Test("the run says at its start how many orders it needs")
    func announcement() async throws {
        let events = Mutex<[String]>([])
        _ = try await MerchantServer.run { server in
            var configuration = await server.configuration()
            configuration.only = ["sandbox-1", "sandbox-2"]
            return try await ConformanceRun(configuration).run { event in
                switch event {
                case .started(let scenarios, let needed, let given):
                    events.withLock { $0.append("started \(scenarios) \(needed) \(given.map(String.init) ?? "made")") }
                case .scenarioFinished(let number, let report):
                    events.withLock { $0.append("\(number) \(report.outcome.rawValue)") }
                case .scenarioStarted, .waiting, .endedEarly: break
                }
            }
        }
        #expect(events.withLock { $0 } == ["started 9 2 made"] + (1...9).map { "\($0) passed" })
    }
}
