import Delivery
import Payments
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("The outbox runner")
struct RunnerTests {
    @Test("it delivers what waits, then what it is woken for, and ends when it is cancelled")
    func runs() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        let post = Post()
        let wake = Wake()
        try await shop.create("A")
        let running = Task { await shop.runner(post, wake: wake).run() }
        #expect(await post.arrival() == "A created")
        try await shop.perform("A")
        wake.raise()
        #expect(await post.arrival() == "A performed")
        running.cancel()
        await running.value
        #expect(post.letters == ["A created", "A performed"])
        #expect(try await shop.waiting() == 0)
        await shop.close()
    }

    @Test("with nothing to do it sleeps: it does not ask the database all the time")
    func sleeps() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        let post = Post()
        let wake = Wake()
        let looks = Mutex(0)
        // It looks at the clock in every round.
        let clock = TimeSource {
            looks.withLock { $0 += 1 }
            return shop.clock.now
        }
        try await shop.create("A")
        let running = Task { await shop.runner(post, wake: wake, clock: clock).run() }
        #expect(await post.arrival() == "A created")
        wake.raise()
        // A real quarter of a second, in which nothing happens.
        try await Task.sleep(for: .milliseconds(250))
        #expect(looks.withLock { $0 } < 20)
        running.cancel()
        await running.value
        await shop.close()
    }

    @Test("a failed delivery is made again when its time has come")
    func triesAgain() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        let post = Post()
        // Every look at the clock takes a tenth of a second.
        let clock = TimeSource {
            shop.clock.advance(milliseconds: 100)
            return shop.clock.now
        }
        post.refuse(["A"])
        try await shop.create("A")
        let running = Task { await shop.runner(post, clock: clock).run() }
        #expect(await post.arrival() == "A created")
        #expect(post.letters == [])
        post.refuse([])
        while post.letters.isEmpty { _ = await post.arrival() }
        running.cancel()
        await running.value
        #expect(post.letters == ["A created"])
        #expect(try await shop.number("SELECT attempts FROM outbox") >= 2)
        await shop.close()
    }

    @Test("what is in hand when it is cancelled is finished and written down, undisturbed")
    func finishes() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        try await shop.create("A")
        let begun = AsyncStream.makeStream(of: Void.self)
        let letGo = AsyncStream.makeStream(of: Void.self)
        let wasDisturbed = Mutex(false)
        let runner = OutboxRunner(
            target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(), logger: .silent
        ) { _ in
            begun.continuation.yield()
            var iterator = letGo.stream.makeAsyncIterator()
            await iterator.next()
            wasDisturbed.withLock { $0 = Task.isCancelled }
        }
        let running = Task { await runner.run() }
        var iterator = begun.stream.makeAsyncIterator()
        await iterator.next()
        running.cancel()
        letGo.continuation.yield()
        await running.value
        #expect(!wasDisturbed.withLock { $0 })
        #expect(try await shop.waiting() == 0)
        await shop.close()
    }

    @Test(
        "while the disk takes nothing, the shop hears of an event once, not as fast as the machine goes",
        arguments: [false, true])
    func unwritable(fails: Bool) async throws {
        let shop = try await TestStore(targets: ["hooks"])
        let calls = Mutex(0)
        try await shop.create("A")
        try await shop.execute(
            "CREATE TRIGGER full_disk BEFORE UPDATE OF attempts ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END")
        let runner = OutboxRunner(
            target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(),
            rule: RetryRule(Backoff(delays: [20])), logger: .silent
        ) { _ in
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            if fails, isFirst { throw CancellationError() }
        }
        let running = Task { await runner.run() }
        for _ in 0..<500 where calls.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        // A real quarter of a second: a few attempts to write it down.
        try await Task.sleep(for: .milliseconds(250))
        #expect(calls.withLock { $0 } == 1)
        try await shop.execute("DROP TRIGGER full_disk")
        for _ in 0..<500 where try await shop.number("SELECT attempts FROM outbox") == 0 {
            if try await shop.waiting() == 0 { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await shop.waiting() == (fails ? 1 : 0))
        #expect(calls.withLock { $0 } == 1)
        running.cancel()
        await running.value
        await shop.close()
    }

    @Test("while the disk takes nothing at all, nothing is taken up, and it goes on when it does")
    func nothingTakenUp() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        let post = Post()
        try await shop.create("A")
        try await shop.execute(
            "CREATE TRIGGER full_disk BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END")
        let runner = shop.runner(post)
        await #expect(throws: (any Error).self) { try await runner.deliverDue() }
        #expect(post.letters == [])
        try await shop.execute("DROP TRIGGER full_disk")
        #expect(try await runner.deliverDue() == 1)
        await shop.close()
    }

    @Test("what cannot be written down does not keep it from ending")
    func endsUnwritable() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        try await shop.create("A")
        try await shop.execute(
            "CREATE TRIGGER full_disk BEFORE UPDATE OF attempts ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END")
        let post = Post()
        let running = Task { await shop.runner(post).run() }
        #expect(await post.arrival() == "A created")
        running.cancel()
        await running.value
        #expect(try await shop.waiting() == 1)
        await shop.close()
    }

    @Test("a database that cannot be read does not end it")
    func survivesErrors() async throws {
        let shop = try await TestStore(targets: ["hooks"])
        let post = Post()
        let wake = Wake()
        try await shop.create("A")
        try await shop.execute("ALTER TABLE outbox RENAME TO hidden")
        let running = Task { await shop.runner(post, wake: wake).run() }
        for _ in 0..<100 { await Task.yield() }
        try await shop.execute("ALTER TABLE hidden RENAME TO outbox")
        wake.raise()
        #expect(await post.arrival() == "A created")
        running.cancel()
        await running.value
        await shop.close()
    }
}
