import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

extension EndToEnd.Webhooks {
    /// What an operator and a shop see of deliveries, and what they can do.
    @Suite("Deliveries over the API and on the command line")
    struct DeliveryAPI {
        /// A server whose shop refuses everything, until its one order's first event is a dead letter.
        private func withDeadLetter(
            _ body: (RunningServer, WebhookShop) async throws -> Void
        ) async throws {
            let shop = try await WebhookShop()
            shop.react { _, _ in .answer(400) }
            do {
                try await RunningServer.with(shop.environment) { server in
                    try await server.addOrder("A")
                    _ = try await server.client.create("A", "A", time: server.clock.now)
                    _ = try await server.client.perform("A")
                    #expect(await eventually { shop.calls == 1 })
                    try await die(server, shop)
                    try await body(server, shop)
                }
            } catch {
                await shop.stop()
                throw error
            }
            await shop.stop()
        }

        /// Time passes until the first delivery has used up its attempts and its time.
        private func die(_ server: RunningServer, _ shop: WebhookShop) async throws {
            for attempt in 1..<30 {
                let state = try await item(server, 1)["state"]?.stringValue
                if state == "dead" { return }
                let isTried = await eventually {
                    let attempts = (try? await item(server, 1))?["attempts"]?.integerValue ?? 0
                    return attempts >= Int64(min(attempt, 10))
                }
                #expect(isTried)
                server.clock.advance(milliseconds: 27 * 3_600_000)
                // Somebody knocks: the runner sleeps in real time.
                _ = try await server.merchant(.POST, "/receivers/webhook/resume")
            }
            Issue.record("it does not die")
        }

        private func item(_ server: RunningServer, _ id: Int) async throws -> JSONValue {
            try await server.merchant(.GET, "/deliveries/\(id)").body
        }

        @Test(
            "a dead letter is listed, shown with its message, and sent again under its id; what was behind it went on")
        func life() async throws {
            try await withDeadLetter { server, shop in
                let dead = try await server.merchant(.GET, "/deliveries?state=dead").body["items"]?.arrayValue ?? []
                #expect(dead.count == 1)
                let letter = try await item(server, 1)
                #expect(letter["last_error"]?.stringValue == "HTTP 400")
                #expect(letter["type"]?.stringValue == "transaction.created")
                #expect(letter["due_at"]?.isNull == true && letter["dead_at"]?.integerValue != nil)
                #expect(letter["message"]?["data"]?["order_id"]?.stringValue == "A")
                let id = try #require(letter["message_id"]?.stringValue)
                shop.react { _, _ in .answer(204) }
                let answer = try await server.merchant(.POST, "/deliveries/1/retry")
                #expect(answer.status == 200)
                #expect(await eventually { shop.letters.contains { $0.id == id } })
                let hasArrived = await eventually {
                    (try? await item(server, 1))?["state"]?.stringValue == "delivered"
                }
                #expect(hasArrived)
                #expect(try await item(server, 1)["attempts"]?.integerValue == 1)
            }
        }

        @Test("metrics and receivers tell how many wait and are dead")
        func told() async throws {
            try await withDeadLetter { server, _ in
                let receivers = try await server.merchant(.GET, "/receivers").body["items"]?.arrayValue ?? []
                #expect(receivers.count == 1 && receivers[0]["name"]?.stringValue == "webhook")
                #expect(receivers[0]["dead"]?.integerValue == 1 && receivers[0]["waiting"]?.integerValue == 2)
                #expect(receivers[0]["stopped_at"]?.isNull == true)
                server.clock.advance(milliseconds: 2_000)
                let text = try await get(server, "/metrics")
                #expect(text.contains(#"tiyin_outbox_dead{target="webhook"} 1"#), "\(text)")
                #expect(text.contains(#"tiyin_outbox_waiting{target="webhook"} 2"#))
                #expect(text.contains(#"tiyin_webhook_attempts_total{outcome="failed"}"#))
            }
        }

