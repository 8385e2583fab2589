import Payments
import Synchronization
import TestSupport
import Testing

@Suite("In-transaction events")
struct HookEventTests {
    /// A shop that counts its stock in the payment's own storage transaction.
    private func shop(
        failing: @escaping @Sendable (TransactionChange) -> Bool = { _ in false }
    ) async throws -> (Timeline, ScriptedHooks) {
        let hooks = ScriptedHooks {
            $0.record = { transaction, change, session in
                try session.execute(
                    "INSERT INTO stock (transaction_id, change, state) VALUES ($1, $2, $3)",
                    [.integer(transaction.id), .text(change.rawValue), .integer(transaction.state.rawValue)])
                if failing(change) { throw Trouble() }
            }
        }
        let time = try await Timeline(hooks: hooks)
        try await time.shop.execute("CREATE TABLE stock (transaction_id BIGINT, change TEXT, state BIGINT)")
        return (time, hooks)
    }

    private func stock(_ time: Timeline) async throws -> [String] {
        try await time.shop.rows("SELECT change, state FROM stock", columns: 2)
    }

    @Test("the shop's rows are stored together with every change of a payment")
    func together() async throws {
        let (time, _) = try await shop()
        try await time.play(
            """
            payme create a A      -> 1
            payme perform a       -> 2
            payme refund a 100    -> 2
            payme cancel a        -> -2
            payme create b A      -> 1
            payme cancel b        -> -1
            payme create c A      -> 1
            clock +13h
            payme perform c       -> expired
            payme create d A      -> 1
            clock +13h
            job expire            -> 1
            """)
        #expect(
            try await stock(time) == [
                "created 1", "performed 2", "partly_refunded 2", "refunded -2", "created 1", "cancelled -1",
                "created 1",
                "expired -1", "created 1", "expired -1",
            ])
        await time.shop.close()
    }

    @Test("repeats and refusals write no rows of the shop")
    func nothingForRepeats() async throws {
        let (time, _) = try await shop()
        try await time.play(
            """
            payme create a A      -> 1
            payme create a A      -> 1 again
            payme create b A      -> orderBusy
            payme refund a 5      -> invalidState
            payme perform nothing -> transactionNotFound
            """)
        #expect(try await stock(time) == ["created 1"])
        await time.shop.close()
    }

    @Test(
        "what the shop throws undoes the payment's change whole; the repeat carries it out",
        arguments: TransactionChange.allCases)
    func throwsOnce(change: TransactionChange) async throws {
        let isBroken = Mutex(true)
        let (time, _) = try await shop { candidate in
            isBroken.withLock { $0 && candidate == change }
        }
        let payme = time.payme
        let call: () async throws -> String
        switch change {
        case .created: call = { try await payme.create("a", "A").told }
        case .performed, .expired: call = { try await payme.perform("a").told }
        case .cancelled, .refunded: call = { try await payme.cancel("a").told }
        case .partlyRefunded: call = { try await payme.refund("a", 5).told }
        case .duplicate: call = { try await time.click.perform("b", ifTaken: .performAsDuplicate).told }
        case .duplicateRefunded: call = { try await time.click.cancel("b").told }
        }
        if change == .duplicate || change == .duplicateRefunded {
            try await time.play("click create b A -> 1")
        }
        if change != .created { try await time.play("payme create a A -> 1") }
        if change == .refunded || change == .partlyRefunded { try await time.play("payme perform a -> 2") }
        if change == .duplicate || change == .duplicateRefunded { try await time.play("payme perform a -> 2") }
        if change == .duplicateRefunded { try await time.play("click take b -> 2") }
        if change == .expired { time.shop.clock.advance(hours: 13) }
        let before = try await snapshot(time)
        await #expect(throws: Trouble.self) { try await call() }
        #expect(try await snapshot(time) == before)
        isBroken.withLock { $0 = false }
        let expected: [TransactionChange: String] = [
            .created: "1", .performed: "2", .cancelled: "-1", .refunded: "-2", .partlyRefunded: "2",
            .expired: "expired", .duplicate: "2", .duplicateRefunded: "-2",
        ]
        #expect(try await call() == expected[change])
        #expect(try await stock(time).filter { $0.hasPrefix(change.rawValue + " ") }.count == 1)
        await time.shop.close()
    }

    @Test("one shop row that cannot be stored harms no payment beside it")
    func oneOfMany() async throws {
        let hooks = ScriptedHooks {
            $0.record = { transaction, _, session in
                // A unique key of the shop's own: every fifth payment hits it.
                let number = Int64(transaction.key.externalID.dropFirst())!
                try session.execute(
                    "INSERT INTO seats (seat) VALUES ($1)", [.integer(number % 5 == 0 ? 0 : number)])
            }
        }
        let time = try await Timeline(hooks: hooks)
        try await time.shop.execute("CREATE TABLE seats (seat BIGINT PRIMARY KEY NOT NULL)")
        try await time.shop.execute("INSERT INTO seats (seat) VALUES (0)")
        let payme = time.payme
        let failed = await withTaskGroup(of: Int?.self) { group in
            for number in 1...100 {
                group.addTask { (try? await payme.create("t\(number)", "phone").told) == "1" ? nil : number }
            }
            return await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
        }
        #expect(failed == Set(stride(from: 5, through: 100, by: 5)))
        #expect(try await time.shop.number("SELECT count(*) FROM transactions") == 80)
        #expect(try await time.shop.number("SELECT count(*) FROM journal") == 80)
        #expect(try await time.shop.number("SELECT count(*) FROM outbox") == 80)
        #expect(try await time.shop.number("SELECT count(*) FROM seats") == 81)
        await time.shop.close()
    }

    /// Everything that a rolled-back change must leave as it was.
    private func snapshot(_ time: Timeline) async throws -> [String] {
        try await time.shop.rows(
            "SELECT state, perform_time, cancel_time, refunded_amount FROM transactions", columns: 4)
            + time.shop.rows("SELECT id, change FROM journal", columns: 2)
            + time.shop.rows("SELECT id, journal_id FROM outbox", columns: 2) + stock(time)
    }
}
