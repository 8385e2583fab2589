import Payments
import TestSupport
import Testing

/// Source: payme.md 3.2 (4), 3.9, 3.12.
@Suite("Who holds an order")
struct HoldingTests {
    @Test("an attempt whose time is up gives way, and is told so", arguments: ShopKind.allCases)
    func takeover(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme create a A   -> 1
            clock +12h
            payme check A      -> allow
            payme create b A   -> 1
            payme show a       -> -1 reason 4 back 0
            payme perform a    -> invalidState
            payme create a A   -> invalidState
            payme cancel a     -> -1 again
            payme perform b    -> 2
            clock +99h
            payme create c A   -> orderPaid
            """)
        #expect(
            try await time.shop.history(time.payme.key("a"))
                == ["created - > 1 by payme", "expired 1 > -1 by deadline"])
        await time.shop.close()
    }

    @Test("a cancelled attempt does not block the order, nor does a refunded one", arguments: ShopKind.allCases)
    func cancelledDoesNotBlock(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme create a A   -> 1
            payme cancel a     -> -1
            payme create b A   -> 1
            payme perform b    -> 2
            payme cancel b     -> -2
            payme check A      -> allow
            pix create c A     -> 1
            payme create d A   -> orderBusy
            """)
        await time.shop.close()
    }

    @Test("one order, one live transaction, also across gateways", arguments: ShopKind.allCases)
    func acrossGateways(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            payme create a A   -> 1
            pix create a A     -> orderBusy
            pix check A        -> orderBusy
            pix create a B     -> 1
            payme cancel a     -> -1
            pix create z A     -> 1
            payme create b A   -> orderBusy
            clock +13h
            payme create b A   -> 1
            pix perform z      -> invalidState
            """)
        await time.shop.close()
    }

    @Test("a gateway that holds nothing may try twice; the first to pay wins", arguments: ShopKind.allCases)
    func firstPerformWins(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        try await time.play(
            """
            click create a A   -> 1
            click create b A   -> 1
            click check A      -> allow
            click perform b    -> 2
            click perform a    -> orderBusy
            click show a       -> 1 reason - back 0
            click perform b    -> 2 again
            click create c A   -> orderPaid
            click cancel b     -> -2
            click perform a    -> 2
            """)
        await time.shop.close()
    }

    @Test("one that holds keeps off one that does not, until it is called off or its time is up")
    func mixed() async throws {
        let time = try await Timeline()
        try await time.play(
            """
            click create a A   -> 1
            payme create b A   -> 1
            click perform a    -> orderBusy
            click create c A   -> orderBusy
            payme cancel b     -> -1
            click create c A   -> 1
            payme create d A   -> 1
            clock +13h
            click create e A   -> 1
            click perform a    -> 2
            payme show d       -> -1 reason 4 back 0
            payme perform d    -> invalidState
            click perform c    -> orderBusy
            """)
        #expect(
            try await time.shop.history(time.payme.key("d"))
                == ["created - > 1 by payme", "expired 1 > -1 by deadline"])
        await time.shop.close()
    }

    @Test("two hundred at once on one order: exactly one lives", arguments: ShopKind.allCases)
    func race(kind: ShopKind) async throws {
        let time = try await Timeline(hooks: kind.hooks)
        let payme = time.payme
        let told = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<200 { group.addTask { try await payme.create("t\(number)", "A").told } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(told.filter { $0 == "1" }.count == 1)
        #expect(told.filter { $0 == "orderBusy" }.count == 199)
        #expect(try await time.shop.number("SELECT count(*) FROM transactions") == 1)
        await time.shop.close()
    }

    @Test("perform against cancel, a hundred times: one truth")
    func performAgainstCancel() async throws {
        let time = try await Timeline()
        let payme = time.payme
        for number in 0..<100 {
            let id = "t\(number)"
            #expect(try await payme.create(id, "phone").told == "1")
            async let performed = payme.perform(id).told
            async let cancelled = payme.cancel(id).told
            let told = try await "\(performed), \(cancelled)"
            let stored = try await payme.find(id)?.state
            switch told {
            case "2, -2": #expect(stored == .cancelledAfterPerform)
            case "invalidState, -1": #expect(stored == .cancelled)
            default: Issue.record("\(told), and \(String(describing: stored)) is stored")
            }
        }
        await time.shop.close()
    }

    @Test("a thousand copies of one perform: one time, one line in the journal, one event")
    func sameCallAtOnce() async throws {
        let time = try await Timeline(targets: ["hooks"])
        let payme = time.payme
        try await time.play("payme create a A -> 1")
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for _ in 0..<1_000 {
                group.addTask {
                    time.shop.clock.advance(milliseconds: 1)
                    return try await payme.perform("a").get()
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { !$0.isRepeat }.count == 1)
        #expect(Set(outcomes.map(\.transaction)).count == 1)
        #expect(try await time.shop.number("SELECT count(*) FROM journal") == 2)
        #expect(try await time.shop.number("SELECT count(*) FROM outbox") == 2)
        await time.shop.close()
    }
}
