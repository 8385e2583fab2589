import Delivery
import Payments
import Storage
import Synchronization
import TestSupport
import Testing

/// A receiver over the network, as far as a runner knows it.
private final class Remote: Sendable {
    private struct State {
        var failure: DeliveryFailure?
        var attempts: [Int64] = []
        var delivered: [String] = []
    }

    private let state = Mutex(State())

    var attempts: [Int64] { state.withLock { $0.attempts } }
    var delivered: [String] { state.withLock { $0.delivered } }

    func fail(_ failure: DeliveryFailure?) { state.withLock { $0.failure = failure } }

    func take(_ item: OutboxItem) throws {
        try state.withLock { state in
            state.attempts.append(item.id)
            if let failure = state.failure { throw failure }
            state.delivered.append("\(item.event.transaction.orderID) \(item.event.change.rawValue)")
        }
    }
}

@Suite("A receiver that is away is spared, and loses nothing")
struct PaceTests {
    private let away = DeliveryFailure("no answer", scope: .receiver)

    private func runner(_ shop: TestStore, _ remote: Remote, dead: Int64 = 100) -> OutboxRunner {
        OutboxRunner(
            target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(),
            rule: RetryRule(sparesReceiver: true, givesUp: { attempts, _ in attempts >= dead }) { _ in 300_000 },
            logger: .silent
        ) { try remote.take($0) }
    }

    private func shop(orders: Int) async throws -> TestStore {
        let shop = try await TestStore(targets: ["hooks"])
        for number in 0..<orders {
            try await shop.create("o\(number)")
            try await shop.perform("o\(number)")
        }
        return shop
    }

    @Test("200 orders wait for a receiver that is down: it gets few attempts, then one every half a minute")
    func spared() async throws {
        let shop = try await shop(orders: 200)
        let remote = Remote()
        remote.fail(away)
        let runner = runner(shop, remote)
        try await runner.deliverDue()
        // Those that were in hand when it turned out that nobody is there.
        #expect(remote.attempts.count == 64)
        for _ in 0..<20 { try await runner.deliverDue() }
        #expect(remote.attempts.count == 64)
        for minute in 1...10 {
            for _ in 0..<60 {
                shop.clock.advance(milliseconds: 1_000)
                try await runner.deliverDue()
            }
            #expect(remote.attempts.count <= 64 + 2 * minute + 6)
        }
        #expect(remote.attempts.count >= 64 + 20)
        await shop.close()
    }

    @Test("when it is back, everything goes at once, in order for each order, also what was to wait longer")
    func back() async throws {
        let shop = try await shop(orders: 200)
        let remote = Remote()
        remote.fail(away)
        let runner = runner(shop, remote)
        try await runner.deliverDue()
        shop.clock.advance(milliseconds: 31_000)
        remote.fail(nil)
        // No more time passes: what failed a moment ago does not wait for its five minutes.
        while try await runner.deliverDue() > 0 {}
        #expect(remote.delivered.count == 400)
        #expect(try await shop.waiting() == 0)
        for number in 0..<200 {
            let own = remote.delivered.filter { $0.hasPrefix("o\(number) ") }
            #expect(own == ["o\(number) created", "o\(number) performed"])
        }
        await shop.close()
    }

    @Test("one it refuses keeps only its own order waiting, and does not make it seem away")
    func refusing() async throws {
        let shop = try await shop(orders: 3)
        let remote = Remote()
        remote.fail(DeliveryFailure("HTTP 400", scope: .delivery))
        let runner = runner(shop, remote)
        for _ in 0..<20 { try await runner.deliverDue() }
        #expect(remote.attempts.count == 3)
        remote.fail(nil)
        // They wait for their own time: nobody said that the receiver was away.
        try await runner.deliverDue()
        #expect(remote.delivered == [])
        shop.clock.advance(milliseconds: 300_000)
        while try await runner.deliverDue() > 0 {}
        #expect(remote.delivered.count == 6)
        await shop.close()
    }

