import Payments
import TestSupport
import Testing

@Suite("Giving money back")
struct RefundTests {
    @Test("in parts, until nothing is left")
    func parts() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            payme create a A        -> 1
            payme refund a 5        -> invalidState
            payme perform a         -> 2
            payme refund a 0        -> wrongAmount
            payme refund a -5       -> wrongAmount
            payme refund a 500001   -> wrongAmount
            payme refund a 100      -> 2
            payme show a            -> 2 reason - back 100
            payme refund a 499901   -> wrongAmount
            payme refund a 899      -> 2
            payme check A           -> orderPaid
            payme refund a 499001   -> -2
            payme show a            -> -2 reason 5 back 500000
            payme refund a 1        -> invalidState
            payme cancel a          -> -2 again
            payme check A           -> allow
            """)
        #expect(
            try await time.shop.rows(
                "SELECT change, amount, refunded_amount, actor FROM journal ORDER BY id", columns: 4)
                == [
                    "created 500000 0 payme", "performed 500000 0 payme", "partly_refunded 100 100 merchant",
                    "partly_refunded 899 999 merchant", "refunded 499001 500000 merchant",
                ])
        await time.shop.close()
    }

    @Test("a cancel after a part gives back the rest")
    func cancelAfterPart() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            payme create a A        -> 1
            payme perform a         -> 2
            payme refund a 100      -> 2
            payme cancel a          -> -2
            payme show a            -> -2 reason 5 back 500000
            """)
        #expect(
            try await time.shop.rows("SELECT amount, refunded_amount FROM journal ORDER BY id DESC LIMIT 1", columns: 2)
                == ["499900 500000"])
        await time.shop.close()
    }

    @Test("the shop forbids a refund in its own words, and nothing changes")
    func veto() async throws {
        let words = Refusal(message: .init(ru: "Уже отправлено", uz: "Joʻnatilgan", en: "Shipped already"))
        let hooks = ScriptedHooks { $0.mayRefund = { _ in .refuse(words) } }
        let time = try await Timeline(hooks: hooks)
        try await time.play("payme create a A -> 1")
        try await time.play("payme perform a -> 2")
        let before = try await time.payme.find("a")
        #expect(try await time.payme.cancel("a") == .failure(.refundRefused(words)))
        #expect(try await time.payme.find("a") == before)
        #expect(try await time.shop.history(time.payme.key("a")).count == 2)
        // The shop changes its mind.
        hooks.now { $0.mayRefund = { _ in .allow } }
        #expect(try await time.payme.cancel("a").told == "-2")
        await time.shop.close()
    }

    @Test("a gateway that never refunds refuses without asking the shop")
    func neverRefunds() async throws {
        let hooks = ScriptedHooks()
        let time = try await Timeline(hooks: hooks)
        try await time.play("payme create a A -> 1")
        #expect(try await time.payme.cancel("a", refundAllowed: false).told == "-1")
        try await time.play("payme create b A -> 1")
        try await time.play("payme perform b -> 2")
        _ = hooks.takeHeard()
        #expect(try await time.payme.cancel("b", refundAllowed: false) == .failure(.refundRefused()))
        #expect(hooks.takeHeard() == [])
        await time.shop.close()
    }

    @Test("the shop is asked only about a performed transaction")
    func askedOnlyWhenPerformed() async throws {
        let hooks = ScriptedHooks { $0.mayRefund = { _ in .refuse() } }
        let time = try await Timeline(hooks: hooks)
        try await time.play(
            """
            payme create a A        -> 1
            payme cancel a          -> -1
            payme cancel a          -> -1 again
            payme cancel nothing    -> transactionNotFound
            """)
        #expect(!hooks.takeHeard().contains("mayRefund"))
        await time.shop.close()
    }

    /// While the shop thinks, a part goes back through the merchant's own door:
    ///
    ///     gateway             merchant
    ///     cancel a: asks
    ///                         refund a 100
    ///     the shop allows
    ///     gives back the rest
    @Test("what happened while the shop was thinking is not forgotten")
    func changedWhileAsking() async throws {
        let hooks = ScriptedHooks()
        let time = try await Timeline(hooks: hooks)
        let payme = time.payme
        hooks.now {
            $0.mayRefund = { transaction in
                #expect(transaction.refundedAmount == 0)
                let told = try await payme.refund("a", 100).told
                #expect(told == "2")
                return .allow
            }
        }
        try await time.play(
            """
            payme create a A        -> 1
            payme perform a         -> 2
            payme cancel a          -> -2
            payme show a            -> -2 reason 5 back 500000
            """)
        #expect(
            try await time.shop.rows("SELECT change, amount FROM journal ORDER BY id", columns: 2)
                == ["created 500000", "performed 500000", "partly_refunded 100", "refunded 499900"])
        await time.shop.close()
    }
}
