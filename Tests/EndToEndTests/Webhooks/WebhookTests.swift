import Delivery
import Foundation
import NIOHTTP1
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Webhooks")
    struct Webhooks {
        /// A server and a shop that hears of its payments; both stopped, whatever happened.
        private func with(
            _ environment: [String: String] = [:], clock: ManualClock? = nil,
            _ body: (RunningServer, WebhookShop) async throws -> Void
        ) async throws {
            let shop = try await WebhookShop()
            do {
                try await RunningServer.with(shop.environment.merging(environment) { $1 }, clock: clock) {
                    try await body($0, shop)
                }
            } catch {
                await shop.stop()
                throw error
            }
            await shop.stop()
            #expect(shop.problems == [])
        }

        private func pay(_ server: RunningServer, _ order: String) async throws {
            try await server.addOrder(order)
            #expect(try await server.client.create(order, order, time: server.clock.now).isResult)
            #expect(try await server.client.perform(order).isResult)
        }

        @Test("a payment is announced, performed, and its order paid; a refund is told, and each event once")
        func life() async throws {
            try await with { server, shop in
                try await pay(server, "A")
                #expect(try await server.client.cancel("A", reason: 5).isResult)
                #expect(await eventually { shop.letters.count == 4 })
                #expect(
                    shop.news == [
                        "A transaction.created", "A transaction.performed", "A order.paid", "A transaction.refunded",
                    ])
                #expect(Set(shop.letters.map(\.id)).count == 4)
                let paid = try JSONValue(parsing: shop.letters[2].body)
                let transaction = try #require(paid["data"]?["transaction"])
                #expect(transaction["state"]?.integerValue == 2)
                #expect(transaction["amount"]?["value"]?.stringValue == "5000.00")
                #expect(transaction["order_id"]?.stringValue == "A")
                let stamp = try #require(paid["timestamp"]?.stringValue)
                #expect(stamp.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            }
        }

        @Test(
            "what is cancelled and what runs out of time is told as cancelled; an account is never an order that is paid"
        )
        func others() async throws {
            try await with { server, shop in
                try await server.addOrder("B")
                _ = try await server.client.create("b1", "B", time: server.clock.now)
                _ = try await server.client.cancel("b1", reason: 3)
                _ = try await server.client.create("b2", "B", time: server.clock.now)
                server.clock.advance(milliseconds: 13 * 3_600_000)
                _ = try await server.client.perform("b2")
                _ = try await server.merchant(
                    .POST, "/orders", ["id": "phone", "kind": "cumulative", "currency": "UZS"])
                _ = try await server.client.create("c1", "phone", time: server.clock.now)
                _ = try await server.client.perform("c1")
                #expect(await eventually { shop.letters.count == 6 })
                #expect(
                    shop.news.filter { $0.hasPrefix("B") } == [
                        "B transaction.created", "B transaction.cancelled", "B transaction.created",
                        "B transaction.cancelled",
                    ])
                #expect(
                    shop.news.filter { $0.hasPrefix("phone") } == [
                        "phone transaction.created", "phone transaction.performed",
                    ])
                let expired = try #require(shop.letters.filter { $0.order == "B" }.last)
                #expect(try JSONValue(parsing: expired.body)["data"]?["change"]?.stringValue == "expired")
            }
        }

        @Test("down for minutes and then up: every event arrives, in order for each order, repeats under the same id")
        func downForMinutes() async throws {
            try await with { server, shop in
                try await pay(server, "first")
                #expect(await eventually { shop.letters.count == 3 })
                await shop.goDown()
                for number in 0..<30 { try await pay(server, "o\(number)") }
                for _ in 0..<4 {
                    server.clock.advance(milliseconds: 60_000)
                    // Something happens every minute, and nobody is there to hear it.
                    try await pay(server, "late\(server.clock.now)")
                }
                // A half of the first ones are lost on the way back: they come again.
                shop.react { number, _ in number % 2 == 0 && number < 40 ? .hangUp : .answer(204) }
                try await shop.comeBack()
                var arrived = false
                for minute in 0..<30 where !arrived {
                    server.clock.advance(milliseconds: 60_000)
                    try await pay(server, "wake\(minute)")
                    arrived = await eventually(within: .seconds(2)) {
                        let waits = try? await waiting(server)
                        return waits == 0 && Set(shop.letters.map(\.order)).count >= 36 + minute
                    }
                }
                #expect(arrived)
                let orders = Set(shop.letters.map(\.order))
                for order in orders {
                    let own = shop.news.filter { $0.hasPrefix(order + " ") }.map { $0.split(separator: " ")[1] }
                    #expect(own == ["transaction.created", "transaction.performed", "order.paid"], "\(order)")
                }
                // One id, one event: bytes and all.
                for (id, letters) in Dictionary(grouping: shop.letters, by: \.id) {
                    #expect(Set(letters).count == 1, "\(id)")
                }
            }
        }

        @Test("the answer to the gateway does not wait for the shop")
        func independent() async throws {
            try await with { server, shop in
                shop.react { _, _ in .held }
                let start = ContinuousClock.now
                try await pay(server, "A")
                // A webhook has fifteen seconds.
                #expect(ContinuousClock.now - start < .seconds(10))
                #expect(await eventually { shop.calls == 1 })
                #expect(shop.letters == [])
            }
        }

        @Test("a redirect is no delivery and is not followed")
        func redirect() async throws {
            let other = try await HTTPReceiver()
            let location = other.url
            try await with { server, shop in
                shop.react { _, _ in .answer(307, headers: [("location", location)]) }
                try await server.addOrder("A")
                _ = try await server.client.create("A", "A", time: server.clock.now)
                #expect(await eventually { ((try? await lastError(server)) ?? nil) != nil })
                #expect(try await lastError(server)?.hasPrefix("HTTP 307") == true)
                #expect(try await waiting(server) == 1)
            }
            #expect(other.requests.isEmpty)
            await other.stop()
        }

        @Test("a private address is refused unless it is allowed, and the event waits")
        func refused() async throws {
            let shop = try await WebhookShop()
            var environment = shop.environment
            environment["MERCHANT_PRIVATE_TARGETS"] = "refuse"
            environment["MERCHANT_WEBHOOK_URL"] = "https://127.0.0.1:\(shop.port)/hook"
            try await RunningServer.with(environment) { server in
                try await server.addOrder("A")
                _ = try await server.client.create("A", "A", time: server.clock.now)
                #expect(await eventually { ((try? await lastError(server)) ?? nil) != nil })
                let error = try #require(try await lastError(server))
                #expect(error.contains("private"), "\(error)")
                #expect(try await waiting(server) == 1)
            }
            #expect(shop.calls == 0)
            await shop.stop()
        }

        @Test("410 stops it, also after a restart; another address goes on, and nothing was lost")
        func gone() async throws {
            let folder = TemporaryFolder()
            let shop = try await WebhookShop()
            shop.react { _, _ in .answer(410) }
            var server = try await RunningServer(shop.environment, folder: folder)
            try await pay(server, "A")
            #expect(await eventually { shop.calls == 1 })
            try await pay(server, "B")
            await server.stop()
            shop.react { _, _ in .answer(204) }
            server = try await RunningServer(shop.environment, folder: folder)
            try await pay(server, "C")
            #expect(try await waiting(server) == 9)
            #expect(shop.calls <= 2 && shop.letters == [])
            await server.stop()
            var environment = shop.environment
            environment["MERCHANT_WEBHOOK_URL"] = "http://127.0.0.1:\(shop.port)/moved"
            server = try await RunningServer(environment, folder: folder)
            #expect(await eventually { shop.letters.count == 9 })
            await server.stop()
            await shop.stop()
        }

        @Test("the second key signs too while one replaces the other")
        func rotation() async throws {
            let other = "whsec_MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEw"
            let shop = try await WebhookShop(secret: other)
            var environment = shop.environment
            environment["MERCHANT_WEBHOOK_SECRET"] = "\(WebhookShop.secret),\(other)"
            try await RunningServer.with(environment) { server in
                try await pay(server, "A")
                #expect(await eventually { shop.letters.count == 3 })
            }
            #expect(shop.problems == [])
            await shop.stop()
        }

        private func waiting(_ server: RunningServer) async throws -> Int64 {
            try await server.server.store.engine.read(.scan) {
                try SQLPaymentSession(sql: $0).countWaiting(target: "webhook")
            }
        }

        private func lastError(_ server: RunningServer) async throws -> String? {
            try await server.server.store.engine.read(.scan) {
                try SQLPaymentSession(sql: $0).deliveries(DeliveryFilter(), before: nil, limit: 1).first?.lastError
            }
        }
    }
}
