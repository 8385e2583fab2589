import Payments
import Storage
import TestSupport
import Testing

@Suite("Deliveries: leases, dead letters, being tried again")
struct DeliveryLeaseTests {
    private func shop(_ orders: [String]) async throws -> TestStore {
        let shop = try await TestStore()
        for order in Set(orders).sorted() {
            let transaction = try #require(try await shop.insert(sample(order, order: order)))
            for _ in orders.filter({ $0 == order }) {
                try await shop.write { session in
                    let entry = JournalEntry(
                        transactionID: transaction.id, at: start, change: .created, from: nil, to: .created,
                        actor: "payme", reason: nil, amount: transaction.amount.minor)
                    let id = try session.append(entry)
                    try session.enqueue(
                        target: "webhook", topic: .transaction, journalID: id, transaction: transaction, at: start)
                }
            }
        }
        return shop
    }

    private func claim(
        _ shop: TestStore, _ lease: String, at now: Int64 = start, busy: Set<Int64> = [], limit: Int = 10
    ) async throws -> [Int64] {
        try await shop.write { session in
            try session.claim(
                target: "webhook", lease: lease, at: now, until: now + 1_000, busy: busy, limit: limit
            ).map(\.id)
        }
    }

    private func row(_ shop: TestStore, _ id: Int64) async throws -> DeliveryRow {
        try #require(try await shop.read { try $0.delivery(id) })
    }

    @Test("what one runner has, another does not get until the lease runs out")
    func leased() async throws {
        let shop = try await shop(["A", "B", "C"])
        #expect(try await claim(shop, "one", limit: 2) == [1, 2])
        #expect(try await claim(shop, "two") == [3])
        #expect(try await claim(shop, "two", at: start + 999) == [])
        #expect(try await row(shop, 1).isInHand)
        #expect(try await claim(shop, "two", at: start + 1_000) == [1, 2, 3])
        await shop.close()
    }

    @Test("what is in hand here is not taken again, even when its lease is over")
    func busy() async throws {
        let shop = try await shop(["A", "B"])
        #expect(try await claim(shop, "one") == [1, 2])
        #expect(try await claim(shop, "one", at: start + 5_000, busy: [1]) == [2])
        await shop.close()
    }

    @Test("who lost the lease cannot say that it failed, but can say that it arrived")
    func lostLease() async throws {
        let shop = try await shop(["A"])
        _ = try await claim(shop, "one")
        _ = try await claim(shop, "two", at: start + 1_000)
        try await shop.write { try $0.markFailed(1, lease: "one", at: start, dueAt: start + 9, error: "x") }
        try await shop.write { try $0.markDead(1, lease: "one", at: start, error: "x") }
        let held = try await row(shop, 1)
        #expect(held.isInHand && held.item.attempts == 0 && held.lastError == nil && held.state == .waiting)
        try await shop.write { try $0.markDelivered(1, at: start + 1_500) }
        try await shop.write { try $0.markFailed(1, lease: "two", at: start, dueAt: start + 9, error: "x") }
        let done = try await row(shop, 1)
        #expect(done.state == .delivered && done.deliveredAt == start + 1_500 && !done.isInHand)
        await shop.close()
    }

    @Test("put back untried, it is due at once; of a runner that is gone, everything")
    func released() async throws {
        let shop = try await shop(["A", "B"])
        _ = try await claim(shop, "one")
        try await shop.write { try $0.release(1, lease: "two", at: start + 1) }
        #expect(try await claim(shop, "two", at: start + 1) == [])
        try await shop.write { try $0.release(1, lease: "one", at: start + 1) }
        #expect(try await claim(shop, "two", at: start + 1) == [1])
        try await shop.write { try $0.releaseAll(target: "webhook", at: start + 2) }
        #expect(try await claim(shop, "three", at: start + 2) == [1, 2])
        await shop.close()
    }

