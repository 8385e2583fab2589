import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Two servers and one database")
    struct SecondServer {
        @Test("the second is refused in one sentence, and the first goes on")
        func refused() async throws {
            let folder = TemporaryFolder()
            let first = try await ServerProcess(.tiyin, in: folder)
            let second = try await CommandLineTool.run(["serve"], ServerProcess.environment(folder), in: folder)
            second.expectRefusal(["server.db", "in use", "process \(first.child.processIdentifier)", "DATABASE_URL"])
            #expect(try await first.shop().get("/ready").status == 200)
            #expect(await first.stop().code == 0)
        }

        @Test("the file is free again when the first has gone, however it went", arguments: [SIGTERM, SIGKILL])
        func freed(signal: Int32) async throws {
            let folder = TemporaryFolder()
            let first = try await ServerProcess(.tiyin, in: folder)
            first.child.signal(signal)
            await first.child.exit()
            let second = try await ServerProcess(.tiyin, in: folder)
            #expect(try await second.shop().get("/ready").status == 200)
            #expect(await second.stop().code == 0)
        }
    }
}
