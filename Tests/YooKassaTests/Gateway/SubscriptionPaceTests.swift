import Payments
import TestSupport
import Testing
import YooKassa

@Suite("15, 19: nobody is charged sooner, or for more, than was arranged")
struct SubscriptionPaceTests {
    static let day: Int64 = 86_400_000

    private func link(_ kiosk: Kiosk, _ id: String) async throws -> String {
        let link = try await kiosk.gateway.subscriptions.renew(id)?.get().firstPayment
        return try #require(link?.payment.providerID)
    }

    private func periods(_ kiosk: Kiosk) async throws -> [String] {
        try await kiosk.shop.rows("SELECT period, state FROM yookassa_periods ORDER BY period", columns: 2)
    }

    @Test("19: the server was off in the evening, and starts at night: a slow retry waits for the morning")
    func nightStart() async throws {
        let kiosk = try await Kiosk()
        _ = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        // Due at noon on the next day; it is two in the morning after that.
        kiosk.clock.advance(hours: 38)
        await kiosk.run()
        #expect(kiosk.charges == 1)
        await kiosk.later(minutes: 6 * 60 + 50)
        #expect(kiosk.charges == 1)
        await kiosk.later(minutes: 10)
        #expect(kiosk.charges == 2)
        try await kiosk.close()
    }

    @Test("19: a technical retry waits for no morning")
    func nightTechnical() async throws {
        let kiosk = try await Kiosk()
        _ = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["internal_timeout"] }
        await kiosk.run()
        kiosk.clock.advance(hours: 14)
        await kiosk.run()
        #expect(kiosk.charges == 2)
        try await kiosk.close()
    }

    @Test("19: a link that ran out unused brings no retry forward")
    func unusedLink() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        let retryAt = try await kiosk.subscription(id).retryAt
        kiosk.provider.cancel(try await link(kiosk, id))
        for _ in 0..<4 { await kiosk.later(minutes: 21) }
        #expect(kiosk.charges == 1)
        #expect(try await kiosk.subscription(id).retryAt == retryAt)
        for _ in 0..<8 { await kiosk.later(minutes: 160) }
        #expect(kiosk.charges == 1)
        await kiosk.later(minutes: 76)
        #expect(kiosk.charges == 2)
        try await kiosk.close()
    }

    @Test("15: renewed months after it stopped, it is charged when the next period begins, and not at once")
    func lateRenewal() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["card_expired"] }
        await kiosk.run()
        kiosk.clock.advance(hours: 75 * 24)
        await kiosk.run()
        kiosk.provider.pay(try await link(kiosk, id))
        for _ in 0..<3 { await kiosk.later(minutes: 21) }
        let after = try await kiosk.subscription(id)
        #expect(after.state == .active && after.hasMethod)
        #expect(kiosk.charges == 1)
        let next = try #require(after.nextAt)
        #expect(next > kiosk.clock.now && next <= kiosk.clock.now + 31 * Self.day)
        kiosk.clock.now = next
        await kiosk.run()
        #expect(kiosk.charges == 2)
        try await kiosk.close()
    }

    @Test("15: the link of a period that was left since pays that period, and the next one is still charged")
    func linkOfLeftPeriod() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        let link = try await link(kiosk, id)
        _ = try await kiosk.gateway.subscriptions.pause(id)?.get()
        await kiosk.later(minutes: 1)
        let resumed = try await kiosk.gateway.subscriptions.resume(id)?.get()
        #expect(resumed?.period == 2)
        kiosk.provider.pay(link)
        for _ in 0..<3 { await kiosk.later(minutes: 21) }
        let after = try await kiosk.subscription(id)
        #expect(after.period == 2 && after.state == .active && after.renewalPaymentID == nil)
        #expect(try await periods(kiosk) == ["1 paid"])
        kiosk.clock.now = try #require(after.nextAt)
        await kiosk.run()
        #expect(kiosk.charges == 2)
        #expect(try await periods(kiosk) == ["1 paid", "2 paid"])
        try await kiosk.close()
    }

    @Test("23.26: called off, its open link is called off too: what is paid all the same goes back")
    func cancelledWithLink() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        let link = try await link(kiosk, id)
        _ = try await kiosk.gateway.subscriptions.cancel(id, actor: "payer")?.get()
        kiosk.provider.pay(link)
        for _ in 0..<3 { await kiosk.later(minutes: 21) }
        #expect(try await kiosk.refunds() == ["policy succeeded 50000"])
        #expect(try await kiosk.subscription(id).state == .cancelled)
        try await kiosk.close()
    }

    @Test("resumed in the moment in which a charge came to its end: that end is seen at once")
    func resumedAtEnd() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["pending"] }
        await kiosk.run()
        _ = try await kiosk.gateway.subscriptions.pause(id)?.get()
        kiosk.provider.cancel(kiosk.provider.ids[1], "insufficient_funds")
        kiosk.clock.advance(milliseconds: 60_000)
        _ = await kiosk.gateway.advance(.payments)
        _ = try await kiosk.gateway.subscriptions.resume(id)?.get()
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.subscription(id).state == .pastDue)
        #expect(try await periods(kiosk) == ["1 open"])
        try await kiosk.close()
    }

    @Test("19: a refused charge that YooKassa has forgotten holds up no retry, and is not asked about for ever")
    func forgottenCharge() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        kiosk.provider.edit { $0.faults["payment"] = Array(repeating: .notFound, count: 500) }
        for _ in 0..<5 { await kiosk.later(minutes: 6 * 60) }
        #expect(kiosk.charges == 2)
        #expect(try await kiosk.subscription(id).period == 2)
        try await kiosk.close()
    }

    @Test("23.26: permission_revoked of a charge ends the subscription and forgets the method")
    func revokedThere() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["permission_revoked"] }
        await kiosk.run()
        let after = try await kiosk.subscription(id)
        #expect(after.state == .stopped && after.endedBy == "permission_revoked" && !after.hasMethod)
        for _ in 0..<40 { await kiosk.later(minutes: 1_440) }
        #expect(kiosk.charges == 1)
        #expect(kiosk.events.map(\.kind) == [.stopped])
        try await kiosk.close()
    }
}
