import Conformance
import Foundation
import Testing
@Suite struct Scratch {
    @Test func timing() async throws {
        let report = try await MerchantServer.run(faults: [.amountNegative, .statementBounds, .raceCancel, .createReplayOtherContent, .errorOthersLocalised], takesFiscalData: false) { server in
            var c = await server.configuration()
            c.orders = (1...30).map { "ord-\($0)" }
            c.merchantKey = nil
            for o in c.orders { await server.merchant.add(MerchantOrder(id: o, amount: 500_000, isOneTime: true)) }
            return try await ConformanceRun(c).run()
        }
        for f in ReportFormat.allCases { try f.text(of: report).write(toFile: "/tmp/report.\(f)", atomically: true, encoding: .utf8) }
        print(report.unmet)
    }
}
