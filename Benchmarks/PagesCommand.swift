import ArgumentParser
import Foundation

extension Bench {
    /// `make prove`: fails if the server needs too much memory, misses a payment, or tells of one too late.
    struct Pages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Opens many payers' pages at once, pays each, and fails if one misses it or is told late.")

        @Option(help: "How many pages.") var count = 1_000

        func run() async throws {
            let folder =
                FileManager.default.temporaryDirectory.path
                + "/tiyin-pages-\(ProcessInfo.processInfo.processIdentifier)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let result = try await OpenPages(count: count, program: BenchPlan.program("tiyin"), port: 18_904).run(
                in: folder)
            print(BenchReport.lines(of: result).joined(separator: "\n"))
            if let failure = result.failure { throw BenchFailure(failure) }
        }
    }
}
