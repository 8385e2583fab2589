import Payments
import Storage
import TestSupport
import Testing

@Suite("The transactions table")
struct TransactionTableTests {
    @Test("every field comes back, by key, by number and by the gateway's id", arguments: EngineKind.allCases)
    func readBack(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        var full = sample("full", order: "Заказ", cashbox: "k1", amount: .max)
        full.account = #"{"user":"17","order":"Ё \"x\""}"#
        full.phase = "awaiting payer"
        full.reason = -7
        full.performTime = .max
        full.cancelTime = 1
        full.refundedAmount = .max
        full.receivers = [try #require(Receiver(id: "k1", amount: 5)), try #require(Receiver(id: "k2", amount: .max))]
        var bare = sample("bare", deadline: nil)
        bare.account = ""
        for transaction in [full, bare, topUp("free")] {
            let stored = try #require(try await shop.insert(transaction))
            #expect(try await shop.read { try $0.transaction(stored.key) } == stored)
            #expect(try await shop.read { try $0.transaction(id: stored.id) } == stored)
            #expect(try await shop.read { try $0.transaction(externalID: stored.key.externalID) } == stored)
        }
        #expect(try await shop.read { try $0.transaction(id: 99) } == nil)
        #expect(try await shop.read { try $0.transaction(externalID: "nobody") } == nil)
        await shop.close()
    }

    @Test("the gateway, the cashbox and the id together name one transaction", arguments: EngineKind.allCases)
    func uniqueKey(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let first = try #require(try await shop.insert(topUp("a")))
        #expect(try await shop.insert(topUp("a")) == nil)
        #expect(try await shop.insert(topUp("a", time: start + 1)) == nil)
        let others = [topUp("A"), topUp("a", gateway: "click"), topUp("a", cashbox: "k2"), topUp("")]
        for other in others { #expect(try await shop.insert(other) != nil) }
        #expect(try await shop.read { try $0.transaction(first.key) } == first)
        // Several gateways chose the same id: people who look see the first.
        #expect(try await shop.read { try $0.transaction(externalID: "a") } == first)
        await shop.close()
    }

    @Test("a change writes what may change and nothing else", arguments: EngineKind.allCases)
    func update(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let stored = try #require(try await shop.insert(sample("a")))
        let beside = try #require(try await shop.insert(sample("b", order: "B")))
        var performed = stored
        performed.state = .performed
        performed.performTime = start + 100
        let paid = performed
        #expect(try await shop.write { try $0.update(paid, from: stored) })
        // Whoever read it before that, on an engine with several writers, changes nothing.
        await #expect(throws: StorageFailure.self) { try await shop.write { try $0.update(paid, from: stored) } }
        var next = stored
        next.state = .cancelledAfterPerform
        next.phase = "settled"
        next.refundedAmount = 500_000
        next.reason = 5
        next.performTime = start + 100
        next.cancelTime = start + 200
        next.holdsOrder = false
        var sent = next
        sent.amount.minor = 1
        sent.account = "other"
        sent.orderID = "other"
        sent.externalTime = 1
        sent.createTime = 1
        sent.deadline = nil
        sent.key.externalID = "other"
        let changed = sent
        #expect(try await shop.write { try $0.update(changed, from: paid) })
        #expect(try await shop.read { try $0.transaction(id: stored.id) } == next)
        #expect(try await shop.read { try $0.transaction(id: beside.id) } == beside)
        var nobody = next
        nobody.id = 99
        let missing = nobody
        await #expect(throws: StorageFailure.self) { try await shop.write { try $0.update(missing, from: paid) } }
        await shop.close()
    }

    @Test("what waits too long comes out, the most overdue first", arguments: EngineKind.allCases)
    func overdue(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for (id, deadline, state) in [
            ("c", start + 3, .created), ("a", start + 1, .created), ("b", start + 2, .created),
            ("paid", start, .performed), ("off", start, .cancelled), ("endless", nil, .created),
        ] as [(String, Int64?, TransactionState)] {
            _ = try await shop.insert(sample(id, order: id, state: state, deadline: deadline))
        }
        func overdue(at now: Int64, skipping: Int = 0, limit: Int = 10) async throws -> [String] {
            try await shop.read { try $0.overdue(at: now, skipping: skipping, limit: limit).map(\.externalID) }
        }
        #expect(try await overdue(at: start + 1) == [])
        #expect(try await overdue(at: start + 2) == ["a"])
        #expect(try await overdue(at: start + 99) == ["a", "b", "c"])
        #expect(try await overdue(at: start + 99, limit: 2) == ["a", "b"])
        #expect(try await overdue(at: start + 99, skipping: 1, limit: 2) == ["b", "c"])
        #expect(try await overdue(at: start + 99, skipping: 3) == [])
        #expect(try await shop.read { try $0.overdue(at: start + 2, skipping: 0, limit: 1) } == [sample("a").key])
        await shop.close()
    }

    @Test("an order knows who holds it", arguments: EngineKind.allCases)
    func holder(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        #expect(try await shop.read { try $0.holder(ofOrder: "A") } == nil)
        _ = try await shop.insert(sample("loose", holdsOrder: false))
        #expect(try await shop.read { try $0.holder(ofOrder: "A") } == nil)
        let holder = try #require(try await shop.insert(sample("a")))
        #expect(try await shop.read { try $0.holder(ofOrder: "A") } == holder)
        #expect(try await shop.read { try $0.holder(ofOrder: "B") } == nil)
        await shop.close()
    }

    @Test("how many stand in each state", arguments: EngineKind.allCases)
    func count(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for (number, state) in [TransactionState.created, .created, .performed, .cancelledAfterPerform].enumerated() {
            _ = try await shop.insert(sample("t\(number)", order: "o\(number)", state: state))
        }
        _ = try await shop.insert(topUp("c", gateway: "click"))
        let counts = try await shop.read { session in
            try session.countTransactions().map { "\($0.gateway) \($0.state) \($0.count)" }
        }
        #expect(counts.sorted() == ["click 1 1", "payme -2 1", "payme 1 2", "payme 2 1"])
        await shop.close()
    }
}
