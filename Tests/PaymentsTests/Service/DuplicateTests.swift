import Payments
import Storage
import Synchronization
import TestSupport
import Testing

/// Money that was taken although the order is another payment's.
@Suite("A one-time order that is paid twice")
struct DuplicateTests {
    @Test("the second payment is performed beside the first, is no part of the order, and goes back by itself")
    func duplicate() async throws {
        let hooks = ScriptedHooks()
        let time = try await Timeline(hooks: hooks)
        try await time.play(
            """
            click create a A     -> 1
            click create b A     -> 1
            click take a         -> 2
            click take b         -> 2
            click take b         -> 2 again
            click create c A     -> orderPaid
            """)
        let second = try #require(try await time.click.find("b"))
        #expect(second.isDuplicate)
        #expect(second.phase == Transaction.duplicatePhase)
        let first = try #require(try await time.click.find("a"))
        #expect(!first.isDuplicate)
        try await time.play(
            """
            click refund b 1        -> wrongAmount
            click refund b 500000   -> -2
            click cancel b          -> -2 again
            click create d A        -> orderPaid
            click perform a         -> 2 again
            """)
        #expect(
            try await time.shop.rows("SELECT change FROM journal ORDER BY id", columns: 1) == [
                "created", "created", "performed", "duplicate", "duplicate_refunded",
            ])
        // Nothing is handed out or called back for it.
        let heard = hooks.takeHeard().filter { $0.hasPrefix("record") }
        #expect(
            heard == [
                "recordCreated", "recordCreated", "recordPerformed", "recordDuplicate duplicate",
                "recordDuplicate duplicate_refunded",
            ])
        #expect(try await time.shop.verify() == [])
        await time.shop.close()
    }

    @Test("a reservation is no payment: the money waits until the order is free, or paid by the other")
    func heldByAnother() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            click create a A     -> 1
            payme create p A     -> 1
            click take a         -> orderBusy
            click drop a         -> orderBusy
            payme cancel p       -> -1
            click take a         -> 2
            click create b B     -> 1
            payme create q B     -> 1
            payme perform q      -> 2
            click take b         -> 2
            """)
        #expect(try await time.click.find("a")?.holdsOrder == true)
        #expect(try await time.click.find("b")?.isDuplicate == true)
        await time.shop.close()
    }

    @Test("a repeat of an attempt that lost its order is told that it is paid")
    func losingAttempt() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            click create a A     -> 1
            click create b A     -> 1
            click create b A     -> 1 again
            click take a         -> 2
            click create b A     -> orderPaid
            click create a A     -> invalidState
            """)
        await time.shop.close()
    }

    @Test("an order is paid as often as it was paid, and is not given back with its duplicate")
    func standing() async throws {
        let time = try await Timeline()
        func standing() async throws -> OrderStanding {
            let now = time.shop.clock.now
            return try await time.shop.store.engine.read(.scan) { sql in
                let session = SQLPaymentSession(sql: sql)
                return try session.standing(of: try session.order("A")!, at: now)
            }
        }
        try await time.play(
            """
            click create a A     -> 1
            click create b A     -> 1
            click take a         -> 2
            click take b         -> 2
            """)
        #expect(try await standing() == OrderStanding(status: .paid, paid: 500_000, refunded: 0))
        try await time.play("click refund b 500000 -> -2")
        #expect(try await standing() == OrderStanding(status: .paid, paid: 500_000, refunded: 0))
        #expect(try await time.shop.verify() == [])
        try await time.play("click cancel a -> -2")
        #expect(try await standing() == OrderStanding(status: .refunded, paid: 0, refunded: 500_000))
        #expect(try await time.shop.verify() == [])
        await time.shop.close()
    }

    @Test("a holder whose time is up lets go: that is no duplicate")
    func overdueHolder() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            click create a A     -> 1
            payme create p A     -> 1
            clock +13h
            click take a         -> 2
            payme perform p      -> invalidState
            """)
        #expect(try await time.click.find("a")?.isDuplicate == false)
        await time.shop.close()
    }

    @Test("or it is cancelled, with the reason given")
    func dropped() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            click create a A     -> 1
            click create b A     -> 1
            click drop a         -> 2
            click drop b         -> -1
            click drop b         -> invalidState
            """)
        #expect(try await time.click.find("b")?.reason == 77)
        await time.shop.close()
    }

    @Test("an account takes any number of payments")
    func account() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            click create a phone     -> 1
            click create b phone     -> 1
            click take a             -> 2
            click take b             -> 2
            """)
        #expect(try await time.click.find("b")?.isDuplicate == false)
        await time.shop.close()
    }

    @Test("two that race for one order: one is the order's, the other a duplicate")
    func race() async throws {
        let time = try await Timeline()
        for round in 0..<20 {
            let order = "R\(round)"
            try await time.shop.add(.oneTime(id: order, amount: Money(minor: 500_000, currency: .uzs)))
            for id in ["x\(round)", "y\(round)"] { _ = try await time.click.create(id, order) }
            let click = time.click
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for id in ["x\(round)", "y\(round)"] {
                    group.addTask {
                        try await click.perform(id, ifTaken: .performAsDuplicate).get().transaction.isDuplicate
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 }.count == 1)
        }
        #expect(try await time.shop.verify() == [])
        await time.shop.close()
    }

    @Test("an attempt may step back behind one that was announced a moment ago, and its own repeat does not")
    func reservation() async throws {
        let time = try await Timeline()
        let click = time.click
        #expect(try await click.createPolitely("a", "A", minutes: 10).told == "1")
        #expect(try await click.createPolitely("a", "A", minutes: 10).told == "1 again")
        #expect(try await click.createPolitely("b", "A", minutes: 10).told == "orderBusy")
        #expect(try await click.createPolitely("p", "phone", minutes: 10).told == "1")
        #expect(try await click.createPolitely("q", "phone", minutes: 10).told == "1")
        time.shop.clock.advance(milliseconds: 600_001)
        #expect(try await click.createPolitely("b", "A", minutes: 10).told == "1")
        // A cancelled one is in nobody's way.
        try await time.play("click cancel b -> -1")
        #expect(try await click.createPolitely("c", "A", minutes: 10).told == "1")
        await time.shop.close()
    }

    @Test("a gateway's own rows are stored with the change, once, and what they throw undoes it")
    func alongside() async throws {
        let time = try await Timeline()
        try await time.shop.execute("CREATE TABLE papers (id BIGINT, state BIGINT)")
        let service = time.shop.service
        let note: Alongside = { transaction, sql in
            try sql.execute(
                "INSERT INTO papers (id, state) VALUES ($1, $2)",
                [.integer(transaction.id), .integer(transaction.state.rawValue)])
        }
        let key = time.click.key("a")
        func papers() async throws -> [String] { try await time.shop.rows("SELECT state FROM papers", columns: 1) }
        let command = CreateCommand(
            key: key, externalTime: 0, account: "", question: time.click.question(["order": "A"], 500_000, .create),
            deadline: nil, holdsOrderFromCreation: false, alongside: note)
        for _ in 0..<2 { _ = try await service.create(command) }
        #expect(try await papers() == ["1"])
        await #expect(throws: Trouble.self) { try await service.perform(key) { _, _ in throw Trouble() } }
        #expect(try await service.find(key)?.state == .created)
        for _ in 0..<2 { _ = try await service.perform(key, alongside: note) }
        _ = try await service.mark(key, phase: "going back", alongside: note)
        #expect(try await service.find(key)?.phase == "going back")
        for _ in 0..<2 { _ = try await service.cancel(key, reason: 5, alongside: note) }
        #expect(try await papers() == ["1", "2", "2", "-2"])
        #expect(try await service.find(key)?.phase == nil)
        #expect(try await service.mark(key, phase: "x").told == "invalidState")
        await time.shop.close()
    }
}
