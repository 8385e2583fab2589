import Foundation
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite(
        "The example shop in Python",
        .enabled(if: Interpreter.python.path != nil, "not installed: Scripts/setup.sh tests installs it"))
    struct PythonShops {
        /// A server and a shop that know each other; both stopped, whatever happened.
        private static func with(
            _ environment: [String: String] = [:], _ body: (RunningServer, PythonShop) async throws -> Void
        ) async throws {
            // Each has to know where the other is before it starts: the shop gets a port that was free a moment ago.
            let port = try await HTTPReceiver.with { $0.port }
            let settings = [
                "MERCHANT_WEBHOOK_URL": "http://127.0.0.1:\(port)/webhooks/tiyin",
                "MERCHANT_WEBHOOK_SECRET": PythonShop.secret, "MERCHANT_PRIVATE_TARGETS": "allow",
            ]
            try await RunningServer.with(settings.merging(environment) { $1 }) { server in
                let shop = try await PythonShop(
                    tiyin: server.url, key: server.merchantKey, port: port, in: server.folder)
                do {
                    try await body(server, shop)
                } catch {
                    await shop.end()
                    throw error
                }
                await shop.end()
            }
        }

        private static func buy(_ goods: String, _ shop: PythonShop) async throws -> String {
            let page = try await shop.buy(goods)
            #expect(page.status == 200, "\(page.text) \(shop.log)")
            #expect(page.json["status"]?.stringValue == "waits")
            #expect(page.json["links"]?["payme"]?.stringValue?.hasPrefix("https://") == true)
            return try #require(page.json["id"]?.stringValue)
        }

        @Test("goes the whole way with Payme: order, payment, webhook, paid, refund, webhook, refunded")
        func loop() async throws {
            try await Self.with { server, shop in
                let order = try await Self.buy("tea", shop)
                let other = try await Self.buy("pot", shop)
                let id = PaymeClient.id(1)
                let created = try await server.client.create(id, order, time: server.clock.now)
                #expect(created.result != nil, "\(created)")
                let early = try await shop.status(order)
                #expect(early == "waits")
                let performed = try await server.client.perform(id)
                #expect(performed.result != nil, "\(performed)")
                #expect(try await eventually { try await shop.status(order) == "paid" }, "\(shop.log)")
                let page = try await shop.get("/")
                #expect(page.text.contains("<td>\(order)<td>Green tea, 2 boxes<td>5000.00<td>paid<td>"))
                // Payme gives money back in its own cabinet only; the shop hears of it all the same.
                let refusal = try await shop.refund(order)
                #expect(refusal.status == 409)
                #expect(refusal.text == "A payment of payme is given back in its own cabinet.")
                let cancelled = try await server.client.cancel(id, reason: 5)
                #expect(cancelled.result != nil, "\(cancelled)")
                #expect(try await eventually { try await shop.status(order) == "refunded" }, "\(shop.log)")
                let untouched = try await shop.status(other)
                #expect(untouched == "waits")
            }
        }

        @Test("asks for the money to go back where the payment's system can be asked, and believes the webhook alone")
        func refundable() async throws {
            let click = try await ClickCabinet()
            let settings = [
                "CLICK_SERVICE_ID": String(SentCall.defaultService), "CLICK_SECRET_KEY": SentCall.defaultSecret,
                "CLICK_MERCHANT_ID": "12345", "CLICK_MERCHANT_USER_ID": "678", "CLICK_API_URL": click.url,
            ]
            try await Self.with(settings) { server, shop in
                let order = try await Self.buy("tea", shop)
                let early = try await shop.refund(order)
                #expect(early.status == 409, "it is not paid")
                let url = server.url + "/payments/click/webhook"
                let prepared = try await SentCall.prepare(order, 1).post(to: url)
                let prepareID = try #require(prepared.value["merchant_prepare_id"]?.integerValue)
                let completed = try await SentCall.complete(order, 1, prepareID).post(to: url)
                #expect(completed.value["error"] == 0)
                #expect(try await eventually { try await shop.status(order) == "paid" }, "\(shop.log)")
                let asked = try await shop.refund(order)
                #expect(asked.status == 200, "\(asked.text) \(shop.log)")
                #expect(try await eventually { try await shop.status(order) == "refunded" }, "\(shop.log)")
                #expect(click.reversalCount == 1)
                let again = try await shop.refund(order)
                #expect(again.status == 409)
            }
            await click.stop()
        }

        @Test("acts upon a message once, however often and however late it comes")
        func repeats() async throws {
            try await Self.with { _, shop in
                let order = try await Self.buy("tea", shop)
                let paid = Self.event("order.paid", order, state: 2)
                let refunded = Self.event("transaction.refunded", order, state: -2, event: 8)
                let copies = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<16 { group.addTask { try await shop.tell("m1", paid) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(copies == Array(repeating: 204, count: 16), "\(shop.log)")
                let first = try await shop.status(order)
                #expect(first == "paid")
                let answers = [try await shop.tell("m2", refunded), try await shop.tell("m1", paid)]
                #expect(answers == [204, 204])
                let last = try await shop.status(order)
                #expect(last == "refunded", "the repeat of the first message came after the second")
                // A dead letter that is sent again by hand comes after newer ones, here for the first time.
                let other = try await Self.buy("tea", shop)
                let late = [
                    try await shop.tell("m3", Self.event("transaction.refunded", other, state: -2, event: 20)),
                    try await shop.tell("m4", Self.event("order.paid", other, state: 2, event: 19)),
                ]
                let standing = try await shop.status(other)
                #expect(late == [204, 204] && standing == "refunded")
            }
        }

        @Test("leaves an order paid when another payment of it goes back, and when a part of the money does")
        func others() async throws {
            try await Self.with { _, shop in
                let order = try await Self.buy("tea", shop)
                let answers = [
                    try await shop.tell("m1", Self.event("order.paid", order, state: 2)),
                    try await shop.tell("m2", Self.event("transaction.refunded", order, state: -2, transaction: "2")),
                    try await shop.tell("m3", Self.event("transaction.refunded", order, state: 2)),
                    try await shop.tell("m4", Self.event("transaction.something_new", order, state: 2)),
                ]
                #expect(answers == [204, 204, 204, 204], "\(shop.log)")
                let status = try await shop.status(order)
                #expect(status == "paid")
            }
        }

        @Test("believes nobody else")
        func strangers() async throws {
            try await Self.with { _, shop in
                let order = try await Self.buy("tea", shop)
                let paid = Self.event("order.paid", order, state: 2)
                let bare = try await shop.tell(paid, headers: [])
                #expect(bare == 401)
                let foreign = try await shop.tell(
                    paid,
                    headers: [
                        ("webhook-id", "m1"), ("webhook-timestamp", String(Int64(Date().timeIntervalSince1970))),
                        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
                    ])
                #expect(foreign == 401)
                let replayed = try await shop.tell("m1", paid, age: 400)
                #expect(replayed == 401)
                let status = try await shop.status(order)
                #expect(status == "waits")
            }
        }

        private static func event(
            _ type: String, _ order: String, state: Int64, transaction: String = "1", event: Int64 = 7
        ) -> JSONValue {
            [
                "type": .string(type), "timestamp": "2026-11-21T10:30:00.250Z",
                "data": [
                    "event_id": .string(String(event)), "order_id": .string(order),
                    "transaction": ["id": .string(transaction), "state": .integer(state)],
                ],
            ]
        }
    }
}
