import Payments
import TestSupport
import Testing

/// Source: payme.md 3.11.
@Suite("Running out of time")
struct ExpiryTests {
    @Test("the job cancels what is overdue, that alone, and once", arguments: ShopKind.allCases)
    func job(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme create old phone       -> 1
            payme create paid phone      -> 1
            payme perform paid           -> 2
            payme create off phone       -> 1
            payme cancel off reason=3    -> -1
            click create endless phone   -> 1
            clock +6h
            payme create young phone     -> 1
            clock +6h
            job expire                   -> 1
            job expire                   -> 0
            payme show old               -> -1 reason 4 back 0
            payme show young             -> 1 reason - back 0
            payme show paid              -> 2 reason - back 0
            payme show off               -> -1 reason 3 back 0
            click show endless           -> 1 reason - back 0
            clock +6h
            job expire                   -> 1
            clock +9999h
            job expire                   -> 0
            click perform endless        -> 2
            """)
        #expect(
            try await time.shop.history(time.payme.key("old"))
                == ["created - > 1 by payme", "expired 1 > -1 by deadline"])
        await time.shop.close()
    }

    @Test("the last millisecond still counts")
    func lastMillisecond() async throws {
        let time = try await Timeline()
        // Each line takes a millisecond.
        try await time.play(
            """
            payme create a phone  -> 1
            clock +43199998ms
            job expire            -> 0
            job expire            -> 1
            """)
        #expect(try await time.payme.find("a")?.cancelTime == 1_795_219_200_000 + 43_200_001)
        await time.shop.close()
    }

    @Test("looking at an overdue transaction does not change it")
    func lookingChangesNothing() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            payme create a A   -> 1
            clock +13h
            payme show a       -> 1 reason - back 0
            payme check A      -> allow
            payme show a       -> 1 reason - back 0
            payme cancel a reason=3  -> -1
            payme show a       -> -1 reason 3 back 0
            """)
        await time.shop.close()
    }

    @Test("more than one storage transaction takes", arguments: [1, 3, 7, 100])
    func pages(pageSize: Int) async throws {
        let time = try await Timeline()
        for number in 0..<7 {
            try await time.play("payme create t\(number) phone -> 1")
        }
        time.shop.clock.advance(hours: 13)
        #expect(try await time.shop.service.expireOverdue(pageSize: pageSize) == 7)
        #expect(try await time.shop.service.expireOverdue(pageSize: pageSize) == 0)
        await time.shop.close()
    }

    @Test("more of them than a page may be kept from running out: the others behind them still do")
    func manyThrow() async throws {
        let hooks = ScriptedHooks {
            $0.record = { transaction, change, _ in
                if change == .expired, transaction.key.externalID.hasPrefix("kept") { throw Trouble() }
            }
        }
        let time = try await Timeline(hooks: hooks)
        for number in 0..<5 { try await time.play("payme create kept\(number) phone -> 1") }
        for number in 0..<4 { try await time.play("payme create t\(number) phone -> 1") }
        time.shop.clock.advance(hours: 13)
        #expect(try await time.shop.service.expireOverdue(pageSize: 2) == 4)
        await #expect(throws: Trouble.self) { try await time.shop.service.expireOverdue(pageSize: 2) }
        #expect(
            try await time.shop.rows("SELECT count(*) FROM transactions WHERE state = 1", columns: 1) == ["5"])
        await time.shop.close()
    }

    @Test("a shop that throws for one transaction keeps no other from running out")
    func oneThrows() async throws {
        let hooks = ScriptedHooks {
            $0.record = { transaction, change, _ in
                if change == .expired, transaction.key.externalID == "t2" { throw Trouble() }
            }
        }
        let time = try await Timeline(hooks: hooks)
        for number in 0..<5 { try await time.play("payme create t\(number) phone -> 1") }
        time.shop.clock.advance(hours: 13)
        #expect(try await time.shop.service.expireOverdue() == 4)
        #expect(
            try await time.shop.rows("SELECT external_id FROM transactions WHERE state = 1", columns: 1) == ["t2"])
        // Nothing but trouble left: that is an error, so that the job says so and waits.
        await #expect(throws: Trouble.self) { try await time.shop.service.expireOverdue() }
        hooks.now { $0.record = { _, _, _ in } }
        #expect(try await time.shop.service.expireOverdue() == 1)
        await time.shop.close()
    }

    @Test("a clock that is set back lets nothing end before it began", arguments: [false, true])
    func setBack(isPerformed: Bool) async throws {
        let time = try await Timeline()
        try await time.play("payme create a A -> 1")
        if isPerformed { try await time.play("payme perform a -> 2") }
        let before = try #require(try await time.payme.find("a"))
        time.shop.clock.advance(milliseconds: -3_600_000)
        try await time.play("payme cancel a reason=5 -> \(isPerformed ? -2 : -1)")
        let after = try #require(try await time.payme.find("a"))
        #expect(after.cancelTime == max(before.createTime, before.performTime))
        await time.shop.close()
    }
}
