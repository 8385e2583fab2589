import Payments
import Specification
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("22: YooKassa's situations and our states")
struct StateTableTests {
    @Test("22: a payment whose POST has no answer yet is 1 sending, with its key and its bytes stored")
    func sending() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .notSent)
        let view = try await kiosk.create()
        #expect(view.status == .processing)
        #expect(try await kiosk.line(view.payment.id) == "1 sending - 0")
        let rows = try await kiosk.shop.rows(
            "SELECT operation, outcome, length(idempotence_key), first_sent_at FROM yookassa_attempts", columns: 4)
        #expect(rows == ["create open 36 -"])
        #expect(view.payment.providerID == nil)
        await kiosk.later(seconds: 5)
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        #expect(Set(kiosk.provider.calls("createPayment")).count == 1)
        try await kiosk.close()
    }

    @Test("22: an unknown result is 1 unknown; the same key and bytes go out again, and one payment is made")
    func unknown() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .lostAnswer, .lostCall)
        let view = try await kiosk.create()
        #expect(try await kiosk.line(view.payment.id) == "1 unknown - 0")
        // 17: 5 s, 15 s, 60 s.
        await kiosk.later(seconds: 4)
        #expect(kiosk.provider.calls("createPayment").count == 1)
        await kiosk.later(seconds: 1)
        #expect(kiosk.provider.calls("createPayment").count == 2)
        await kiosk.later(seconds: 15)
        #expect(kiosk.provider.calls("createPayment").count == 3)
        #expect(Set(kiosk.provider.calls("createPayment")).count == 1)
        #expect(kiosk.provider.ids.count == 1)
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        try await kiosk.close()
    }

    @Test("22: 400, 401, 403 and 404 make it -1 rejected, and somebody is told")
    func rejected() async throws {
        for fault in [ScriptedYooKassa.Fault.invalid, .unauthorized, .forbidden(), .notFound] {
            let kiosk = try await Kiosk()
            kiosk.provider.fail("createPayment", fault)
            let answer = try await kiosk.payments.create(
                YooKassaPaymentRequest(amount: Money(minor: 100, currency: .rub)))
            guard case .failure(.provider) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(try await kiosk.shop.rows("SELECT state, reason FROM transactions", columns: 2) == ["-1 3"])
            #expect(try await kiosk.shop.rows("SELECT step FROM yookassa_payments", columns: 1) == ["rejected"])
            #expect(!kiosk.anomalies.isEmpty)
            await kiosk.later(minutes: 600)
            #expect(kiosk.provider.calls("createPayment").count == 1)
            try await kiosk.close()
        }
    }

    @Test("22: pending is 1 awaiting_payer; the deadline is the method's term, and then it is looked at")
    func pending() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        #expect(view.payment.confirmationURL == "https://yoomoney.test/\(try #require(view.payment.providerID))")
        // 14.6: 1, 2, 3, 5, 8 … minutes.
        for (minutes, looks) in [(1, 1), (1, 1), (1, 2), (3, 3), (5, 4), (8, 5)] {
            await kiosk.later(minutes: Int64(minutes))
            #expect(kiosk.provider.calls("payment").count == looks)
        }
        kiosk.clock.advance(milliseconds: 10 * 3_600_000)
        await kiosk.run()
        // Not even long after its time does anything but YooKassa's word end it.
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        kiosk.provider.cancel(try #require(view.payment.providerID))
        await kiosk.later(minutes: 21)
        #expect(try await kiosk.line(view.payment.id) == "-1 canceled - 0")
        let reason = try await kiosk.view(view.payment.id).transaction.reason
        #expect(reason == 4)
        try await kiosk.close()
    }

    @Test("22: waiting_for_capture is 1 authorized; succeeded is 2, at captured_at")
    func hold() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.held()
        #expect(try await kiosk.line(view.payment.id) == "1 authorized authorized 0")
        #expect(view.payment.expiresAt == kiosk.clock.now - 60_000 + 7 * 86_400_000)
        #expect(view.status == .waitingForCapture)
        let after = try await kiosk.payments.capture(view.payment.id)?.get()
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        #expect(after?.payment.capturedAt == kiosk.clock.now)
        try await kiosk.close()
    }

    @Test(
        "22: canceled is -1 with the reason's text; refusals are 3, time-outs 4, anything else 10",
        arguments: [
            ("insufficient_funds", 3), ("fraud_suspected", 3), ("expired_on_confirmation", 4),
            ("internal_timeout", 4), ("canceled_by_merchant", 10), ("something_new", 10),
        ])
    func canceled(word: String, number: Int64) async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        kiosk.provider.cancel(try #require(view.payment.providerID), word)
        await kiosk.later(minutes: 1)
        let after = try await kiosk.view(view.payment.id)
        #expect(after.transaction.state == .cancelled && after.transaction.reason == number)
        #expect(after.payment.cancelReason == word)
        try await kiosk.close()
    }

    @Test("22: refunding, partially_refunded, refunded")
    func refunding() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.edit { $0.refundStatus = "pending" }
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: 4_000, currency: .rub), actor: "shop", alongside: nil)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded refunding 0")
        #expect(try await kiosk.view(view.payment.id).payment.reserved == 4_000)
        kiosk.provider.settleRefund(kiosk.provider.refundIDs[0], "succeeded")
        await kiosk.later(minutes: 2)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded partially_refunded 4000")
        kiosk.provider.edit { $0.refundStatus = "succeeded" }
        let current = try await kiosk.view(view.payment.id)
        _ = try await kiosk.gateway.refunds.request(
            current.transaction, amount: nil, actor: "shop", alongside: nil)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "-2 succeeded - 10000")
        let reason = try await kiosk.view(view.payment.id).transaction.reason
        #expect(reason == 5)
        try await kiosk.close()
    }

    @Test("22: a refund that is cancelled leaves state 2, says why, and frees what was reserved")
    func refundCanceled() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.edit { $0.refundStatus = "pending" }
        _ = try await kiosk.gateway.refunds.request(view.transaction, amount: nil, actor: "shop", alongside: nil)
        await kiosk.run()
        kiosk.provider.settleRefund(
            kiosk.provider.refundIDs[0], "canceled", reason: "rejected_by_payee")
        await kiosk.later(minutes: 2)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded refund_refused 0")
        let payment = try await kiosk.view(view.payment.id).payment
        #expect(payment.reserved == 0 && payment.refunded == 0 && payment.available == 10_000)
        #expect(kiosk.anomalies.contains(.refundRefused))
        try await kiosk.close()
    }

    @Test("11: a refund that was cancelled for a passing reason is asked for once more, with a new key, in its time")
    func refundAgain() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.edit { $0.refundStatus = "pending" }
        _ = try await kiosk.gateway.refunds.request(view.transaction, amount: nil, actor: "shop", alongside: nil)
        await kiosk.run()
        kiosk.provider.settleRefund(
            kiosk.provider.refundIDs[0], "canceled", reason: "insufficient_funds")
        await kiosk.later(minutes: 2)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded refunding 0")
        kiosk.provider.edit { $0.refundStatus = "succeeded" }
        // 2026-11-21 is a Saturday: the next business day is Monday, at 10 in Moscow.
        await kiosk.later(minutes: 48 * 60)
        #expect(kiosk.provider.calls("createRefund").count == 1)
        await kiosk.later(minutes: 7 * 60)
        let sent = kiosk.provider.calls("createRefund")
        #expect(sent.count == 2 && Set(sent.map(\.key)).count == 2 && Set(sent.map(\.body)).count == 1)
        #expect(try await kiosk.line(view.payment.id) == "-2 succeeded - 10000")
        try await kiosk.close()
    }

    // MARK: Commands

    @Test("22: perform and cancel, while nothing is known: the one is refused, the other waits")
    func commandsUnknown() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .lostAnswer)
        let id = try await kiosk.create().payment.id
        #expect(try await kiosk.payments.capture(id) == .failure(.unresolved))
        _ = try await kiosk.payments.cancel(id, actor: "shop")?.get()
        #expect(try await kiosk.line(id) == "1 unknown cancel_requested 0")
        await kiosk.later(seconds: 5)
        #expect(try await kiosk.line(id) == "1 awaiting_payer cancel_requested 0")
        kiosk.provider.cancel(kiosk.provider.ids[0])
        await kiosk.later(minutes: 21)
        #expect(try await kiosk.line(id) == "-1 canceled - 0")
        #expect(try await kiosk.shop.history(kiosk.view(id).transaction.key).last == "cancelled 1 > -1 by shop")
        try await kiosk.close()
    }

    @Test("22: perform and cancel, while the payer may pay: refused; and wished for, so that it goes back at once")
    func commandsAwaiting() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let id = view.payment.id
        #expect(try await kiosk.payments.capture(id) == .failure(.notPaid))
        _ = try await kiosk.payments.cancel(id, actor: "shop")?.get()
        #expect(try await kiosk.line(id) == "1 awaiting_payer cancel_requested 0")
        #expect(kiosk.provider.calls("cancel").isEmpty)
        kiosk.provider.pay(try #require(view.payment.providerID))
        await kiosk.later(minutes: 21)
        #expect(try await kiosk.line(id) == "-2 succeeded - 10000")
        #expect(try await kiosk.refunds() == ["policy succeeded 10000"])
        try await kiosk.close()
    }

    @Test("22: perform and cancel of what is held: /capture, and /cancel")
    func commandsHeld() async throws {
        let kiosk = try await Kiosk()
        let (first, second) = (try await kiosk.held(), try await kiosk.held())
        _ = try await kiosk.payments.capture(first.payment.id)?.get()
        _ = try await kiosk.payments.cancel(second.payment.id, actor: "shop")?.get()
        #expect(try await kiosk.line(first.payment.id) == "2 succeeded - 0")
        #expect(try await kiosk.line(second.payment.id) == "-1 canceled - 0")
        #expect(kiosk.provider.calls("capture").count == 1 && kiosk.provider.calls("cancel").count == 1)
        try await kiosk.close()
    }

    @Test("22: perform and cancel of what is performed: the same again, and all of it goes back")
    func commandsPerformed() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        #expect(try await kiosk.payments.capture(view.payment.id) == .success(view))
        #expect(kiosk.provider.calls("capture").isEmpty)
        _ = try await kiosk.payments.cancel(view.payment.id, actor: "shop")?.get()
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "-2 succeeded - 10000")
        try await kiosk.close()
    }

    @Test("22: perform and cancel of what is over: refused, and the same again")
    func commandsOver() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        kiosk.provider.cancel(try #require(view.payment.providerID))
        await kiosk.later(minutes: 1)
        let after = try await kiosk.view(view.payment.id)
        #expect(try await kiosk.payments.capture(view.payment.id) == .failure(.order(.invalidState(.cancelled))))
        #expect(try await kiosk.payments.cancel(view.payment.id, actor: "shop") == .success(after))
        #expect(try await kiosk.payments.capture("nobody") == nil)
        try await kiosk.close()
    }
}