    @Test("one that refuses everything is ill: it is spared too, and gets everything when it is well")
    func ill() async throws {
        let shop = try await shop(orders: 100)
        let remote = Remote()
        remote.fail(DeliveryFailure("HTTP 404", scope: .delivery))
        let runner = runner(shop, remote)
        for _ in 0..<20 { try await runner.deliverDue() }
        #expect(remote.attempts.count == 64)
        shop.clock.advance(milliseconds: 31_000)
        remote.fail(nil)
        while try await runner.deliverDue() > 0 {}
        // All but those that it refused before it was known to be ill: these keep to their schedule.
        #expect(remote.delivered.count >= 200 - 2 * 20)
        shop.clock.advance(milliseconds: 300_000)
        while try await runner.deliverDue() > 0 {}
        #expect(remote.delivered.count == 200)
        await shop.close()
    }

    @Test("asked to come back later, it comes back then, for every order")
    func retryAfter() async throws {
        let shop = try await shop(orders: 1)
        let remote = Remote()
        remote.fail(DeliveryFailure("HTTP 429", scope: .receiver, retryAfter: 600_000))
        let runner = runner(shop, remote)
        try await runner.deliverDue()
        remote.fail(nil)
        try await shop.create("later")
        shop.clock.advance(milliseconds: 599_999)
        try await runner.deliverDue()
        #expect(remote.attempts.count == 1)
        shop.clock.advance(milliseconds: 1)
        while try await runner.deliverDue() > 0 {}
        #expect(Set(remote.delivered) == ["o0 created", "o0 performed", "later created"])
        await shop.close()
    }

    @Test("a success that was on its way does not shorten the time that the receiver asked for")
    func retryAfterHolds() async throws {
        let shop = try await shop(orders: 10)
        let calls = Mutex(0)
        let runner = OutboxRunner(
            target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(),
            rule: RetryRule(sparesReceiver: true) { _ in 300_000 }, logger: .silent
        ) { _ in
            let number = calls.withLock { calls in
                calls += 1
                return calls
            }
            // One of ten is told to wait, whichever settles first.
            if number == 5 { throw DeliveryFailure("HTTP 429", scope: .receiver, retryAfter: 60_000) }
        }
        try await runner.deliverDue()
        #expect(calls.withLock { $0 } == 10)
        shop.clock.advance(milliseconds: 59_999)
        try await runner.deliverDue()
        #expect(calls.withLock { $0 } == 10)
        shop.clock.advance(milliseconds: 1)
        while try await runner.deliverDue() > 0 {}
        #expect(calls.withLock { $0 } >= 19)
        await shop.close()
    }

