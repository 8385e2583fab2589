import Payments
import Synchronization
import TestSupport
import Testing

@Suite("What goes into the outbox")
struct OutboxTests {
    private let timeline = """
        payme create a A        -> 1
        payme create a A        -> 1 again
        payme create b A        -> orderBusy
        payme perform a         -> 2
        payme perform a         -> 2 again
        payme refund a 100      -> 2
        payme cancel a          -> -2
        payme cancel a          -> -2 again
        payme create c A        -> 1
        clock +13h
        payme create d A        -> 1
        clock +13h
        payme perform d         -> expired
        payme perform d         -> invalidState
        """
    private let changes = [
        "created a", "performed a", "partly_refunded a", "refunded a", "created c", "expired c", "created d",
        "expired d",
    ]

    private func outbox(_ time: Timeline, _ target: String) async throws -> [String] {
        try await time.shop.rows(
            """
            SELECT j.change, t.external_id FROM outbox o
            JOIN journal j ON j.id = o.journal_id JOIN transactions t ON t.id = o.transaction_id
            WHERE o.target = $1 ORDER BY o.id
            """, [.text(target)], columns: 2)
    }

    @Test("each change once for each receiver, in the order of the journal")
    func eachChangeOnce() async throws {
        let time = try await Timeline(targets: ["hooks", "webhook"])
        try await time.play(timeline)
        #expect(try await outbox(time, "hooks") == changes)
        #expect(try await outbox(time, "webhook") == changes)
        #expect(try await time.shop.number("SELECT count(*) FROM outbox") == 16)
        await time.shop.close()
    }

    @Test("a receiver that wants some changes only gets those, and keeps none from the others")
    func wantedChanges() async throws {
        let time = try await Timeline()
        let service = TransactionService(
            store: time.shop.store, clock: time.shop.clock.source, timeoutReason: 4,
            targets: ["hooks", "telegram", "none"], wantedChanges: ["telegram": [.performed, .expired], "none": []])
        let till = Till.holding("payme", service)
        _ = try await till.create("a", "A")
        _ = try await till.perform("a")
        _ = try await till.create("b", "B")
        time.shop.clock.advance(hours: 13)
        #expect(try await service.expireOverdue() == 1)
        #expect(try await outbox(time, "hooks") == ["created a", "performed a", "created b", "expired b"])
        #expect(try await outbox(time, "telegram") == ["performed a", "expired b"])
        #expect(try await outbox(time, "none") == [])
        await time.shop.close()
    }

    @Test("a receiver that is not to hear of some orders hears of all others, and keeps none from anybody else")
    func ordersHeard() async throws {
        let time = try await Timeline()
        let service = TransactionService(
            store: time.shop.store, clock: time.shop.clock.source, timeoutReason: 4, targets: ["hooks", "telegram"],
            wantedChanges: ["telegram": [.performed]], hears: { $0 != "telegram" || $1 != "A" })
        let till = Till.holding("payme", service)
        for order in ["A", "B"] {
            _ = try await till.create(order.lowercased(), order)
            _ = try await till.perform(order.lowercased())
        }
        #expect(try await outbox(time, "hooks") == ["created a", "performed a", "created b", "performed b"])
        #expect(try await outbox(time, "telegram") == ["performed b"])
        await time.shop.close()
    }

    @Test("nobody listens, nothing is written: plain hooks without receivers")
    func plainHooks() async throws {
        let time = try await Timeline()
        try await time.play(timeline)
        #expect(try await time.shop.number("SELECT count(*) FROM outbox") == 0)
        #expect(try await time.shop.number("SELECT count(*) FROM journal") == 8)
        await time.shop.close()
    }

    @Test("hooks of one's own are a receiver without being named")
    func ownHooks() async throws {
        let time = try await Timeline(hooks: ScriptedHooks())
        try await time.play(timeline)
        #expect(try await outbox(time, TransactionService.hooksTarget) == changes)
        #expect(try await time.shop.number("SELECT count(*) FROM outbox") == 8)
        await time.shop.close()
    }

    @Test("the runner is woken by changes, not by repeats or refusals")
    func wakes() async throws {
        let time = try await Timeline()
        let wakes = Mutex(0)
        let service = TransactionService(
            store: time.shop.store, clock: time.shop.clock.source, timeoutReason: 4, targets: ["hooks"],
            onEnqueued: { wakes.withLock { $0 += 1 } })
        let payme = Till.holding("payme", service)
        func woken(by call: () async throws -> Void) async throws -> Int {
            wakes.withLock { $0 = 0 }
            try await call()
            return wakes.withLock { $0 }
        }
        #expect(try await woken { _ = try await payme.create("a", "A", time: time.shop.clock.now) } == 1)
        #expect(try await woken { _ = try await payme.create("a", "A") } == 0)
        #expect(try await woken { _ = try await payme.create("b", "A") } == 0)
        #expect(try await woken { _ = try await payme.create("b", "nobody") } == 0)
        #expect(try await woken { _ = try await payme.perform("a") } == 1)
        #expect(try await woken { _ = try await payme.perform("a") } == 0)
        #expect(try await woken { _ = try await payme.refund("a", 5) } == 1)
        #expect(try await woken { _ = try await payme.cancel("a") } == 1)
        #expect(try await woken { _ = try await payme.cancel("a") } == 0)
        #expect(try await woken { _ = try await payme.create("c", "A") } == 1)
        time.shop.clock.advance(hours: 13)
        #expect(try await woken { _ = try await payme.perform("c") } == 1)
        #expect(try await woken { _ = try await service.expireOverdue() } == 0)
        #expect(try await woken { _ = try await payme.create("d", "A") } == 1)
        time.shop.clock.advance(hours: 13)
        #expect(try await woken { _ = try await service.expireOverdue() } == 1)
        await time.shop.close()
    }
}