    @Test("a dead letter lets the next of its order go on, and is listed")
    func dead() async throws {
        let shop = try await shop(["A", "A", "B"])
        try await shop.write { try $0.markDead(1, at: start + 5, error: "HTTP 400") }
        let letter = try await row(shop, 1)
        #expect(letter.state == .dead && letter.deadAt == start + 5 && letter.lastError == "HTTP 400")
        #expect(letter.item.attempts == 1 && letter.dueAt == nil)
        #expect(try await shop.read { try $0.countDead(target: "webhook") } == 1)
        #expect(try await shop.read { try $0.countWaiting(target: "webhook") } == 2)
        #expect(try await claim(shop, "one", at: start + 5) == [3, 2])
        let dead = try await shop.read { try $0.deliveries(DeliveryFilter(state: .dead), before: nil, limit: 9) }
        #expect(dead.map(\.item.id) == [1])
        #expect(try await shop.read { try $0.deadLetters(limit: 9) } == [1])
        #expect(try await shop.read { try $0.deadLetters(target: "hooks", limit: 9) } == [])
        #expect(try await shop.read { try $0.deadLetters(after: 1, limit: 9) } == [])
        await shop.close()
    }

    @Test("a dead letter that is tried again is the first of its order, and starts anew")
    func revived() async throws {
        let shop = try await shop(["A", "A", "A"])
        try await shop.write { try $0.markDead(1, at: start, error: "x") }
        #expect(try await shop.write { try $0.retryDelivery(1, at: start + 7) } == .due)
        #expect(try await claim(shop, "one", at: start + 7) == [1])
        #expect(try await row(shop, 1).item.attempts == 0)
        #expect(try await shop.write { try $0.retryDelivery(1, at: start + 7) } == .inHand)
        #expect(try await shop.write { try $0.retryDelivery(2, at: start + 7) } == .behind(1))
        try await shop.write { try $0.markDelivered(1, at: start + 8) }
        #expect(try await claim(shop, "one", at: start + 8) == [2])
        try await shop.write { try $0.markDelivered(2, at: start + 9) }
        // Sent again although it arrived: the one behind it waits once more.
        #expect(try await shop.write { try $0.retryDelivery(2, at: start + 9) } == .due)
        #expect(try await claim(shop, "one", at: start + 9) == [2])
        #expect(try await shop.write { try $0.retryDelivery(99, at: start) } == .notFound)
        await shop.close()
    }

    @Test("a later dead letter of an order goes behind an earlier one that waits")
    func revivedBehind() async throws {
        let shop = try await shop(["A", "A"])
        try await shop.write { try $0.markDead(1, at: start, error: "x") }
        try await shop.write { try $0.markDead(2, at: start, error: "x") }
        #expect(try await shop.write { try $0.retryDelivery(1, at: start) } == .due)
        #expect(try await shop.write { try $0.retryDelivery(2, at: start) } == .behind(1))
        #expect(try await claim(shop, "one") == [1])
        try await shop.write { try $0.markDelivered(1, at: start) }
        #expect(try await claim(shop, "one") == [2])
        await shop.close()
    }

    @Test("when the receiver is back, what it was not there for is due; what it refused is not")
    func hastened() async throws {
        let shop = try await shop(["A", "B", "C"])
        try await shop.write { session in
            try session.markFailed(1, dueAt: start + 90_000, error: "no answer", isUnreached: true)
            try session.markFailed(2, dueAt: start + 90_000, error: "HTTP 400")
            try session.markFailed(3, dueAt: start + 90_000, error: "no answer", isUnreached: true)
        }
        #expect(try await shop.write { try $0.hasten(target: "webhook", limit: 1, at: start + 5) } == 1)
        #expect(try await shop.write { try $0.hasten(target: "webhook", limit: 9, at: start + 5) } == 1)
        #expect(try await shop.write { try $0.hasten(target: "webhook", limit: 9, at: start + 5) } == 0)
        #expect(try await claim(shop, "one", at: start + 5) == [1, 3])
        await shop.close()
    }

