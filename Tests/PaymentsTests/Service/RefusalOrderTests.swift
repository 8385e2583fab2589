import Payments
import TestSupport
import Testing

/// A shop with the default hooks takes a shorter way through the service than one with hooks of its own; both must
/// answer the same.
enum ShopKind: String, CaseIterable {
    case plain, ownHooks

    var hooks: PaymentHooks { self == .plain ? PaymentHooks() : ScriptedHooks() }
}

/// Source: payme.md 3.1, 3.2, 3.9.
@Suite("The order of refusals")
struct RefusalOrderTests {
    @Test("of several reasons the payer hears the one that matters most", arguments: ShopKind.allCases)
    func precedence(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme check nobody               -> orderNotFound
            payme check nobody amount=1      -> orderNotFound
            payme create x nobody amount=1   -> orderNotFound
            payme create x nobody age=13h    -> orderNotFound
            payme check A                    -> allow
            payme check A amount=1           -> wrongAmount
            payme check A amount=500001      -> wrongAmount
            payme check A amount=0           -> wrongAmount
            payme check A amount=-           -> wrongAmount
            payme create x A amount=499999   -> wrongAmount
            payme create x A amount=-        -> wrongAmount
            payme create x A amount=1 age=13h  -> wrongAmount
            payme create x A age=13h         -> expired
            payme show x                     -> none

            payme create a A                 -> 1
            payme check A                    -> orderBusy
            payme check A amount=1           -> orderBusy
            payme create b A                 -> orderBusy
            payme create b A amount=1        -> orderBusy
            pix create b A                   -> orderBusy
            click create b A                 -> orderBusy
            click create b A amount=1        -> orderBusy

            payme perform a                  -> 2
            payme check A                    -> orderPaid
            payme check A amount=1           -> orderPaid
            payme create b A                 -> orderPaid
            payme create b A amount=1        -> orderPaid
            click create b A                 -> orderPaid
            click create b A amount=1        -> orderPaid

            shop withdraw A
            payme check A                    -> orderNotPayable
            shop withdraw B
            payme check B                    -> orderNotPayable
            payme create c B                 -> orderNotPayable
            payme create c B amount=1        -> orderNotPayable
            click create c B                 -> orderNotPayable
            payme perform nothing            -> transactionNotFound
            payme cancel nothing             -> transactionNotFound
            payme refund nothing 5           -> transactionNotFound
            pix perform a                    -> transactionNotFound
            """)
        #expect(try await time.shop.number("SELECT count(*) FROM transactions") == 1)
        await time.shop.close()
    }

    @Test("twelve hours to the millisecond", arguments: ShopKind.allCases)
    func deadline(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme create a A age=43200001ms  -> expired
            payme create a A age=43200000ms  -> 1
            payme perform a                  -> expired
            payme perform a                  -> invalidState
            payme show a                     -> -1 reason 4 back 0
            payme create a A                 -> invalidState
            payme create b A                 -> 1
            clock +43199998ms
            payme perform b                  -> 2
            clock +99h
            payme perform b                  -> 2 again
            """)
        await time.shop.close()
    }

    @Test("a cumulative account is never busy and never paid up; only its limits refuse", arguments: ShopKind.allCases)
    func cumulative(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme check phone amount=999        -> wrongAmount
            payme check phone amount=9000001    -> wrongAmount
            payme create a phone amount=1000    -> 1
            payme create b phone amount=9000000 -> 1
            click create c phone amount=1000    -> 1
            payme perform a                     -> 2
            payme check phone amount=1000       -> allow
            payme create d phone amount=999     -> wrongAmount
            payme create d phone amount=1000    -> 1
            click perform c                     -> 2
            payme perform b                     -> 2
            payme perform d                     -> 2
            payme cancel a                      -> -2
            shop withdraw phone
            payme create e phone amount=1000    -> orderNotPayable
            """)
        await time.shop.close()
    }

    @Test("what cannot be paid is not asked about: the shop's no comes last")
    func shopComesLast() async throws {
        let hooks = ScriptedHooks { $0.mayPay = { _ in .refuse() } }
        let time = try await Timeline(hooks: hooks)
        try await time.play(
            """
            payme check A amount=1        -> wrongAmount
            payme create a A amount=1     -> wrongAmount
            payme check nobody            -> orderNotFound
            payme create a nobody         -> orderNotFound
            """)
        #expect(hooks.takeHeard().allSatisfy { $0 == "account" })
        try await time.play(
            """
            payme check A                 -> refused
            payme create a A              -> refused
            """)
        hooks.now { $0.mayPay = { _ in .allow } }
        try await time.play("payme create a A -> 1")
        hooks.now { $0.mayPay = { _ in .refuse() } }
        _ = hooks.takeHeard()
        try await time.play(
            """
            payme check A                 -> orderBusy
            payme create b A              -> orderBusy
            """)
        #expect(!hooks.takeHeard().contains("mayPay"))
        await time.shop.close()
    }
}
