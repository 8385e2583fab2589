import Payments
import StrictJSON
import Synchronization
import TestSupport
import Testing

/// Source: payme.md 3.10: a repeat is answered with the stored numbers, unchanged.
@Suite("A call that comes again")
struct RepeatTests {
    @Test("is answered with the same bytes, whatever the clock says by then")
    func sameBytes() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            let created = try await shop.create()
            shop.clock.advance(hours: 1)
            #expect(try await shop.create(time: shop.opening).bytes == created.bytes)
            let performed = try await shop.perform()
            shop.clock.advance(hours: 100)
            #expect(try await shop.perform().bytes == performed.bytes)
            let cancelled = try await shop.cancel(reason: 5)
            shop.clock.advance(hours: 100)
            #expect(try await shop.cancel(reason: 5).bytes == cancelled.bytes)
            #expect(try await shop.cancel(reason: 1).bytes == cancelled.bytes)
            #expect(try await shop.show().result?["reason"] == 5)
            #expect(try await shop.journal() == ["1 created", "1 performed", "1 refunded"])
        }
    }

    @Test("is answered with the same bytes after a cancel before the payment, too")
    func sameBytesBefore() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            _ = try await shop.create()
            let cancelled = try await shop.cancel(reason: 2)
            shop.clock.advance(hours: 13)
            #expect(try await shop.cancel(reason: 2).bytes == cancelled.bytes)
        }
    }

    @Test("tells the shop's observers, and nobody else")
    func observers() async throws {
        let hooks = ShopHooks { _ in }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add()
            for _ in 1...2 { _ = try await shop.create() }
            for _ in 1...2 { _ = try await shop.perform() }
            _ = try await shop.show()
            for _ in 1...2 { _ = try await shop.cancel() }
            _ = try await shop.statement(from: 1, to: 2)
            #expect(
                hooks.observed.withLock { $0 } == ["repeat 1", "repeat 1", "check 1", "repeat 1", "statement 1...2"])
            #expect(try await shop.outbox() == ["1 created", "1 performed", "1 refunded"])
        }
    }

    /// Source: payme.md 3.10, the last paragraph.
    @Test(
        "is no repeat if the amount or the account is another",
        arguments: [
            #"{"amount":500001}"#, #"{"amount":0}"#, #"{"amount":1000000000000000000000000000000}"#,
            #"{"account":{"order_id":"B"}}"#, #"{"account":{"order_id":"Z"}}"#, #"{"account":{}}"#,
            #"{"account":{"order_id":"A","x":1}}"#,
        ])
    func otherContent(change: String) async throws {
        try await PaymeShop.with { shop in
            for order in ["A", "B"] { try await shop.add(order) }
            let created = try await shop.create()
            let before = try await shop.everything()
            let changes = try JSONValue(parsing: change)
            let answer = try await shop.create(
                1, changes["account"] ?? ["order_id": "A"], amount: changes["amount"] ?? 500_000)
            #expect(answer.short == "CannotPerform")
            #expect(try await shop.everything() == before)
            #expect(try await shop.create().bytes == created.bytes)
        }
    }

    @Test("is a repeat although the members of the account have changed places")
    func otherOrder() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            let created = try await shop.create(1, ["order_id": "A", "user": ["a": 1, "b": 2]])
            let again = try await shop.create(1, ["user": ["b": 2, "a": 1], "order_id": "A"])
            #expect(again.bytes == created.bytes)
            #expect(try await shop.stored()?.account == #"{"order_id":"A","user":{"a":1,"b":2}}"#)
            #expect(try await shop.create(1, ["user": ["b": 2, "a": "1"], "order_id": "A"]).short == "CannotPerform")
        }
    }

    @Test("needs no order that can still be paid")
    func orderGone() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            let created = try await shop.create()
            try await shop.base.execute("UPDATE orders SET cancelled_at = $1", [.integer(shop.opening)])
            #expect(try await shop.check().short == "OrderNotPayable(order_id)")
            #expect(try await shop.create().bytes == created.bytes)
            try await shop.base.execute("DELETE FROM orders")
            #expect(try await shop.check().short == "OrderNotFound(order_id)")
            #expect(try await shop.create().bytes == created.bytes)
            #expect(try await shop.perform().outcome == "2")
        }
    }
}
