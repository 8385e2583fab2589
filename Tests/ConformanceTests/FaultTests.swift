import Conformance
import Testing

@Suite("A merchant with one fault")
struct FaultTests {
    @Test("there is a fault for every scenario")
    func everyScenarioHasAFault() throws {
        let runs = try OrderKind.allCases.map { kind in
            var configuration = ConformanceConfiguration(url: "http://127.0.0.1/", key: "key", amount: 1000)
            configuration.orders = ["1"]
            configuration.kind = kind
            return try ConformanceRun(configuration).scenarioIDs
        }
        #expect(Set(runs.joined()) == Set(Fault.allCases.map(\.scenario)))
    }

    // One run after another in each half: so many servers at once would race for the machine, and races are what some
    // of the faults are about.

    @Test(
        "misses the scenario that is made for it, and those that do the same (odd half)", .serialized,
        arguments: Fault.half(1))
    func oddHalf(fault: Fault) async throws { try await check(fault) }

    @Test(
        "misses the scenario that is made for it, and those that do the same (even half)", .serialized,
        arguments: Fault.half(0))
    func evenHalf(fault: Fault) async throws { try await check(fault) }

    private func check(_ fault: Fault) async throws {
        let report = try await MerchantServer.run(faults: [fault]) { server in
            var configuration = await server.configuration(kind: fault.kind)
            configuration.strictness = fault.strictness
            return try await ConformanceRun(configuration).run()
        }
        let expected = fault.collateral.union([fault.scenario])
        #expect(report.missed.subtracting(fault.possibleCollateral) == expected, "\(report.unmet)")
        #expect(report.exitCode == 1)
    }
}

extension Fault {
    fileprivate static func half(_ rest: Int) -> [Fault] {
        allCases.enumerated().filter { $0.offset % 2 == rest }.map(\.element)
    }
}
