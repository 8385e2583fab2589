import Payments
import Storage
import TestSupport
import Testing

@Suite("The outbox")
struct OutboxTests {
    /// Enqueues a change of a transaction, as the service does, and answers the event's number.
    @discardableResult
    private func enqueue(
        _ shop: TestStore, _ transaction: Transaction, _ targets: [String] = ["hooks"], at now: Int64 = start
    ) async throws -> Int64 {
        try await shop.write { session in
            let entry = JournalEntry(
                transactionID: transaction.id, at: now, change: .created, from: nil, to: .created, actor: "payme",
                reason: nil, amount: transaction.amount.minor)
            let id = try session.append(entry)
            for target in targets {
                try session.enqueue(
                    target: target, topic: .transaction, journalID: id, transaction: transaction, at: now)
            }
            return id
        }
    }

    private func due(
        _ shop: TestStore, _ target: String = "hooks", at now: Int64 = start, limit: Int = 100
    ) async throws -> [OutboxItem] {
        try await shop.read { try $0.due(target: target, at: now, limit: limit) }
    }

    @Test(
        "of each order only the oldest that waits is due; orders do not wait for each other",
        arguments: EngineKind.allCases)
    func orderPerOrder(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let a = try #require(try await shop.insert(sample("a", order: "A")))
        let b = try #require(try await shop.insert(sample("b", order: "B")))
        var events: [String: [Int64]] = [:]
        for (name, transaction) in [("A", a), ("B", b), ("A", a), ("A", a), ("B", b)] {
            events[name, default: []].append(try await enqueue(shop, transaction))
        }
        var rounds: [[Int64]] = []
        while true {
            let items = try await due(shop)
            if items.isEmpty { break }
            rounds.append(items.map(\.event.id))
            try await shop.write { session in
                for item in items { try session.markDelivered(item.id, at: start) }
            }
        }
        #expect(rounds == [[1, 2], [3, 5], [4]])
        #expect(events == ["A": [1, 3, 4], "B": [2, 5]])
        await shop.close()
    }

    @Test("a failed delivery waits for its time, and all of its order behind it", arguments: EngineKind.allCases)
    func backoff(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let a = try #require(try await shop.insert(sample("a", order: "A")))
        let b = try #require(try await shop.insert(sample("b", order: "B")))
        for transaction in [a, a, b] { try await enqueue(shop, transaction) }
        let first = try #require(try await due(shop).first)
        #expect(first.attempts == 0)
        try await shop.write { try $0.markFailed(first.id, dueAt: start + 200, error: "Trouble") }
        #expect(try await due(shop).map(\.event.id) == [3])
        #expect(try await due(shop, at: start + 199).map(\.event.id) == [3])
        let again = try await due(shop, at: start + 200)
        #expect(again.map(\.event.id) == [3, 1])
        #expect(again.last?.attempts == 1)
        #expect(
            try await shop.rows("SELECT last_error, attempts FROM outbox WHERE id = 1", columns: 2) == ["Trouble 1"])
        try await shop.write { try $0.markDelivered(first.id, at: start + 201) }
        // What was behind it is due from the moment on at which it was out of the way.
        #expect(try await due(shop, at: start + 200).map(\.event.id) == [3])
        #expect(try await due(shop, at: start + 201).map(\.event.id) == [3, 2])
        #expect(
            try await shop.rows("SELECT attempts, delivered_at, last_error FROM outbox WHERE id = 1", columns: 3)
                == ["2 \(start + 201) -"])
        await shop.close()
    }

    @Test("receivers do not wait for each other", arguments: EngineKind.allCases)
    func targets(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let a = try #require(try await shop.insert(sample("a")))
        try await enqueue(shop, a, ["hooks", "webhook"])
        try await enqueue(shop, a, ["hooks", "webhook"])
        let hooks = try #require(try await due(shop, "hooks").first)
        try await shop.write { try $0.markDelivered(hooks.id, at: start) }
        #expect(try await due(shop, "hooks").map(\.event.id) == [2])
        #expect(try await due(shop, "webhook").map(\.event.id) == [1])
        #expect(try await due(shop, "telegram") == [])
        #expect(try await shop.read { try $0.countWaiting(target: "hooks") } == 1)
        #expect(try await shop.read { try $0.countWaiting(target: "webhook") } == 2)
        #expect(try await shop.read { try $0.countWaiting(target: "telegram") } == 0)
        await shop.close()
    }

    @Test("when the next one is due", arguments: EngineKind.allCases)
    func nextDue(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        #expect(try await shop.read { try $0.nextDue(target: "hooks") } == nil)
        let a = try #require(try await shop.insert(sample("a")))
        try await enqueue(shop, a, at: start + 7)
        #expect(try await due(shop, at: start + 6) == [])
        #expect(try await shop.read { try $0.nextDue(target: "hooks") } == start + 7)
        #expect(try await shop.read { try $0.nextDue(target: "webhook") } == nil)
        try await shop.write { try $0.markFailed(1, dueAt: start + 900, error: "x") }
        #expect(try await shop.read { try $0.nextDue(target: "hooks") } == start + 900)
        try await shop.write { try $0.markDelivered(1, at: start + 901) }
        #expect(try await shop.read { try $0.nextDue(target: "hooks") } == nil)
        await shop.close()
    }

    @Test("delivered once, marked twice: the first time stays", arguments: EngineKind.allCases)
    func markedTwice(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let a = try #require(try await shop.insert(sample("a")))
        try await enqueue(shop, a)
        try await shop.write { try $0.markDelivered(1, at: start + 1) }
        try await shop.write { try $0.markDelivered(1, at: start + 2) }
        #expect(
            try await shop.rows("SELECT delivered_at, attempts FROM outbox", columns: 2) == ["\(start + 1) 1"])
        await shop.close()
    }

    @Test("no more than asked for, those longest due first", arguments: EngineKind.allCases)
    func limit(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for number in 0..<6 {
            let transaction = try #require(try await shop.insert(sample("t\(number)", order: "o\(number)")))
            try await enqueue(shop, transaction, at: start + Int64(10 - number))
        }
        #expect(
            try await due(shop, at: start + 100, limit: 4).map(\.event.transaction.orderID) == ["o5", "o4", "o3", "o2"])
        await shop.close()
    }
}