    @Test("what a clock that was ahead put off is found and made due; what waits for its turn is left alone")
    func clockAhead() async throws {
        let shop = try await shop(["A", "B", "C", "D"])
        let day: Int64 = 86_400_000
        try await shop.execute("UPDATE outbox SET due_at = due_at + \(day) WHERE id = 1")
        try await shop.write { session in
            try session.markFailed(2, at: start + day, dueAt: start + 2 * day, error: "x")
            try session.markFailed(3, at: start, dueAt: start + day, error: "x")
        }
        #expect(try await shop.read { try $0.hasOddTimes(target: "webhook", at: start) })
        #expect(try await shop.write { try $0.mendTimes(target: "webhook", at: start) } == 2)
        #expect(try await !shop.read { try $0.hasOddTimes(target: "webhook", at: start) })
        #expect(try await claim(shop, "one") == [1, 2, 4])
        await shop.close()
    }

    @Test("a row that this version cannot read stands in nobody's way")
    func unreadable() async throws {
        let shop = try await shop(["A", "B"])
        try await shop.execute("UPDATE outbox SET topic = 'future' WHERE id = 1")
        #expect(try await claim(shop, "one") == [2])
        #expect(
            try await shop.rows("SELECT attempts, last_error FROM outbox WHERE id = 1", columns: 2)
                == ["1 this version cannot read it"])
        await shop.close()
    }

    @Test("of a phase that came later an event of before says nothing")
    func phases() async throws {
        let shop = try await shop(["A"])
        try await shop.execute("UPDATE transactions SET phase = 'refund_pending', state = 2, perform_time = 5")
        let item = try #require(try await shop.read { try $0.due(target: "webhook", at: start, limit: 1) }.first)
        #expect(item.event.transaction.phase == nil && item.event.transaction.state == .created)
        await shop.close()
    }

    @Test("what waits behind nothing is found and made due")
    func stranded() async throws {
        let shop = try await shop(["A", "A"])
        #expect(try await shop.read { try $0.stranded(target: "webhook", limit: 9) } == [])
        try await shop.execute("UPDATE outbox SET delivered_at = 1, attempts = 1 WHERE id = 1")
        #expect(try await claim(shop, "one") == [])
        #expect(try await shop.read { try $0.stranded(target: "webhook", limit: 9) } == [2])
        try await shop.write { try $0.promote(2, at: start) }
        #expect(try await claim(shop, "one") == [2])
        await shop.close()
    }

    @Test("a receiver that wants nothing more is stopped until it is resumed or has another address")
    func stopped() async throws {
        let shop = try await TestStore()
        func stopped() async throws -> StoppedTarget? { try await shop.read { try $0.stopped(target: "webhook") } }
        #expect(try await !shop.write { try $0.setTarget("webhook", stopped: StoppedTarget(at: 1, reason: "x")) })
        try await shop.write { try $0.noteTarget("webhook", address: "a") }
        #expect(try await stopped() == nil)
        try await shop.write { try $0.setTarget("webhook", stopped: StoppedTarget(at: start, reason: "HTTP 410")) }
        try await shop.write { try $0.noteTarget("webhook", address: "a") }
        #expect(try await stopped() == StoppedTarget(at: start, reason: "HTTP 410"))
        try await shop.write { try $0.noteTarget("webhook", address: "b") }
        #expect(try await stopped() == nil)
        try await shop.write { try $0.setTarget("webhook", stopped: StoppedTarget(at: start, reason: "HTTP 410")) }
        try await shop.write { try $0.setTarget("webhook", stopped: nil) }
        #expect(try await stopped() == nil)
        await shop.close()
    }

    @Test("a job is one server's until its lease runs out")
    func jobs() async throws {
        let shop = try await TestStore()
        func lease(_ owner: String, at now: Int64) async throws -> Bool {
            try await shop.write { try $0.leaseJob("expiry", owner: owner, at: now, until: now + 60) }
        }
        #expect(try await lease("one", at: start))
        #expect(try await !lease("two", at: start + 59))
        #expect(try await lease("one", at: start + 59))
        #expect(try await !lease("two", at: start + 60))
        #expect(try await lease("two", at: start + 119))
        try await shop.write { try $0.releaseJob("expiry", owner: "one") }
        #expect(try await !lease("one", at: start + 120))
        try await shop.write { try $0.releaseJob("expiry", owner: "two") }
        #expect(try await lease("one", at: start + 120))
        try await shop.write { try $0.releaseJobs() }
        #expect(try await lease("two", at: start + 121))
        await shop.close()
    }
}
