import Foundation
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("tiyin sandbox")
    struct Sandbox {
        private static let hasCurl = ["/usr/bin/curl", "/bin/curl", "/opt/homebrew/bin/curl"]
            .contains { FileManager.default.isExecutableFile(atPath: $0) }

        @Test(
            "prints calls that work as they stand, to a shell",
            .enabled(if: hasCurl, "curl is not installed, so its command lines cannot be tried"))
        func guide() async throws {
            let folder = TemporaryFolder()
            let sandbox = try await Self.start(in: folder)
            let calls = Self.lines(sandbox, beginningWith: "curl ")
            try #require(calls.count == 6)
            let created = try await Self.shell(calls[0], folder)
            #expect(created["result"]?["state"] == 1)
            let performed = try await Self.shell(calls[1], folder)
            #expect(performed["result"]?["state"] == 2)
            #expect(try await Self.shell(calls[1], folder) == performed)
            #expect(try await Self.shell(calls[2], folder)["status"] == "paid")
            let order = try await Self.shell(calls[3], folder)
            #expect(order["status"] == "pending" && order["amount"]?["value"] == "15.50")
            let pix = try await Self.shell(calls[4], folder)
            let pixPage = pix["payment"]?["links"]?["page"]?.stringValue
            #expect(pixPage?.hasPrefix("/payments/pix/") == true, "\(pix)")
            let yookassa = try await Self.shell(calls[5], folder)
            let place = yookassa["confirmation"]?["confirmation_url"]?.stringValue
            #expect(yookassa["status"] == "pending" && place?.hasPrefix("http://127.0.0.1:") == true, "\(yookassa)")
            // The seed's own body: an order that nobody registered, its id a number.
            let seed = calls[5].replacing("\"order_id\":\"1007\"", with: "\"order_id\":1,\"is_recurrent\":false")
            let unregistered = try await Self.shell(seed, folder)
            #expect(unregistered["status"] == "pending" && unregistered["order_id"] == "1", "\(unregistered)")
            // What is not amiss is not complained of.
            #expect(!(sandbox.output + sandbox.errors).contains(" warning "))
            let base = try #require(sandbox.output.firstMatch(of: /sandbox at (http:\S+)/)?.1)
            // What the payers then see is there.
            for page in [base + (try #require(pixPage)), try #require(place)] {
                let tool = try ChildProcess("/bin/sh", ["-c", "curl -s -f '\(page)'"], folder: folder.path)
                #expect(await tool.exit() == .success)
                #expect(tool.output.contains("<html lang="), "\(page)")
            }
            for path in ["health", "ready", "metrics"] {
                let tool = try ChildProcess(
                    "/bin/sh", ["-c", "curl -s -f \(base)/\(path)"], folder: folder.path)
                #expect(await tool.exit() == .success)
                #expect(sandbox.output.contains("\(base)/\(path)"))
            }
            sandbox.signal(SIGTERM)
            #expect(await sandbox.exit() == .success)
        }

        @Test("prints conformance runs that are green as they stand", arguments: ["payme", "click"])
        func conform(gateway: String) async throws {
            let folder = TemporaryFolder()
            let sandbox = try await Self.start(in: folder)
            let line = try #require(
                Self.lines(sandbox, beginningWith: "\(Executable.path("tiyin")) conform \(gateway)").first)
            let run = try ChildProcess("/bin/sh", ["-c", line], folder: folder.path)
            #expect(await run.exit() == .success, "\(run.output)\(run.errors)")
            sandbox.signal(SIGINT)
            #expect(await sandbox.exit() == .success)
        }

        @Test("takes no settings from around it, leaves nothing behind, and is one of many")
        func scratch() async throws {
            let folder = TemporaryFolder()
            try "payme:\n  kei: nonsense\n".write(toFile: folder.file("tiyin.yaml"), atomically: true, encoding: .utf8)
            let before = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            let sandboxes = [try await Self.start(in: folder), try await Self.start(in: folder)]
            let scratch = folder.file("tmp")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).count == 2)
            for sandbox in sandboxes { sandbox.signal(SIGTERM) }
            for sandbox in sandboxes { #expect(await sandbox.exit() == .success) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "tmp" } == before)
            #expect(sandboxes[0].output != sandboxes[1].output)
        }

        private static func start(in folder: TemporaryFolder) async throws -> ChildProcess {
            try FileManager.default.createDirectory(atPath: folder.file("tmp"), withIntermediateDirectories: true)
            let child = try ChildProcess(
                Executable.path("tiyin"), ["sandbox", "--port", "0"],
                environment: ["PAYME_KEI": "nonsense", "TMPDIR": folder.file("tmp")], folder: folder.path)
            _ = try #require(await child.line { $0.contains("Stop with Ctrl-C.") }, "\(child.errors)")
            return child
        }

        private static func lines(_ sandbox: ChildProcess, beginningWith word: String) -> [String] {
            sandbox.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0.hasPrefix(word) }
        }

        private static func shell(_ line: String, _ folder: TemporaryFolder) async throws -> JSONValue {
            let tool = try ChildProcess("/bin/sh", ["-c", line], folder: folder.path)
            #expect(await tool.exit() == .success, "\(line): \(tool.errors)")
            return try JSONValue(parsing: tool.output)
        }
    }
}
