import Conformance
import Testing

@Suite("A Click merchant without faults")
struct ClickGreenTests {
    private func report(
        _ kind: OrderKind, policy: ClickPolicy = .suiteCompatible,
        _ change: @Sendable (inout ConformanceConfiguration) -> Void = { _ in }
    ) async throws -> ConformanceReport {
        try await ClickServer.run(policy: policy) { server in
            var configuration = server.configuration(kind: kind)
            change(&configuration)
            return try await ConformanceRun(configuration).run()
        }
    }

    @Test(
        "passes every scenario, even strictly", arguments: OrderKind.allCases,
        [ConformanceConfiguration.Strictness.tolerant, .strict])
    func passes(kind: OrderKind, strictness: ConformanceConfiguration.Strictness) async throws {
        let report = try await report(kind) { $0.strictness = strictness }
        #expect(report.count(.passed) == report.scenarios.count, "\(report.unmet)")
        #expect(report.exitCode == 0)
    }

    @Test("fails exactly the step that its policy contradicts", arguments: OrderKind.allCases)
    func policies(kind: OrderKind) async throws {
        let denies = try await report(kind, policy: .deny)
        #expect(denies.missed == ["suite-2026-08"], "\(denies.unmet)")
        let accepts = try await report(kind, policy: .accept)
        #expect(accepts.missed == ["desktop-07"], "\(accepts.unmet)")
        let remarked = accepts.scenarios.filter { $0.outcome == .noted }.map(\.id)
        #expect(remarked == ["cancel-performed"])
    }

    @Test("passes on two URLs", arguments: OrderKind.allCases)
    func twoURLs(kind: OrderKind) async throws {
        let report = try await report(kind) { configuration in
            let root = configuration.url.dropLast("click".count)
            configuration.url = root + "prepare"
            configuration.completeURL = root + "complete"
        }
        #expect(report.count(.passed) == report.scenarios.count, "\(report.unmet)")
        #expect(report.environment.completeURL?.hasSuffix("/complete") == true)
    }

    @Test("passes with as many orders as are asked for", arguments: OrderKind.allCases)
    func listed(kind: OrderKind) async throws {
        var configuration = ConformanceConfiguration(url: "http://127.0.0.1/", key: "key", amount: 1000)
        configuration.gateway = "click"
        configuration.serviceID = 1
        configuration.orders = ["1"]
        configuration.kind = kind
        let needed = try ConformanceRun(configuration).ordersNeeded
        #expect(kind == .cumulative ? needed == 1 : needed > 10)
        let report = try await ClickServer.run { server in
            var configuration = server.configuration(kind: kind)
            configuration.merchantKey = nil
            configuration.orders = (1...needed).map(String.init)
            for id in configuration.orders {
                await server.merchant.add(MerchantOrder(id: id, amount: 500_000, isOneTime: kind == .oneTime))
            }
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.exitCode == 0, "\(report.unmet)")
        let skipped = report.scenarios.filter { $0.outcome == .skipped }.map(\.id)
        #expect(skipped == (kind == .oneTime ? ["amount-with-tiyin", "amount-beyond-32-bits"] : []))
    }

    @Test("too few orders are not enough for green")
    func tooFew() async throws {
        let report = try await ClickServer.run { server in
            var configuration = server.configuration()
            configuration.merchantKey = nil
            configuration.orders = ["1", "2"]
            for id in configuration.orders {
                await server.merchant.add(MerchantOrder(id: id, amount: 500_000, isOneTime: true))
            }
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.count(.missed) == 0, "\(report.unmet)")
        #expect(report.exitCode == 2)
        let reasons = Set(report.scenarios.compactMap(\.skipReason))
        #expect(reasons.contains("goes on with a scenario that was not run"))
    }

    @Test("codes as texts are tolerated, but not by a strict run")
    func textCodes() async throws {
        for strictness in [ConformanceConfiguration.Strictness.tolerant, .strict] {
            let report = try await ClickServer.run(faults: [.textCodes]) { server in
                var configuration = server.configuration()
                configuration.strictness = strictness
                configuration.only = ["suite-2026", "desktop"]
                return try await ConformanceRun(configuration).run()
            }
            #expect(report.exitCode == (strictness == .strict ? 1 : 0), "\(report.unmet)")
            #expect(report.scenarios[0].outcome == (strictness == .strict ? .missed : .noted))
        }
    }
}
