import Payments
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("What YooKassa does not know, or does not take, is asked rarely, and somebody is told")
struct RarelyTests {
    private static let item: JSONValue = [
        "description": "Tea", "quantity": 1, "vat_code": 1, "payment_mode": "full_payment",
        "amount": ["value": "100.00", "currency": "RUB"],
    ]

    private func hours(_ count: Int, _ kiosk: Kiosk) async { for _ in 0..<count { await kiosk.later(minutes: 60) } }

    private func differences(_ kiosk: Kiosk) async throws -> [String] {
        try await kiosk.gateway.reconciliation.differences().map {
            "\($0.field) \($0.ours ?? "-") / \($0.theirs ?? "-")"
        }
    }

    private func pendingRefund(_ kiosk: Kiosk) async throws -> YooKassaPaymentView {
        let view = try await kiosk.paid()
        kiosk.provider.edit { $0.refundStatus = "pending" }
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: 4_000, currency: .rub), actor: "shop", alongside: nil)
        await kiosk.run()
        return view
    }

    @Test(
        "a refund that YooKassa forgot is a difference after a day, asked about once a day, and taken when it is back")
    func forgottenRefund() async throws {
        let kiosk = try await Kiosk()
        let view = try await pendingRefund(kiosk)
        let known = kiosk.provider.state.withLock { $0.refunds }
        kiosk.provider.edit { $0.refunds = [:] }
        await hours(23, kiosk)
        #expect(try await kiosk.refunds() == ["merchant pending 4000"])
        #expect(!kiosk.anomalies.contains(.refundMissing))
        await hours(2, kiosk)
        #expect(try await kiosk.refunds() == ["merchant unresolved 4000"])
        #expect(kiosk.anomalies.contains(.refundMissing))
        #expect(try await differences(kiosk) == ["refund unresolved / -"])
        kiosk.provider.forgetCalls()
        await hours(72, kiosk)
        #expect((2...3).contains(kiosk.provider.calls("refund").count))
        #expect(kiosk.anomalies.filter { $0 == .refundMissing }.count == kiosk.provider.calls("refund").count)
        // The daily comparison does not take it off the list.
        _ = try await kiosk.gateway.reconciliation.run()
        #expect(try await differences(kiosk).contains("refund unresolved / -"))
        kiosk.provider.edit { $0.refunds = known }
        kiosk.provider.settleRefund(kiosk.provider.refundIDs[0], "succeeded")
        await hours(24, kiosk)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded partially_refunded 4000")
        _ = try await kiosk.gateway.reconciliation.run()
        #expect(try await differences(kiosk) == [])
        try await kiosk.close()
    }

    @Test("a receipt that YooKassa forgot is asked about once a day after a day, and left to somebody after a month")
    func forgottenReceipt() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        let request = YooKassaReceiptRequest(receipt: ["customer": ["email": "a@b.ru"], "items": [Self.item]])
        _ = try await kiosk.gateway.receipts.create(request, ofPayment: id)?.get()
        await kiosk.run()
        kiosk.provider.edit { $0.receipts = [:] }
        await hours(26, kiosk)
        #expect(kiosk.anomalies.contains(.receiptStuck))
        kiosk.provider.forgetCalls()
        await hours(72, kiosk)
        #expect((2...3).contains(kiosk.provider.calls("receipt").count))
        for _ in 0..<28 { await hours(24, kiosk) }
        #expect(try await kiosk.gateway.receipts.all(ofPayment: id).map(\.state) == [.unresolved])
        #expect(kiosk.anomalies.contains(.receiptFailed))
        _ = try await kiosk.gateway.reconciliation.run()
        #expect(try await differences(kiosk) == ["receipt unresolved / -"])
        try await kiosk.close()
    }

    private func refusedCancel(_ kiosk: Kiosk, times: Int) async throws -> YooKassaPaymentView {
        let view = try await kiosk.held()
        kiosk.provider.edit { $0.faults["cancel"] = Array(repeating: .forbidden(), count: times) }
        #expect(try await kiosk.payments.cancel(view.payment.id, actor: "shop") == .failure(.unanswered))
        return view
    }

    @Test("22: a hold that YooKassa does not let go is tried seldom, whoever waits for it, and then somebody is told")
    func refusedCancels() async throws {
        let kiosk = try await Kiosk()
        let view = try await refusedCancel(kiosk, times: 1_000)
        for _ in 0..<59 {
            // Neither who presses again nor a page that is open makes it faster.
            _ = try await kiosk.payments.cancel(view.payment.id, actor: "shop")
            try await kiosk.payments.hasten(view.payment.id)
            await kiosk.later(minutes: 1)
        }
        // At once, after 1, 5 and 15 minutes; the next one after an hour.
        #expect(kiosk.provider.calls("cancel").count == 4)
        #expect(!kiosk.anomalies.contains(.cancelRefused))
        await hours(24, kiosk)
        #expect((7...9).contains(kiosk.provider.calls("cancel").count))
        #expect(Set(kiosk.provider.calls("cancel").map(\.key)).count == kiosk.provider.calls("cancel").count)
        #expect(kiosk.anomalies.contains(.cancelRefused))
        kiosk.provider.edit { $0.faults = [:] }
        await hours(7, kiosk)
        #expect(try await kiosk.line(view.payment.id) == "-1 canceled - 0")
        try await kiosk.close()
    }

    @Test("22: a cancel refused because the hold ended, or was taken in the cabinet, leads to what is so")
    func refusedBecauseOver() async throws {
        let kiosk = try await Kiosk()
        let (ended, taken) = (try await refusedCancel(kiosk, times: 1), try await refusedCancel(kiosk, times: 1))
        kiosk.provider.cancel(try #require(ended.payment.providerID), "expired_on_capture")
        kiosk.provider.succeed(try #require(taken.payment.providerID))
        await kiosk.later(minutes: 2)
        await kiosk.run()
        #expect(try await kiosk.line(ended.payment.id) == "-1 canceled - 0")
        #expect(try await kiosk.line(taken.payment.id) == "-2 succeeded - 10000")
        try await kiosk.close()
    }

    @Test("10: a comparison that fails midway is tried seldom, goes on where it was, and then somebody is told")
    func comparisonFails() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.edit { $0.pageSize = 1 }
        for _ in 0..<3 { _ = kiosk.provider.addForeign() }
        kiosk.provider.edit { $0.faults["refunds"] = Array(repeating: .lostCall, count: 1_000) }
        for _ in 0..<60 {
            #expect(await kiosk.gateway.advance(.reconciliation) <= 60_000)
            kiosk.clock.advance(milliseconds: 60_000)
        }
        // At once, after 1, 5 and 15 minutes; what was read of the payments is not read again.
        #expect(kiosk.provider.calls("refunds").count == 4)
        #expect(kiosk.provider.calls("payments").count == 3)
        for _ in 0..<60 {
            _ = await kiosk.gateway.advance(.reconciliation)
            kiosk.clock.advance(milliseconds: 60_000)
        }
        #expect(kiosk.anomalies.contains(.comparisonFailed))
        kiosk.provider.edit { $0.faults = [:] }
        kiosk.clock.advance(hours: 1)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 3)
        #expect(try await differences(kiosk).count == 3)
        kiosk.provider.forgetCalls()
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls == [])
        await kiosk.shop.close()
    }

    @Test("10: a comparison that was cut short half a day ago, or whose place YooKassa forgot, begins anew")
    func comparisonAnew() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.edit { $0.pageSize = 1 }
        for _ in 0..<3 { _ = kiosk.provider.addForeign() }
        kiosk.provider.fail("payments", .none, .lostCall)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 2)
        kiosk.clock.advance(hours: 12)
        kiosk.provider.fail("payments", .none, .invalid)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 4)
        kiosk.clock.advance(hours: 1)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 7)
        #expect(try await differences(kiosk).count == 3)
        await kiosk.shop.close()
    }

    @Test("15, 19: a retry comes no sooner than was promised, and not for all at once", arguments: [Int64(-10), 10])
    func jitter(percent: Int64) async throws {
        let kiosk = try await Kiosk(jitterPercent: percent)
        let id = try await kiosk.dueSubscription()
        kiosk.provider.edit { $0.charges = ["insufficient_funds"] }
        await kiosk.run()
        let day: Int64 = 86_400_000
        #expect(try await kiosk.subscription(id).retryAt == kiosk.clock.now + day + day / 10)
        try await kiosk.close()
    }
}
