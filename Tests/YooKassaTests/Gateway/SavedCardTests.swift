import Payments
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("8, 13: a subscription that begins with a card")
struct SavedCardTests {
    private func request(key: String? = nil, returnURL: String? = "https://shop.test/{id}")
        -> YooKassaSubscriptionRequest
    {
        YooKassaSubscriptionRequest(
            amount: Money(minor: 50_000, currency: .rub), userID: "user123", consent: "500 roubles a month",
            returnURL: returnURL, startsWithPayment: false, idempotencyKey: key)
    }

    @Test("the card is saved without a payment, and the first charge comes when the first period is over")
    func life() async throws {
        let kiosk = try await Kiosk()
        let started = try await kiosk.gateway.subscriptions.create(request(key: "k")).get()
        let id = started.subscription.id
        #expect(started.firstPayment == nil && started.subscription.confirmationURL != nil)
        #expect(
            kiosk.provider.calls("createMethod").map(\.body) == [
                #"{"type":"bank_card","confirmation":{"type":"redirect","return_url":"https://shop.test/\#(id)"}}"#
            ])
        #expect(try await kiosk.gateway.subscriptions.create(request(key: "k")).get().subscription.id == id)
        for _ in 0..<3 { await kiosk.later(minutes: 2) }
        #expect(try await kiosk.subscription(id).state == .pending)
        kiosk.provider.settleMethods("active")
        let card = try #require(kiosk.provider.state.withLock { $0.methods.keys.first })
        await kiosk.notify("payment_method.active", card, status: "active")
        _ = await kiosk.gateway.advance(.notices)
        _ = await kiosk.gateway.advance(.subscriptions)
        let active = try await kiosk.subscription(id)
        #expect(active.state == .active && active.hasMethod && active.methodTitle == "Bank card *4444")
        #expect(active.confirmationURL == nil && kiosk.events.map(\.kind) == [.activated])
        let next = try #require(active.nextAt)
        #expect(next == kiosk.clock.now + 30 * 86_400_000)
        kiosk.clock.now = next - 1
        await kiosk.run()
        #expect(kiosk.provider.calls("createPayment").isEmpty)
        kiosk.clock.now = next
        await kiosk.run()
        #expect(kiosk.provider.calls("createPayment").count == 1)
        #expect(kiosk.provider.calls("createPayment")[0].body.contains(#""payment_method_id":"\#(card)""#))
        #expect(try await kiosk.subscription(id).period == 2 && kiosk.provider.calls("createMethod").count == 1)
        try await kiosk.close()
    }

    @Test("its answer lost, the process killed: one key, one card")
    func lost() async throws {
        var kiosk = try await Kiosk()
        kiosk.provider.fail("createMethod", .lostAnswer, .lostCall, .notSent, .unauthorized)
        let id = try await kiosk.gateway.subscriptions.create(request()).get().subscription.id
        #expect(try await kiosk.subscription(id).confirmationURL == nil)
        kiosk = try await kiosk.killed()
        for _ in 0..<8 { await kiosk.later(minutes: 2) }
        #expect(try await kiosk.subscription(id).confirmationURL != nil)
        #expect(kiosk.provider.state.withLock { $0.methods.count } == 1)
        #expect(Set(kiosk.provider.calls("createMethod")).count == 1)
        try await kiosk.close()
    }

    @Test(
        "a card that is not confirmed, or not taken, starts nothing, and that is told once",
        arguments: ["inactive", "pending", "frozen"])
    func notSaved(status: String) async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.gateway.subscriptions.create(request()).get().subscription.id
        kiosk.provider.settleMethods(status)
        for _ in 0..<30 { await kiosk.later(minutes: 60) }
        #expect(try await kiosk.subscription(id).state == .stopped)
        #expect(kiosk.events.map(\.kind) == [.notStarted])
        kiosk.provider.forgetCalls()
        kiosk.provider.settleMethods("active")
        for _ in 0..<40 { await kiosk.later(minutes: 1_440) }
        #expect(kiosk.provider.calls.isEmpty)
        try await kiosk.close()
    }

    @Test("called off before the card is confirmed, it never begins")
    func cancelled() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.gateway.subscriptions.create(request()).get().subscription.id
        _ = try await kiosk.gateway.subscriptions.cancel(id, actor: "payer")?.get()
        kiosk.provider.settleMethods("active")
        let card = try #require(kiosk.provider.state.withLock { $0.methods.keys.first })
        await kiosk.notify("payment_method.active", card, status: "active")
        for _ in 0..<40 { await kiosk.later(minutes: 1_440) }
        let after = try await kiosk.subscription(id)
        #expect(after.state == .cancelled && !after.hasMethod)
        #expect(kiosk.provider.calls("createPayment").isEmpty)
        try await kiosk.close()
    }

    @Test("a shop that may not save cards, and a request without a page to come back to, are told so")
    func refused() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createMethod", .forbidden())
        let answer = try await kiosk.gateway.subscriptions.create(request())
        #expect(answer == .failure(.provider(.init(status: 400, code: "forbidden"))))
        #expect(kiosk.provider.calls("createMethod").count == 1)
        try await kiosk.close()
    }

    @Test("the payer comes back to where all come back to, if the request does not say; somewhere has to be said")
    func returnURL() async throws {
        let kiosk = try await Kiosk { $0.returnURL = "https://pay.test/payments/yookassa/{id}/return" }
        let id = try await kiosk.gateway.subscriptions.create(request(returnURL: nil)).get().subscription.id
        let place = #""return_url":"https://pay.test/payments/yookassa/\#(id)/return""#
        #expect(kiosk.provider.calls("createMethod").first?.body.contains(place) == true)
        try await kiosk.close()
        let other = try await Kiosk { $0.returnURL = nil }
        guard
            case .failure(.field("confirmation.return_url", _)) = try await other.gateway.subscriptions.create(
                request(returnURL: nil))
        else {
            Issue.record("taken")
            return
        }
        #expect(other.provider.calls("createMethod").isEmpty)
        try await other.close()
    }
}
