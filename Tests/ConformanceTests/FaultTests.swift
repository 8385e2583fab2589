import Conformance
import Testing

@Suite("A merchant with one fault")
struct FaultTests {
    @Test("is caught by the scenario of that name", arguments: Fault.allCases)
    func isCaught(fault: Fault) async throws {
        let report = try await MerchantServer.run(faults: [fault]) { server in
            var configuration = await server.configuration(kind: fault.kind)
            configuration.strictness = fault.strictness
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.missed.contains(fault.rawValue), "not missed: \(report.unmet)")
        let collateral = report.missed.subtracting([fault.rawValue])
        print("COLLATERAL \(fault.rawValue): \(collateral.sorted().joined(separator: " "))  ENDED \(report.endedEarly ?? "-") SKIPPED \(report.count(.skipped))")
    }
}

extension Fault {
    /// The kind of orders that shows it.
    var kind: OrderKind { self == .cumulativeTransactionsStandAlone ? .cumulative : .oneTime }

    /// Some faults are tolerated unless the run is strict.
    var strictness: ConformanceConfiguration.Strictness {
        [.answerSoleMember, .errorOthersLocalised].contains(self) ? .strict : .tolerant
    }
}
