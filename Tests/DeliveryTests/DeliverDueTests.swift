import Delivery
import Payments
import Storage
import TestSupport
import Testing

@Suite("One round of the outbox")
struct DeliverDueTests {
    private func shop() async throws -> TestStore { try await TestStore(targets: ["hooks"]) }

    /// Goes round until nothing is delivered any more.
    private func drain(_ runner: OutboxRunner) async throws {
        while try await runner.deliverDue() > 0 {}
    }

    @Test("everything arrives once, in order for each order", arguments: EngineKind.allCases)
    func inOrder(kind: EngineKind) async throws {
        let shop = try await TestStore(kind, targets: ["hooks"])
        let post = Post()
        for order in ["A", "B", "C"] { try await shop.create(order) }
        try await shop.perform("B")
        try await shop.perform("A")
        try await shop.cancel("A")
        try await shop.cancel("C")
        try await drain(shop.runner(post))
        #expect(post.letters.filter { $0.hasPrefix("A") } == ["A created", "A performed", "A refunded"])
        #expect(post.letters.filter { $0.hasPrefix("B") } == ["B created", "B performed"])
        #expect(post.letters.filter { $0.hasPrefix("C") } == ["C created", "C cancelled"])
        #expect(Set(post.ids).count == 7 && post.ids.count == 7)
        #expect(try await shop.waiting() == 0)
        await shop.close()
    }

    @Test("a round counts what was delivered; an empty one does nothing")
    func counts() async throws {
        let shop = try await shop()
        let post = Post()
        let runner = shop.runner(post)
        #expect(try await runner.deliverDue() == 0)
        for order in ["A", "B"] { try await shop.create(order) }
        try await shop.perform("A")
        #expect(try await runner.deliverDue() == 2)
        #expect(try await runner.deliverDue() == 1)
        #expect(try await runner.deliverDue() == 0)
        await shop.close()
    }

    @Test("one order that fails keeps its own events behind it, and nobody else's")
    func failingOrder() async throws {
        let shop = try await shop()
        let post = Post()
        let runner = shop.runner(post)
        for order in ["A", "B", "C"] {
            try await shop.create(order)
            try await shop.perform(order)
        }
        post.refuse(["B"])
        try await drain(runner)
        #expect(Set(post.takeLetters()) == ["A created", "A performed", "C created", "C performed"])
        #expect(try await shop.waiting() == 2)
        // The others go on while it waits for its time.
        try await shop.cancel("A")
        try await drain(runner)
        #expect(post.takeLetters() == ["A refunded"])
        post.refuse([])
        try await drain(runner)
        #expect(post.takeLetters() == [])
        shop.clock.advance(milliseconds: 200)
        try await drain(runner)
        #expect(post.takeLetters() == ["B created", "B performed"])
        await shop.close()
    }

    @Test("it is tried again at its time: 0.2 s, 1 s, 5 s, 15 s, then every minute, for ever")
    func backoff() async throws {
        let shop = try await shop()
        let post = Post()
        let runner = shop.runner(post)
        try await shop.create("A")
        post.refuse(["A"])
        let start = shop.clock.now
        try await runner.deliverDue()
        var times: [Int64] = []
        for _ in 0..<8 {
            let due = try #require(try await shop.read { try $0.nextDue(target: "hooks") })
            shop.clock.now = due - 1
            let before = try await shop.number("SELECT attempts FROM outbox")
            try await runner.deliverDue()
            #expect(try await shop.number("SELECT attempts FROM outbox") == before)
            shop.clock.now = due
            try await runner.deliverDue()
            #expect(try await shop.number("SELECT attempts FROM outbox") == before + 1)
            times.append(due - start)
        }
        #expect(times == [200, 1_200, 6_200, 21_200, 81_200, 141_200, 201_200, 261_200])
        #expect(try await shop.rows("SELECT last_error FROM outbox", columns: 1) == ["Refused"])
        post.refuse([])
        shop.clock.advance(milliseconds: 60_000)
        #expect(try await runner.deliverDue() == 1)
        #expect(post.letters == ["A created"])
        #expect(try await shop.rows("SELECT attempts, last_error FROM outbox", columns: 2) == ["10 -"])
        await shop.close()
    }

    /// The program dies after the shop has heard of an event and before that is written down:
    ///
    ///     runner              database
    ///     delivers A          closed
    ///     cannot mark it
    @Test("what was delivered but not written down is delivered again, under the same number")
    func atLeastOnce() async throws {
        let shop = try await shop()
        let post = Post()
        try await shop.create("A")
        let dying = OutboxRunner(
            target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(), logger: .silent
        ) { item in
            try post.take(item.event)
            await shop.close()
        }
        #expect(try await dying.deliverDue() == 0)
        let restarted = try shop.reopened(targets: ["hooks"])
        try await drain(restarted.runner(post))
        #expect(post.letters == ["A created", "A created"])
        #expect(Set(post.ids).count == 1)
        try await drain(restarted.runner(post))
        #expect(post.letters.count == 2)
        await restarted.close()
    }

    @Test("a restart goes on where it stopped, with the delays of before")
    func restart() async throws {
        let shop = try await shop()
        let post = Post()
        for order in ["A", "B"] { try await shop.create(order) }
        post.refuse(["A"])
        try await shop.runner(post).deliverDue()
        await shop.close()
        let restarted = try shop.reopened(targets: ["hooks"])
        post.refuse([])
        let runner = restarted.runner(post)
        #expect(try await runner.deliverDue() == 0)
        shop.clock.advance(milliseconds: 200)
        #expect(try await runner.deliverDue() == 1)
        #expect(post.letters == ["B created", "A created"])
        await restarted.close()
    }

    @Test("receivers have their own outbox")
    func targets() async throws {
        let shop = try await TestStore(targets: ["hooks", "webhook"])
        let hooks = Post()
        let webhook = Post()
        try await shop.create("A")
        hooks.refuse(["A"])
        try await shop.runner(hooks).deliverDue()
        let other = OutboxRunner(
            target: "webhook", store: shop.store, clock: shop.clock.source, wake: Wake(), logger: .silent
        ) { try webhook.take($0.event) }
        #expect(try await other.deliverDue() == 1)
        #expect(hooks.letters == [] && webhook.letters == ["A created"])
        await shop.close()
    }

    @Test("orders go side by side: one that takes long does not keep the round from beginning the others")
    func sideBySide() async throws {
        let shop = try await shop()
        let orders = (0..<20).map { "o\($0)" }
        for order in orders { try await shop.create(order) }
        // Each waits until all twenty have begun: one after the other, none would ever end.
        let begun = AsyncStream.makeStream(of: Void.self)
        let all = Task {
            var iterator = begun.stream.makeAsyncIterator()
            for _ in orders { await iterator.next() }
        }
        let runner = OutboxRunner(
            target: "hooks", store: shop.store, clock: shop.clock.source, wake: Wake(), logger: .silent
        ) { _ in
            begun.continuation.yield()
            await all.value
        }
        #expect(try await runner.deliverDue() == 20)
        await shop.close()
    }
}
