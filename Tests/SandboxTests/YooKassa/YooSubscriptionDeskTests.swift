import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("Subscriptions on the page")
struct YooSubscriptionDeskTests {
    @Test("the first payment keeps the card, and the next charge comes when the clock is moved to it")
    func charged() async throws {
        try await SandboxDesk.with { desk in
            let subscription = try await desk.subscribe()
            #expect(subscription.amount.minor == 29_900 && subscription.method == "Bank card *4444")
            let next = try #require(subscription.nextAt)
            #expect(next > desk.clock.now + 27 * 86_400_000)
            #expect(try await desk.goOn(.good) == "moved")
            #expect(desk.clock.now > next)
            #expect(try await desk.eventually { try desk.yoo.yookassa.charges.count == 2 })
            #expect(try await desk.eventually { try await desk.subscription().period == 2 })
            #expect(try await desk.subscription().state == "active")
            #expect(desk.said.contains("yoo_api_charged"))
        }
    }

    @Test("too little money: the charge is repeated on another day, as often as the clock is moved to it")
    func repeated() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.subscribe()
            for refusals in 1...2 {
                #expect(try await desk.goOn(.insufficientFunds) == "moved")
                #expect(
                    try await desk.eventually {
                        desk.said.count { $0 == "yoo_api_charge_refused" } == refusals
                    })
                // While a charge is under way it is looked at again soon; after a refusal on another day.
                #expect(
                    try await desk.eventually {
                        let subscription = try await desk.subscription()
                        return subscription.state == "past_due"
                            && subscription.retryAt.map { $0 > desk.clock.now + 19 * 3_600_000 } == true
                    })
            }
            #expect(try await desk.goOn(.good) == "moved")
            #expect(try await desk.eventually { try await desk.subscription().state == "active" })
            // The first one, two refusals, and the one that went well.
            #expect(try desk.yoo.yookassa.payments.count == 4)
            #expect(try desk.yoo.yookassa.charges.count == 2)
            #expect(desk.said.filter { $0 == "yoo_api_charge_refused" }.count == 2)
            #expect(try await desk.get("/?lang=en").text.contains("insufficient_funds"))
        }
    }

    @Test("a card that has expired, and a permission that was withdrawn, end it")
    func ended() async throws {
        for isRevoked in [false, true] {
            try await SandboxDesk.with { desk in
                let subscription = try await desk.subscribe()
                let card = try #require(try desk.yoo.yookassa.methods.first)
                if isRevoked { #expect(try await desk.pressYoo("api/\(card.id)/revoke") == "done") }
                #expect(try await desk.goOn(isRevoked ? .good : .cardExpired) == "moved")
                #expect(try await desk.eventually { try await desk.subscription().state == "stopped" })
                #expect(
                    try await desk.subscription().endedBy == (isRevoked ? "permission_revoked" : "card_expired"))
                #expect(try await desk.goOn(.good) == "not-possible")
                #expect(try await desk.pressYoo("subscriptions/\(subscription.id)/pause") == "not-possible")
                #expect(try desk.yoo.yookassa.charges.count == 1)
            }
        }
    }

    @Test("it rests, goes on, and is cancelled")
    func changed() async throws {
        try await SandboxDesk.with { desk in
            let id = try await desk.subscribe().id
            for (wish, state) in [("pause", "paused"), ("resume", "active"), ("cancel", "cancelled")] {
                #expect(try await desk.pressYoo("subscriptions/\(id)/\(wish)") == "done")
                #expect(try await desk.subscription().state == state)
            }
            #expect(try await desk.goOn(.good) == "not-possible")
            #expect(try desk.yoo.yookassa.charges.count == 1)
        }
    }
}
