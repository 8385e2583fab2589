import Payments
import TestSupport
import Testing
import YooKassa

extension Kiosk {
    func subscription(_ id: String) async throws -> YooKassaSubscription {
        try #require(try await gateway.subscriptions.find(id))
    }

    /// How often a saved method was charged.
    var charges: Int {
        provider.calls("createPayment").filter { $0.body.contains("payment_method_id") }.count
    }

    /// At noon in Moscow, so that nothing falls into the night.
    func startedSubscription() async throws -> YooKassaSubscriptions.Started {
        clock.advance(hours: 9)
        return try await gateway.subscriptions.create(
            YooKassaSubscriptionRequest(
                amount: Money(minor: 50_000, currency: .rub), userID: "user123", consent: "500 roubles a month")
        ).get()
    }

    /// One that is active, at the beginning of its first period.
    func dueSubscription() async throws -> String {
        let started = try await startedSubscription()
        provider.pay(try #require(started.firstPayment?.payment.providerID))
        await later(minutes: 1)
        clock.now = try #require(try await subscription(started.subscription.id).nextAt)
        _ = events
        return started.subscription.id
    }
}
