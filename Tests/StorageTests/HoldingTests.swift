import Payments
import Storage
import TestSupport
import Testing

/// Source: payme.md 3.12.
@Suite("One live transaction holds an order: the database sees to it")
struct HoldingTests {
    @Test("a second one that wants to hold is not stored", arguments: EngineKind.allCases)
    func insertHolding(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let first = try #require(try await shop.insert(sample("a")))
        #expect(try await shop.insert(sample("b")) == nil)
        #expect(try await shop.insert(sample("b", gateway: "click")) == nil)
        #expect(try await shop.insert(sample("b", state: .performed)) == nil)
        #expect(try await shop.number("SELECT count(*) FROM transactions") == 1)
        #expect(try await shop.insert(sample("b", order: "B")) != nil)
        #expect(try await shop.insert(sample("c", holdsOrder: false)) != nil)
        #expect(try await shop.insert(sample("d", state: .cancelled)) != nil)
        #expect(try await shop.read { try $0.holder(ofOrder: "A") } == first)
        await shop.close()
    }

    @Test("let go, the order is free for the next", arguments: EngineKind.allCases)
    func letGo(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let stored = try #require(try await shop.insert(sample("a")))
        var first = stored
        first.state = .cancelled
        first.holdsOrder = false
        let cancelled = first
        #expect(try await shop.write { try $0.update(cancelled, from: stored) })
        #expect(try await shop.insert(sample("b")) != nil)
        await shop.close()
    }

    @Test("to hold later is refused while another holds, and changes nothing", arguments: EngineKind.allCases)
    func holdLater(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let loose = try #require(try await shop.insert(sample("loose", gateway: "click", holdsOrder: false)))
        let holder = try #require(try await shop.insert(sample("a")))
        var paid = loose
        paid.state = .performed
        paid.performTime = start + 50
        paid.holdsOrder = true
        let wanted = paid
        #expect(try await shop.write { try $0.update(wanted, from: loose) } == false)
        #expect(try await shop.read { try $0.transaction(id: loose.id) } == loose)
        // The holder itself may change as it likes.
        var performed = holder
        performed.state = .performed
        let next = performed
        #expect(try await shop.write { try $0.update(next, from: holder) })
        await shop.close()
    }

    @Test(
        "no statement gets past the database", arguments: EngineKind.allCases,
        [
            "UPDATE transactions SET holds_order = 1 WHERE external_id = 'loose'",
            "UPDATE transactions SET state = -1 WHERE external_id = 'a'",
            "UPDATE transactions SET state = 0, holds_order = 0",
            "UPDATE transactions SET state = 3",
            "UPDATE transactions SET refunded_amount = amount + 1",
            "UPDATE transactions SET refunded_amount = -1",
            "UPDATE transactions SET amount = 0",
            "UPDATE transactions SET external_id = 'a', gateway = 'payme'",
            "UPDATE transactions SET account = NULL",
        ])
    func constraints(kind: EngineKind, sql: String) async throws {
        let shop = try await TestStore(kind)
        _ = try await shop.insert(sample("a"))
        _ = try await shop.insert(sample("loose", gateway: "click", holdsOrder: false))
        await #expect(throws: (any Error).self) { try await shop.execute(sql) }
        await shop.close()
    }

    @Test("a hundred that want to hold at once: one does", arguments: EngineKind.allCases)
    func race(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let stored = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask { try await shop.write { try $0.insert(sample("t\(number)")) } != nil }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(stored == 1)
        #expect(try await shop.number("SELECT count(*) FROM transactions") == 1)
        await shop.close()
    }
}
