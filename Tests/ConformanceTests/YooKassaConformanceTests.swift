import Foundation
import Specification
import StrictJSON
import Testing

@testable import Conformance

@Suite("A merchant of YooKassa, as tiyin conform yookassa sees it")
struct YooKassaConformanceTests {
    /// Of a run that could be made, were anybody there.
    static var configuration: ConformanceConfiguration {
        var configuration = ConformanceConfiguration(url: "http://127.0.0.1/", key: "test_k", amount: 15_010)
        configuration.gateway = "yookassa"
        configuration.shopID = "700100"
        configuration.orders = ["2d8a1b77-000f-5000-9000-100000000001"]
        return configuration
    }

    @Test("there is a fault for every scenario, and a scenario for every fault")
    func everyScenarioHasAFault() throws {
        let ids = try ConformanceRun(Self.configuration).scenarioIDs
        // As the documents say; correct them with it.
        #expect(ids.count == 70)
        #expect(Set(ids) == Set(YooKassaFault.allCases.flatMap(\.finds)))
        #expect(YooKassaFault.allCases.allSatisfy { !$0.finds.isEmpty })
    }

    @Test("there is a scenario for every event that the protocol has")
    func events() throws {
        let yaml = String(decoding: try #require(Specifications.scenarios(for: "yookassa")), as: UTF8.self)
        for event in YooKassaNotice.events { #expect(yaml.contains("{call: \(event), "), "\(event)") }
    }

    @Test(
        "without faults passes every scenario, even strictly, whether it asks first or answers first",
        arguments: [false, true], [ConformanceConfiguration.Strictness.tolerant, .strict])
    func passes(asksLater: Bool, strictness: ConformanceConfiguration.Strictness) async throws {
        let report = try await YooKassaServer.run(.init(isProxied: true, asksLater: asksLater)) { server in
            var configuration = server.configuration()
            configuration.strictness = strictness
            return try await ConformanceRun(configuration).run()
        }
        // What is free to choose is remarked on, so passed or noted is what counts.
        #expect(report.count(.missed) == 0 && report.count(.skipped) == 0, "\(report.unmet)")
        #expect(report.exitCode == 0)
    }

    @Test("without the API and without a proxy passes the rest, and what was left out is said")
    func withoutAPI() async throws {
        let report = try await YooKassaServer.run(.init(faults: [.neverAsks], hasAPI: false)) { server in
            try await ConformanceRun(server.configuration()).run()
        }
        #expect(report.count(.missed) == 0, "\(report.unmet)")
        #expect(report.exitCode == 0)
        let skipped = report.scenarios.filter { $0.outcome == .skipped }
        #expect(Set(skipped.map(\.group.id)) == ["confirm", "outage", "sender"])
        #expect(skipped.contains { $0.skipReason?.contains("give --api") == true })
        #expect(skipped.contains { $0.skipReason?.contains("give --behind-proxy") == true })
        #expect(report.blindspots.contains { $0.what.contains("--api") })
    }

    @Test("misses the scenarios that are made for its fault", .serialized, arguments: YooKassaFault.allCases)
    func isFound(fault: YooKassaFault) async throws {
        let report = try await YooKassaServer.run(.init(faults: [fault], isProxied: true)) { server in
            var configuration = server.configuration()
            configuration.only = fault.finds + ["answers-after-everything"]
            if fault.leavesWaiting { configuration.bankMillisecondsMax = 1_000 }
            if fault == .hangsWithAPI { configuration.callMillisecondsMax = 8_000 }
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.missed == Set(fault.finds), "\(report.unmet)")
        #expect(report.exitCode == 1)
    }

    @Test("that says 200 while the API is away, and never asks again, is noted, and missed strictly")
    func kept() async throws {
        for strictness in [ConformanceConfiguration.Strictness.tolerant, .strict] {
            let plan = YooKassaServer.Plan(faults: [.remembersFailure], asksLater: true)
            let report = try await YooKassaServer.run(plan) { server in
                var configuration = server.configuration()
                configuration.only = ["outage-fails"]
                configuration.bankMillisecondsMax = 3_000
                configuration.strictness = strictness
                return try await ConformanceRun(configuration).run()
            }
            #expect(report.count(strictness == .strict ? .missed : .noted) == 1, "\(report.unmet)")
        }
    }

    @Test("answers with whatever body it likes: YooKassa reads none")
    func bodies() async throws {
        for reply in ["<h1>OK</h1>", #"{"error":"#, String(repeating: "a", count: 100_000)] {
            let report = try await YooKassaServer.run(.init(reply: reply)) { server in
                var configuration = server.configuration()
                configuration.only = ["event-succeeded", "confirm-payment"]
                configuration.strictness = .strict
                return try await ConformanceRun(configuration).run()
            }
            #expect(report.count(.passed) == 2, "\(report.unmet)")
        }
    }

    @Test("passes with as many payments as are asked for, and is not green with fewer")
    func payments() async throws {
        var configuration = Self.configuration
        configuration.bankPort = 0
        let needed = try ConformanceRun(configuration).ordersNeeded
        #expect(needed == 39)
        let neededWithoutAPI = try ConformanceRun(Self.configuration).ordersNeeded
        #expect(needed > neededWithoutAPI)
        configuration.isProxy = true
        let neededAsProxy = try ConformanceRun(configuration).ordersNeeded
        #expect(neededAsProxy == 42)
        for count in [needed, 3] {
            let report = try await YooKassaServer.run { server in
                var configuration = server.configuration()
                configuration.orders = Array(server.orders.prefix(count))
                return try await ConformanceRun(configuration).run()
            }
            #expect(report.count(.missed) == 0, "\(report.unmet)")
            #expect(report.scenarios.contains { $0.skipReason?.contains("more order") == true } == (count == 3))
        }
    }

    @Test("its payments are made through the merchant API, and known by the id that the API gave them")
    func makesOrders() async throws {
        let report = try await YooKassaServer.run { server in
            var configuration = server.configuration()
            configuration.orders = []
            configuration.merchantKey = YooKassaServer.merchantKey
            configuration.only = ["event", "confirm"]
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.count(.passed) == report.scenarios.count, "\(report.unmet)")
        let step = try #require(report.scenarios.first?.steps.last)
        let notification = try JSONValue(parsing: try #require(step.exchanges.first).requestBody)
        // What the shop has written beside the payment comes back with it.
        #expect(notification["object"]?["metadata"]?["tx"] == "100")
        #expect(ReportFormat.table.text(of: report).contains("orders made through the merchant API"))
    }

    @Test("payments that the merchant API makes elsewhere are refused in a sentence")
    func madeElsewhere() async throws {
        try await YooKassaServer.run(.init(faults: [.wrongKey])) { server in
            var configuration = server.configuration()
            configuration.orders = []
            configuration.merchantKey = YooKassaServer.merchantKey
            let refused = configuration
            await #expect {
                try await ConformanceRun(refused).run()
            } throws: {
                "\($0)".hasPrefix("The merchant API did not make an order: HTTP 502")
            }
        }
    }

    @Test("is told apart from no endpoint at all, and from one that lets nobody in")
    func noEndpoint() async throws {
        let server = try await YooKassaServer.run { $0 }
        await #expect(throws: ConformanceError.self) { try await ConformanceRun(server.configuration()).run() }
        try await YooKassaServer.run(.init(isProxied: true)) { server in
            var configuration = server.configuration()
            configuration.isProxy = false
            let stranger = configuration
            await #expect {
                try await ConformanceRun(stranger).run()
            } throws: {
                "\($0)".contains("answers HTTP 403") && "\($0)".contains("--behind-proxy")
            }
            configuration.isProxy = true
            configuration.url += "/elsewhere"
            let elsewhere = configuration
            await #expect {
                try await ConformanceRun(elsewhere).run()
            } throws: {
                "\($0)".contains("answers HTTP 404 to a notification: is the path right?")
            }
        }
    }

    @Test("its report names the shop, the API and kopecks, and no key, in every form")
    func report() async throws {
        let report = try await YooKassaServer.run(.init(faults: [.wrongKey], isProxied: true)) { server in
            var configuration = server.configuration()
            configuration.only = ["event-succeeded", "confirm-credentials"]
            return try await ConformanceRun(configuration).run()
        }
        let table = ReportFormat.table.text(of: report)
        #expect(table.contains("15010 kopecks, shop 700100, with an API, as a proxy"))
        #expect(table.contains("Hint: The endpoint asks the API with other credentials"))
        #expect(ReportFormat.html.text(of: report).contains("served by the run"))
        let json = try JSONValue(parsing: ReportFormat.json.text(of: report))
        #expect(json["shop_id"] == "700100" && json["has_api"] == true && json["is_proxy"] == true)
        #expect(ReportFormat.junit.text(of: report).contains("event-succeeded"))
        for format in ReportFormat.allCases {
            let text = format.text(of: report)
            #expect(!text.contains(YooKassaMerchant.key) && !text.contains("test_harness"))
        }
    }
}