        @Test("a repeat with the same Idempotency-Key sends nothing a second time")
        func repeated() async throws {
            try await withDeadLetter { server, shop in
                shop.react { _, _ in .answer(204) }
                let key = [("idempotency-key", "again-1")]
                let first = try await server.merchant(.POST, "/deliveries/1/retry", headers: key)
                #expect(await eventually { shop.letters.count == 3 })
                let second = try await server.merchant(.POST, "/deliveries/1/retry", headers: key)
                #expect(second.body == first.body && second.headers["idempotency-replayed"] == ["true"])
                try await Task.sleep(for: .milliseconds(100))
                #expect(shop.letters.count == 3)
            }
        }

        @Test("bad input: unknown numbers, states, receivers and filters")
        func badInput() async throws {
            let shop = try await WebhookShop()
            try await RunningServer.with(shop.environment) { server in
                for path in ["/deliveries/9", "/deliveries/x", "/deliveries/0"] {
                    let shown = try await server.merchant(.GET, path).status
                    let sent = try await server.merchant(.POST, path + "/retry").status
                    #expect(shown == 404 && sent == 404)
                }
                for query in ["state=gone", "cursor=x", "limit=0", "colour=red"] {
                    #expect(try await server.merchant(.GET, "/deliveries?\(query)").status == 400, "\(query)")
                }
                #expect(try await server.merchant(.POST, "/receivers/nobody/resume").status == 404)
                #expect(try await server.merchant(.POST, "/receivers/webhook/resume").status == 200)
                #expect(try await server.merchant(.POST, "/dead-letters/retry", ["a": 1]).status == 400)
            }
            await shop.stop()
        }

        @Test("the command line lists, shows, retries and resumes, beside a server and without one")
        func commandLine() async throws {
            let folder = TemporaryFolder()
            let shop = try await WebhookShop()
            shop.react { _, _ in .answer(410) }
            let server = try await ServerProcess(.tiyin, in: folder, shop.environment)
            try await server.shop().addOrder("A")
            _ = try await server.payme().create("A", "A", time: Int64(Date().timeIntervalSince1970 * 1_000))
            #expect(await eventually { shop.calls == 1 })
            var environment = ServerProcess.environment(folder)
            environment["API_PORT"] = String(server.port)
            let settings = environment
            func tool(_ arguments: String...) async throws -> CommandLineTool {
                try await CommandLineTool.run(["deliveries"] + arguments, settings, in: folder)
            }
            #expect(
                await eventually { ((try? await tool("list"))?.output ?? "").contains("is stopped since") })
            let listed = try await tool("list", "--state", "waiting")
            #expect(listed.isSuccess && listed.output.contains("transaction.created"))
            #expect(listed.output.contains("HTTP 410"))
            let shown = try await tool("show", "1")
            #expect(shown.output.contains(#""type":"transaction.created""#) && shown.output.contains("msg_"))
            #expect(try await tool("show", "9").errors.contains("there is no delivery 9"))
            #expect(try await !tool("retry").isSuccess)
            #expect(try await tool("retry", "9").errors.contains("there is no delivery 9"))
            shop.react { _, _ in .answer(204) }
            let resumed = try await tool("resume")
            #expect(
                resumed.isSuccess && resumed.output.contains("webhook gets its deliveries again"), "\(resumed.errors)")
            #expect(await eventually { shop.letters.count == 1 })
            let again = try await tool("retry", "1")
            #expect(again.output.contains("delivery 1 is being sent"), "\(again.errors)")
            #expect(await eventually { shop.letters.count == 2 })
            #expect(try await tool("retry", "--dead").output.hasPrefix("0 dead letters"))
            _ = await server.stop()
            #expect(try await tool("retry", "1").output.contains("as soon as a server runs"))
            #expect(try await !tool("resume", "nobody").isSuccess)
            let later = try await ServerProcess(.tiyin, in: folder, shop.environment)
            #expect(await eventually { shop.letters.count == 3 })
            #expect(Set(shop.letters.map(\.id)).count == 1)
            _ = await later.stop()
            await shop.stop()
        }

        private func get(_ server: RunningServer, _ path: String) async throws -> String {
            let answer = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: server.url + path), timeout: .seconds(10))
            return String(buffer: try await answer.body.collect(upTo: 1 << 20))
        }
    }
}
