import Foundation
import TestSupport
import Testing

/// A tool that was not written here, which reads the document and tries whatever it allows and forbids.
struct Schemathesis {
    let output: String
    /// It ran, and found nothing.
    let isClean: Bool
    /// How many requests it made up.
    let generated: Int

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
        .standardizedFileURL

    /// - Parameters:
    ///   - document: a URL or a file.
    ///   - operation: only this one; nil: all.
    ///   - examples: how many requests of each kind it makes up for an operation.
    static func run(
        _ document: String, on running: RunningServer, operation: String? = nil, seed: UInt64, examples: Int
    ) async throws -> Schemathesis {
        let program = root.appendingPathComponent(".build/python/bin/schemathesis").path
        try #require(
            FileManager.default.isExecutableFile(atPath: program), "schemathesis is missing: run `make setup-tests`")
        var arguments = [
            "--config-file", root.appendingPathComponent("Tests/schemathesis.toml").path, "run", document,
            "--url", running.url, "--header", "Authorization: Bearer \(running.merchantKey)", "--checks", "all",
            "--seed", String(seed), "--max-examples", String(examples), "--request-timeout", "20",
            "--generation-database", "none", "--no-color", "--suppress-health-check", "too_slow",
        ]
        if let operation { arguments += ["--include-operation-id", operation] }
        // What it writes beside its report goes with the folder.
        let folder = TemporaryFolder()
        let environment = [
            "PYTHONPATH": root.appendingPathComponent("Tests").path, "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let child = try ChildProcess(program, arguments, environment: environment, folder: folder.path)
        // It is bounded by its examples; a machine that stands still is no finding.
        let bell = Task {
            try await Task.sleep(for: .seconds(300))
            child.signal(SIGKILL)
        }
        defer { bell.cancel() }
        let exit = await child.exit()
        let output = child.output + child.errors
        let count = output.firstMatch(of: /([0-9]+) generated/).flatMap { Int($0.1) }
        return Schemathesis(output: output, isClean: exit == .success, generated: count ?? 0)
    }
}
