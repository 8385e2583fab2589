import Delivery
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("The job runner")
struct JobRunnerTests {
    /// Counts its rounds and lets a test wait for one.
    private final class Work: Sendable {
        private let rounds = Mutex(0)
        private let stream = AsyncStream.makeStream(of: Void.self)

        var count: Int { rounds.withLock { $0 } }

        func round() -> Int64 {
            rounds.withLock { $0 += 1 }
            stream.continuation.yield()
            return 3_600_000
        }

        func next() async {
            var iterator = stream.stream.makeAsyncIterator()
            await iterator.next()
        }
    }

    private func runner(_ shop: TestStore, isAlone: Bool? = nil, lease: Int64 = 60_000) -> JobRunner {
        JobRunner(
            store: shop.store, clock: shop.clock.source, isAlone: isAlone, leaseMilliseconds: lease, logger: .silent)
    }

    @Test("each job has rounds of its own, when it is woken and when its time has come; then all are given back")
    func runs() async throws {
        let shop = try await TestStore()
        let (one, two) = (Work(), Work())
        let wake = Wake()
        let jobs = [Job(name: "one", wake: wake) { one.round() }, Job(name: "two") { two.round() }]
        let running = Task { await runner(shop).run(jobs) }
        await one.next()
        await two.next()
        wake.raise()
        await one.next()
        #expect(one.count == 2 && two.count == 1)
        running.cancel()
        await running.value
        #expect(try await shop.number("SELECT count(*) FROM job_leases") == 0)
        await shop.close()
    }

    /// Two servers on one database:
    ///
    ///     one                     two
    ///     does the job
    ///                             waits for the lease
    ///     ends
    ///                             does the job
    @Test("of two servers one does a job; when it ends, the other goes on")
    func twoServers() async throws {
        let shop = try await TestStore()
        let (one, two) = (Work(), Work())
        let wake = Wake()
        let first = Task { await runner(shop, isAlone: false).run([Job(name: "j") { one.round() }]) }
        await one.next()
        let second = Task { await runner(shop, isAlone: false).run([Job(name: "j", wake: wake) { two.round() }]) }
        for _ in 0..<5 {
            wake.raise()
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(two.count == 0)
        first.cancel()
        await first.value
        wake.raise()
        await two.next()
        #expect(one.count == 1)
        second.cancel()
        await second.value
        await shop.close()
    }

    @Test("what a server had that was killed is another's when its lease is over; at once for one that is alone")
    func killed() async throws {
        let shop = try await TestStore()
        _ = try await shop.write {
            try $0.leaseJob("j", owner: "killed", at: shop.clock.now, until: shop.clock.now + 60_000)
        }
        let work = Work()
        let wake = Wake()
        let waiting = Task { await runner(shop, isAlone: false).run([Job(name: "j", wake: wake) { work.round() }]) }
        try await Task.sleep(for: .milliseconds(30))
        #expect(work.count == 0)
        shop.clock.advance(milliseconds: 60_000)
        wake.raise()
        await work.next()
        waiting.cancel()
        await waiting.value
        _ = try await shop.write {
            try $0.leaseJob("j", owner: "killed", at: shop.clock.now, until: shop.clock.now + 60_000)
        }
        let alone = Task { await runner(shop).run([Job(name: "j") { work.round() }]) }
        await work.next()
        alone.cancel()
        await alone.value
        await shop.close()
    }

    @Test("a round that takes long keeps its lease")
    func renews() async throws {
        let shop = try await TestStore()
        let begun = AsyncStream.makeStream(of: Void.self)
        let letGo = AsyncStream.makeStream(of: Void.self)
        let job = Job(name: "j") {
            begun.continuation.yield()
            var iterator = letGo.stream.makeAsyncIterator()
            await iterator.next()
            return 3_600_000
        }
        let running = Task { await runner(shop, isAlone: false, lease: 90).run([job]) }
        var iterator = begun.stream.makeAsyncIterator()
        await iterator.next()
        let before = try await shop.number("SELECT leased_until FROM job_leases")
        shop.clock.advance(milliseconds: 50)
        for _ in 0..<200 where try await shop.number("SELECT leased_until FROM job_leases") == before {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await shop.number("SELECT leased_until FROM job_leases") == before + 50)
        letGo.continuation.finish()
        running.cancel()
        await running.value
        await shop.close()
    }

    @Test("a database that takes nothing does not end it")
    func survives() async throws {
        let shop = try await TestStore()
        let work = Work()
        let wake = Wake()
        try await shop.execute("ALTER TABLE job_leases RENAME TO hidden")
        let running = Task { await runner(shop).run([Job(name: "j", wake: wake) { work.round() }]) }
        try await Task.sleep(for: .milliseconds(30))
        #expect(work.count == 0)
        try await shop.execute("ALTER TABLE hidden RENAME TO job_leases")
        wake.raise()
        await work.next()
        running.cancel()
        await running.value
        await shop.close()
    }
}
