import Foundation
import Specification
import StrictJSON
import Testing

@testable import Conformance

@Suite("A PIX merchant, as tiyin conform pix sees it")
struct PixConformanceTests {
    private static var configuration: ConformanceConfiguration {
        var configuration = ConformanceConfiguration(url: "http://127.0.0.1/", key: PixMerchant.key, amount: 15_010)
        configuration.gateway = "pix"
        configuration.orders = ["a"]
        return configuration
    }

    @Test("there is a fault for every scenario, and a scenario for every fault")
    func everyScenarioHasAFault() throws {
        let ids = try ConformanceRun(Self.configuration).scenarioIDs
        #expect(Set(ids) == Set(PixFault.allCases.flatMap(\.finds)))
        #expect(PixFault.allCases.allSatisfy { !$0.finds.isEmpty })
    }

    @Test(
        "without faults passes every scenario, even strictly, with a bank and without", arguments: [true, false],
        [ConformanceConfiguration.Strictness.tolerant, .strict])
    func passes(hasBank: Bool, strictness: ConformanceConfiguration.Strictness) async throws {
        let report = try await PixServer.run(hasBank: hasBank) { server in
            var configuration = server.configuration()
            configuration.strictness = strictness
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.count(.passed) == report.scenarios.count, "\(report.unmet)")
        #expect(report.exitCode == 0)
    }

    @Test("misses the scenarios that are made for its fault", .serialized, arguments: PixFault.allCases)
    func isFound(fault: PixFault) async throws {
        let report = try await PixServer.run(faults: [fault]) { server in
            var configuration = server.configuration()
            configuration.only = fault.finds + ["answers-after-everything"]
            if fault.leavesWaiting { configuration.bankMillisecondsMax = 1_000 }
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.missed == Set(fault.finds), "\(report.unmet)")
        #expect(report.exitCode == 1)
    }

    @Test("that never asks its bank is only found out with one")
    func withoutBank() async throws {
        let report = try await PixServer.run(faults: [.neverAsks], hasBank: false) { server in
            try await ConformanceRun(server.configuration()).run()
        }
        #expect(report.exitCode == 0, "\(report.unmet)")
        #expect(report.blindspots.contains { $0.what.contains("--bank") })
    }

    @Test("passes with as many charges as are asked for, and is not green with fewer")
    func charges() async throws {
        let needed = try ConformanceRun(Self.configuration).ordersNeeded
        #expect(needed > 20)
        for count in [needed, 3] {
            let report = try await PixServer.run { server in
                var configuration = server.configuration()
                configuration.orders = Array(server.txids.prefix(count))
                return try await ConformanceRun(configuration).run()
            }
            #expect(report.count(.missed) == 0, "\(report.unmet)")
            #expect((report.count(.skipped) == 0) == (count == needed))
        }
    }

    @Test("is told apart from no endpoint at all")
    func noEndpoint() async throws {
        let server = try await PixServer.run { $0 }
        await #expect(throws: ConformanceError.self) { try await ConformanceRun(server.configuration()).run() }
        try await PixServer.run { server in
            var configuration = server.configuration()
            configuration.url += "/elsewhere"
            let elsewhere = configuration
            await #expect {
                try await ConformanceRun(elsewhere).run()
            } throws: {
                "\($0)".contains("answers HTTP 404 to a notice: is the path right?")
            }
        }
    }

    @Test("a port that is taken is refused in a sentence")
    func takenPort() async throws {
        try await PixServer.run(hasBank: false) { server in
            var configuration = server.configuration()
            configuration.bankPort = URLComponents(string: server.url)?.port
            let taken = configuration
            await #expect {
                try await ConformanceRun(taken).run()
            } throws: {
                "\($0)".hasPrefix("The bank cannot be served on port") && "\($0)".hasSuffix("Give another with --bank.")
            }
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let change: @Sendable (inout ConformanceConfiguration) -> Void
        let refusal: String
        var testDescription: String { refusal }
    }

    @Test(
        "arguments that make no sense are refused in a sentence",
        arguments: [
            Mistake(change: { $0.key = "" }, refusal: "The PIX key is empty or too long: give the merchant's own."),
            Mistake(
                change: { $0.key = String(repeating: "a", count: 78) }, refusal: "The PIX key is empty or too long"),
            Mistake(change: { $0.merchantKey = "m" }, refusal: "Charges are made by whoever pays: give the txids of"),
            Mistake(change: { $0.orders = ["a-b"] }, refusal: "\"a-b\" is no txid: one has 1 to 35 letters and digits"),
            Mistake(
                change: { $0.orders = [String(repeating: "a", count: 36)] },
                refusal: "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" is no txid"),
            Mistake(change: { $0.orders = [] }, refusal: "Orders are needed"),
            Mistake(change: { $0.bankPort = 70_000 }, refusal: "The bank's port must be from 0 to 65535."),
        ])
    func arguments(mistake: Mistake) {
        var configuration = Self.configuration
        mistake.change(&configuration)
        #expect {
            try ConformanceRun(configuration)
        } throws: {
            "\($0)".hasPrefix(mistake.refusal)
        }
    }

    @Test("its report names the key, the bank and centavos, in every form")
    func report() async throws {
        let report = try await PixServer.run { server in
            var configuration = server.configuration()
            configuration.only = ["notice-standard"]
            return try await ConformanceRun(configuration).run()
        }
        let table = ReportFormat.table.text(of: report)
        #expect(table.contains("15010 centavos, key loja@example.com, with a bank"))
        #expect(ReportFormat.html.text(of: report).contains("15010 centavos"))
        #expect(ReportFormat.html.text(of: report).contains("served by the run"))
        let json = try JSONValue(parsing: ReportFormat.json.text(of: report))
        #expect(json["pix_key"] == "loja@example.com")
        #expect(json["has_bank"] == true)
        #expect(ReportFormat.junit.text(of: report).contains("notice-standard"))
    }
}
