import Payments
import TestSupport
import Testing

/// Source: payme.md 3.2 (2c), 3.3 (3), 3.4 (2), 3.10.
@Suite("Repeats")
struct RepeatTests {
    /// What may have become of an order, or of the shop's mind, between a create and its repeat.
    enum Meanwhile: String, CaseIterable {
        case nothing, withdrawn, refusedByMayPay, refusedByAccount, unknownToTheShop, accountThrows, receiversThrow
        case amountOfTheOrderChanged, orderGone
    }

    @Test("a create is answered again, whatever has become of the order since", arguments: Meanwhile.allCases)
    func createAgain(meanwhile: Meanwhile) async throws {
        let hooks = ScriptedHooks()
        let time = try await Timeline(hooks: hooks)
        let first = try await time.payme.create("a", "A", time: time.shop.clock.now)
        let sentTime = time.shop.clock.now
        time.shop.clock.advance(hours: 1)
        switch meanwhile {
        case .nothing: break
        case .withdrawn: try await time.play("shop withdraw A")
        case .refusedByMayPay: hooks.now { $0.mayPay = { _ in .refuse() } }
        case .refusedByAccount: hooks.now { $0.account = { _ in .refused(.orderNotPayable) } }
        case .unknownToTheShop: hooks.now { $0.account = { _ in .stored(id: "nobody") } }
        case .accountThrows: hooks.now { $0.account = { _ in throw Trouble() } }
        case .receiversThrow: hooks.now { $0.receivers = { _ in throw Trouble() } }
        case .amountOfTheOrderChanged: try await time.shop.execute("UPDATE orders SET amount = 7 WHERE id = 'A'")
        case .orderGone: try await time.shop.execute("DELETE FROM orders")
        }
        let second = try await time.payme.create("a", "A", time: sentTime)
        #expect(try second.get().isRepeat)
        #expect(try second.get().transaction == first.get().transaction)
        #expect(hooks.takeHeard().filter { $0 == "observedRepeat" }.count == 1)
        await time.shop.close()
    }

    @Test("a plain shop answers the same create again after its order is gone")
    func createAgainPlain() async throws {
        let time = try await Timeline()
        let first = try await time.payme.create("a", "A")
        try await time.shop.execute("DELETE FROM orders")
        let second = try await time.payme.create("a", "A")
        #expect(try second.get().isRepeat && second.get().transaction == first.get().transaction)
        await time.shop.close()
    }

    @Test("the same id for another payment is no repeat", arguments: ShopKind.allCases)
    func notARepeat(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme create a A               -> 1
            payme create a A amount=499999 -> invalidState
            payme create a A amount=-      -> invalidState
            payme create a B               -> invalidState
            payme create a nobody          -> invalidState
            payme create a A               -> 1 again
            payme create b phone           -> 1
            payme create b phone amount=600000 -> invalidState
            payme perform a                -> 2
            payme create a A               -> invalidState
            payme cancel a                 -> -2
            payme create a A               -> invalidState
            payme cancel b                 -> -1
            payme create b phone           -> invalidState
            """)
        await time.shop.close()
    }

    @Test("a repeat answers every stored figure and leaves no trace", arguments: ShopKind.allCases)
    func figures(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks, targets: ["hooks"])
        let commands: [(Till) async throws -> ServiceAnswer] = [
            { try await $0.create("a", "A", time: 1_795_219_200_000) }, { try await $0.perform("a") },
            { try await $0.cancel("a", reason: 3) },
        ]
        for command in commands {
            let first = try await command(time.payme).get()
            #expect(!first.isRepeat)
            for _ in 0..<3 {
                time.shop.clock.advance(milliseconds: 997)
                let again = try await command(time.payme).get()
                #expect(again.isRepeat)
                #expect(again.transaction == first.transaction)
            }
        }
        let last = try await time.payme.cancel("a", reason: 77).get()
        #expect(last.isRepeat && last.transaction.reason == 3)
        #expect(try await time.shop.number("SELECT count(*) FROM journal") == 3)
        #expect(try await time.shop.number("SELECT count(*) FROM outbox") == 3)
        await time.shop.close()
    }

    @Test("a shop is not asked about repeats, and is told of each")
    func notAsked() async throws {
        let hooks = ScriptedHooks()
        let time = try await Timeline(hooks: hooks)
        try await time.play("payme create a A -> 1")
        #expect(hooks.takeHeard() == ["account", "mayPay", "receivers", "recordCreated"])
        try await time.play("payme create a A -> 1 again")
        #expect(hooks.takeHeard() == ["observedRepeat"])
        try await time.play("payme perform a -> 2")
        #expect(hooks.takeHeard() == ["recordPerformed"])
        try await time.play("payme perform a -> 2 again")
        #expect(hooks.takeHeard() == ["observedRepeat"])
        try await time.play("payme cancel a -> -2")
        #expect(hooks.takeHeard() == ["mayRefund", "recordCancelled refunded"])
        try await time.play("payme cancel a -> -2 again")
        #expect(hooks.takeHeard() == ["observedRepeat"])
        await time.shop.close()
    }
}
