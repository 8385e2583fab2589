import StrictJSON
import TestSupport
import Testing

@Suite("Charges of a bank that is not configured any more")
struct PixUnattendedTests {
    private static let inter = [
        "PIX_PROVIDER": "inter", "INTER_CLIENT_ID": "app", "INTER_CLIENT_SECRET": "s3cret",
        // Nobody answers there: the charge waits for its bank.
        "INTER_BASE_URL": "http://127.0.0.1:1",
    ]

    @Test("are counted in the log at the start, and the server is ready all the same")
    func counted() async throws {
        let folder = TemporaryFolder()
        func start(_ environment: [String: String], _ body: (PixShop) async throws -> Void = { _ in }) async throws
            -> [String]
        {
            let book = LogBook()
            let running = try await RunningServer(environment, folder: folder, logger: book.logger)
            do {
                try await body(PixShop(running: running))
                let ready = try await PixShop(running: running).get("/ready")
                #expect(ready.status == 200)
            } catch {
                await running.stop()
                throw error
            }
            await running.stop()
            return book.lines.filter { $0.contains("nobody looks after them") }
        }
        let bank = PixShop.environment.merging(Self.inter) { $1 }
        let attended = try await start(bank) { shop in
            let reply = try await shop.charge(#"{"amount":1}"#)
            #expect(reply.status == 202)
        }
        #expect(attended == [])
        let counted = try await start(PixShop.environment) { shop in
            let reply = try await shop.charge(#"{"amount":1}"#)
            #expect(reply.status == 200)
        }
        #expect(counted.count == 1)
        #expect(counted.first?.contains("count=1") == true)
        let off = try await start([:])
        #expect(off.first?.contains("count=2") == true)
        #expect(off.first?.contains("set pix.provider") == true)
        // A static code needs no bank.
        let again = try await start(bank)
        #expect(again == [])
    }
}