    @Test("a quiet shop: one payment, away for an hour, and it is told half a minute after it is back")
    func quiet() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        try await shop.create("A")
        let remote = Remote()
        remote.fail(away)
        // A clock that goes on between two looks, as a real one does.
        let clock = TimeSource {
            shop.clock.advance(milliseconds: 1)
            return shop.clock.now
        }
        // Its schedule has five minutes, then five hours.
        let runner = OutboxRunner(
            target: "hooks", store: shop.store, clock: clock, wake: Wake(),
            rule: RetryRule(sparesReceiver: true) { $0 < 6 ? 300_000 : 18_000_000 }, logger: .silent
        ) { try remote.take($0) }
        for _ in 0..<120 {
            try await runner.deliverDue()
            shop.clock.advance(milliseconds: 30_000)
        }
        remote.fail(nil)
        shop.clock.advance(milliseconds: 30_000)
        #expect(try await runner.deliverDue() == 1)
        await shop.close()
    }

    @Test(
        "the time of a delivery counts from its first failure: one that waited long behind others is not given up for it"
    )
    func ageFromFirstFailure() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        try await shop.create("A")
        let remote = Remote()
        remote.fail(DeliveryFailure("HTTP 400", scope: .delivery))
        let hour: Int64 = 3_600_000
        let runner = OutboxRunner(
            target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(),
            rule: RetryRule(sparesReceiver: true, givesUp: { $0 >= 3 && $1 >= 10 * hour }) { _ in hour },
            logger: .silent
        ) { try remote.take($0) }
        shop.clock.advance(milliseconds: 300 * hour)
        for _ in 0..<10 {
            try await runner.deliverDue()
            shop.clock.advance(milliseconds: hour)
        }
        #expect(try await shop.waiting() == 1)
        try await runner.deliverDue()
        #expect(try await shop.number("SELECT count(*) FROM outbox WHERE dead_at > 0") == 1)
        // Begun anew, it has its whole time again.
        _ = try await shop.write { try $0.retryDelivery(1, at: shop.clock.now) }
        for _ in 0..<5 {
            try await runner.deliverDue()
            shop.clock.advance(milliseconds: hour)
        }
        #expect(try await shop.waiting() == 1)
        await shop.close()
    }

    @Test("a row at the head that this version cannot read keeps no other from being delivered")
    func unreadableHead() async throws {
        let shop = try await shop(orders: 2)
        try await shop.execute("UPDATE outbox SET topic = 'future' WHERE id = 1")
        let remote = Remote()
        let runner = runner(shop, remote)
        // The round that finds it puts it off.
        for _ in 0..<4 { try await runner.deliverDue() }
        #expect(remote.delivered == ["o1 created", "o1 performed"])
        await shop.close()
    }

    @Test("after its last attempt it is a dead letter, and the next of its order goes on")
    func deadLetter() async throws {
        let shop = try await shop(orders: 1)
        let remote = Remote()
        remote.fail(DeliveryFailure("HTTP 400", scope: .delivery))
        let runner = runner(shop, remote, dead: 3)
        for _ in 0..<3 {
            try await runner.deliverDue()
            shop.clock.advance(milliseconds: 300_000)
        }
        #expect(
            try await shop.rows("SELECT attempts, last_error FROM outbox WHERE dead_at > 0", columns: 2) == [
                "3 HTTP 400"
            ])
        remote.fail(nil)
        try await runner.deliverDue()
        #expect(remote.delivered == ["o0 performed"])
        #expect(try await shop.write { try $0.retryDelivery(1, at: shop.clock.now) } == .due)
        try await runner.deliverDue()
        #expect(remote.delivered == ["o0 performed", "o0 created"])
        await shop.close()
    }

    @Test("a receiver that is gone for good is not asked again until somebody resumes it; nothing is lost")
    func gone() async throws {
        let shop = try await shop(orders: 2)
        let remote = Remote()
        try await shop.write { try $0.noteTarget("hooks", address: "a") }
        remote.fail(DeliveryFailure("HTTP 410", scope: .receiver, isGone: true))
        let runner = runner(shop, remote, dead: 1)
        try await runner.deliverDue()
        let asked = remote.attempts.count
        remote.fail(nil)
        shop.clock.advance(milliseconds: 86_400_000)
        for _ in 0..<5 { try await runner.deliverDue() }
        #expect(remote.attempts.count == asked && asked <= 2)
        #expect(try await shop.waiting() == 4)
        try await shop.write { try $0.setTarget("hooks", stopped: nil) }
        while try await runner.deliverDue() > 0 {}
        #expect(remote.delivered.count == 4)
        await shop.close()
    }

    @Test("two runners share a receiver without doing anything twice; what a dead one had comes after its lease")
    func twoServers() async throws {
        let shop = try await shop(orders: 40)
        let remote = Remote()
        func server() -> OutboxRunner {
            OutboxRunner(
                target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(), isAlone: false,
                logger: .silent
            ) { try remote.take($0) }
        }
        let (one, two) = (server(), server())
        async let first = one.deliverDue()
        async let second = two.deliverDue()
        let counts = (try await first, try await second)
        #expect(counts.0 + counts.1 == 40)
        #expect(Set(remote.attempts).count == 40 && remote.attempts.count == 40)
        // A server takes one and dies.
        _ = try await shop.write {
            try $0.claim(target: "hooks", lease: "dead", at: shop.clock.now, until: shop.clock.now + 120_000, limit: 1)
        }
        while try await one.deliverDue() > 0 {}
        #expect(try await shop.waiting() == 1)
        shop.clock.advance(milliseconds: 120_000)
        while try await two.deliverDue() > 0 {}
        #expect(try await shop.waiting() == 0)
        await shop.close()
    }

    @Test("a clock that was set back does not make the receiver wait for ever")
    func setBack() async throws {
        let shop = try await shop(orders: 10)
        let remote = Remote()
        remote.fail(away)
        let runner = runner(shop, remote)
        try await runner.deliverDue()
        shop.clock.now -= 86_400_000
        remote.fail(nil)
        try await shop.create("later")
        for _ in 0..<3 { try await runner.deliverDue() }
        shop.clock.advance(milliseconds: 3_600_000)
        while try await runner.deliverDue() > 0 {}
        #expect(remote.delivered.contains("later created"))
        await shop.close()
    }
}
