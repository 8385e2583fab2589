import Conformance
import Testing

@Suite("A merchant without faults")
struct GreenTests {
    @Test(
        "passes every scenario, even strictly", arguments: OrderKind.allCases,
        [ConformanceConfiguration.Strictness.tolerant, .strict])
    func passes(kind: OrderKind, strictness: ConformanceConfiguration.Strictness) async throws {
        let report = try await MerchantServer.run { server in
            var configuration = await server.configuration(kind: kind)
            configuration.strictness = strictness
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.exitCode == 0)
        #expect(report.count(.passed) == report.scenarios.count, "\(report.unmet)")
    }

    @Test("may refuse refunds and leave out fiscal data, with a note", arguments: OrderKind.allCases)
    func mayRefuseRefunds(kind: OrderKind) async throws {
        let report = try await MerchantServer.run(refunds: false, takesFiscalData: false) { server in
            var configuration = await server.configuration(kind: kind)
            configuration.strictness = .strict
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.exitCode == 0, "\(report.unmet)")
        let noted = Set(report.scenarios.filter { $0.outcome == .noted }.map(\.id))
        #expect(noted.contains("sandbox-2-cancel-performed"))
        #expect(noted.contains("fiscal-data"))
    }

    @Test("passes with a note what a strict run misses", arguments: [Fault.answerSoleMember, .errorOthersLocalised])
    func isTolerated(fault: Fault) async throws {
        let report = try await MerchantServer.run(faults: [fault]) { server in
            var configuration = await server.configuration()
            configuration.only = [fault.scenario]
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.exitCode == 0)
        #expect(report.scenarios.map(\.outcome) == [.noted])
    }
}
