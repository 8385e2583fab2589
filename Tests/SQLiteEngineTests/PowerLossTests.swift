import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

/// The power goes at every write, truncation and sync of a run in turn. What was not synced is lost, wholly or in part.
@Suite("Power loss", .serialized)
struct PowerLossTests {
    /// The runs of one durability that left something wrong: at which operation, and what.
    /// - Parameter step: 1: the power goes at each operation in turn; 3: at every third.
    private func faults(
        _ durability: SQLiteConfiguration.Durability, seeds: Int, step: Int64 = 1
    ) async throws -> [String] {
        let healthy = Disk()
        var ledger = Ledger(healthy, durability, endsWithFault: true)
        try await ledger.run()
        var found: [String] = []
        var cuts = 0
        for point in stride(from: 1, through: healthy.operations, by: Int64.Stride(step)) {
            for seed in 0..<seeds {
                // The daily tests take the three kinds of loss by turns, `make prove` each many times.
                let loss = DiskLoss.allCases[(Int(point) + seed) % 3]
                let disk = Disk()
                disk.fail(point, .power)
                var ledger = Ledger(disk, durability, endsWithFault: true)
                try await ledger.run()
                // A run whose group falls apart otherwise may be an operation or two shorter.
                if disk.hasStruck { cuts += 1 }
                disk.lose(loss, seed: UInt64(point) &* 31 &+ UInt64(seed))
                let wrong = try await ledger.faults(on: disk)
                if !wrong.isEmpty { found.append("\(loss) at \(point): \(wrong.joined(separator: "; "))") }
            }
        }
        #expect(cuts >= 60 / Int(step))
        return found
    }

    @Test("FULL loses nothing that was acknowledged, and nothing is stored by half")
    func full() async throws {
        let found = try await faults(.full, seeds: isProving ? 12 : 1)
        #expect(found.prefix(3) == [])
    }

    @Test("NORMAL loses acknowledged payments: this test can fail")
    func normal() async throws {
        let found = try await faults(.normal, seeds: 1, step: isProving ? 1 : 3)
        #expect(found.contains { $0.contains("acknowledged and lost") })
        #expect(!found.contains { $0.contains("stored by half") || $0.contains("damaged") })
    }
}
