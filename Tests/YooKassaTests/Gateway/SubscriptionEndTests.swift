import Payments
import TestSupport
import Testing
import YooKassa

@Suite("13, 19: how subscriptions end, and how they go on")
struct SubscriptionEndTests {
    @Test("called off before the first payment came: what is paid all the same goes back")
    func cancelledBeforeFirst() async throws {
        let kiosk = try await Kiosk()
        let started = try await kiosk.startedSubscription()
        _ = try await kiosk.gateway.subscriptions.cancel(started.subscription.id, actor: "payer")
        kiosk.provider.pay(try #require(started.firstPayment?.payment.providerID))
        for _ in 0..<3 { await kiosk.later(minutes: 2) }
        #expect(try await kiosk.refunds() == ["policy succeeded 50000"])
        #expect(try await kiosk.subscription(started.subscription.id).state == .cancelled)
        try await kiosk.close()
    }

    @Test("a first payment that was called off starts nothing, though it was paid meanwhile")
    func firstCalledOff() async throws {
        let kiosk = try await Kiosk()
        let started = try await kiosk.startedSubscription()
        let first = try #require(started.firstPayment?.payment)
        _ = try await kiosk.payments.cancel(first.id, actor: "shop")
        kiosk.provider.edit { $0.refundStatus = "pending" }
        kiosk.provider.pay(try #require(first.providerID))
        for _ in 0..<3 { await kiosk.later(minutes: 2) }
        #expect(try await kiosk.subscription(started.subscription.id).state == .stopped)
        #expect(kiosk.events.map(\.kind) == [.notStarted])
        try await kiosk.close()
    }

    @Test("15: an unpaid period that the payer paid with a method that is not saved: the old one is charged on")
    func renewedOnce() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        let link = try #require(try await kiosk.gateway.subscriptions.renew(id)?.get().firstPayment)
        kiosk.provider.edit { $0.isSaved = false }
        kiosk.provider.pay(try #require(link.payment.providerID))
        await kiosk.later(minutes: 21)
        let after = try await kiosk.subscription(id)
        #expect(after.state == .active && after.period == 2)
        kiosk.clock.now = try #require(after.nextAt)
        await kiosk.run()
        #expect(kiosk.charges == 2)
        #expect(try await kiosk.subscription(id).period == 3)
        try await kiosk.close()
    }

    @Test("22: a shop that may not charge is not tried every hour for ever; a period that went by is left")
    func noRights() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.faults["createPayment"] = Array(repeating: .forbidden(), count: 5_000) }
        for _ in 0..<(32 * 8) { await kiosk.later(minutes: 180) }
        #expect((10...50).contains(kiosk.charges), "\(kiosk.charges)")
        #expect(
            try await kiosk.shop.rows("SELECT period, state FROM yookassa_periods ORDER BY period LIMIT 1", columns: 2)
                == ["1 skipped"])
        #expect(try await kiosk.subscription(id).period == 2)
        kiosk.provider.edit { $0.faults = [:] }
        for _ in 0..<9 { await kiosk.later(minutes: 180) }
        #expect(try await kiosk.subscription(id).period == 3)
        try await kiosk.close()
    }

    @Test("19: a charge that was refused and is paid after all: it goes back, and nothing is charged any more")
    func contradiction() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        kiosk.provider.succeed(kiosk.provider.ids[1])
        for _ in 0..<3 { await kiosk.later(minutes: 1_440) }
        kiosk.provider.forgetCalls()
        for _ in 0..<50 { await kiosk.later(minutes: 60) }
        #expect(kiosk.provider.calls == [])
        #expect(try await kiosk.subscription(id).state == .stopped)
        #expect(kiosk.events.map(\.kind) == [.stopped])
        #expect(try await kiosk.refunds() == ["policy succeeded 50000"])
        try await kiosk.close()
    }
}
