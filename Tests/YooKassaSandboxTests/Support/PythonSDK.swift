import Foundation
import StrictJSON
import Testing

/// The official SDK in a process of its own, one answer for each command.
final class PythonSDK {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../..").standardizedFileURL

    private let process = Process()
    private let input = Pipe()
    private var chunks: AsyncStream<Data>.Iterator
    private var rest: [UInt8] = []

    /// Runs it while the closure runs.
    /// - Parameter desk: where it goes.
    static func with(_ desk: YooDesk, _ body: (PythonSDK) async throws -> Void) async throws {
        let sdk = try PythonSDK(desk)
        defer { sdk.stop() }
        try await body(sdk)
    }

    private init(_ desk: YooDesk) throws {
        let python = Self.root.appendingPathComponent(".build/python/bin/python3")
        try #require(
            FileManager.default.isExecutableFile(atPath: python.path), "Python is missing: run `make setup-tests`")
        process.executableURL = python
        process.arguments = [
            Self.root.appendingPathComponent("Tests/YooKassaSandboxTests/Python/sdk.py").path, desk.url,
            YooDesk.shopID, YooDesk.secret,
        ]
        process.environment = ["PYTHONDONTWRITEBYTECODE": "1"]
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        // Nobody waits for it on a thread that the server needs.
        let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
        chunks = stream.makeAsyncIterator()
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard data.isEmpty else {
                continuation.yield(data)
                return
            }
            handle.readabilityHandler = nil
            continuation.finish()
        }
        try process.run()
    }

    /// - Throws: if the process has ended.
    func callAsFunction(_ name: String, _ members: JSONObject = [:]) async throws -> JSONValue {
        var command: JSONObject = ["do": .string(name)]
        for (key, value) in members { command[key] = value }
        try input.fileHandleForWriting.write(contentsOf: Data(JSONValue.object(command).serialized() + [10]))
        while true {
            if let end = rest.firstIndex(of: 10) {
                let line = Array(rest[..<end])
                rest.removeSubrange(...end)
                return try JSONValue(parsing: line)
            }
            let more = try #require(
                await chunks.next(), "the SDK's process has ended; is it installed? `make setup-tests`")
            rest += Array(more)
        }
    }

    private func stop() {
        try? input.fileHandleForWriting.close()
        process.terminate()
    }
}
