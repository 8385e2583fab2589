import Payments
import Storage
import StrictJSON
import TestSupport
import Testing
import YooKassa

@Suite("nothing goes back twice, nothing waits for ever")
struct NoEndTests {
    private func give(_ kiosk: Kiosk, _ view: YooKassaPaymentView, _ minor: Int64) async throws {
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: minor, currency: .rub), actor: "shop", alongside: nil)
        await kiosk.run()
    }

    @Test("11: a refund asked for once more, its answer lost, is not mistaken for the one that was cancelled before")
    func lostSecondTry() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.edit { $0.refundStatus = "pending" }
        try await give(kiosk, view, 4_000)
        kiosk.provider.settleRefund(kiosk.provider.refundIDs[0], "canceled", reason: "insufficient_funds")
        await kiosk.later(minutes: 2)
        kiosk.provider.edit { state in
            state.refundStatus = "succeeded"
            state.faults["createRefund"] = [.lostAnswer] + Array(repeating: .lostCall, count: 500)
        }
        // Monday at 10 in Moscow, and 20 hours of silence: then only the list tells.
        await kiosk.later(minutes: 55 * 60)
        #expect(kiosk.provider.refundIDs.count == 2)
        for _ in 0..<(21 * 4) { await kiosk.later(minutes: 15) }
        #expect(try await kiosk.refunds() == ["merchant succeeded 4000"])
        kiosk.provider.edit { $0.faults = [:] }
        for _ in 0..<10 { await kiosk.later(minutes: 24 * 60) }
        #expect(kiosk.provider.refundIDs.count == 2)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded partially_refunded 4000")
        try await kiosk.close()
    }

    @Test("17: a refund of which nothing was known is ours when YooKassa tells of it after all")
    func foundAfterAll() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.edit { $0.faults["createRefund"] = [.lostAnswer] + Array(repeating: .lostCall, count: 500) }
        try await give(kiosk, view, 10_000)
        let made = kiosk.provider.refundIDs[0]
        kiosk.provider.edit { $0.refundOrder = [] }
        for _ in 0..<(21 * 4) { await kiosk.later(minutes: 15) }
        #expect(try await kiosk.refunds() == ["merchant unresolved 10000"])
        kiosk.provider.edit { $0.refundOrder = [made] }
        await kiosk.notify("refund.succeeded", made)
        await kiosk.run()
        #expect(try await kiosk.refunds() == ["merchant succeeded 10000"])
        #expect(try await kiosk.line(view.payment.id) == "-2 succeeded - 10000")
        #expect(!kiosk.anomalies.contains(.refundBeyondPayment))
        try await kiosk.close()
    }

    @Test("23.9: a part equal to one that waits is another part for whoever knows a repeat by a key")
    func equalParts() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        for _ in 0..<2 {
            _ = try await kiosk.gateway.refunds.request(
                view.transaction, amount: Money(minor: 1_000, currency: .rub), actor: "shop"
            ) { _, _ in }
        }
        await kiosk.run()
        #expect(try await kiosk.refunds() == ["merchant succeeded 1000", "merchant succeeded 1000"])
        try await kiosk.close()
    }

    @Test("14: who forges a notice does not keep the true one, which is equal, from being looked at")
    func forgedFirst() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        await kiosk.notify("payment.succeeded", providerID)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        kiosk.provider.pay(providerID)
        await kiosk.notify("payment.succeeded", providerID)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("23.20: an answer that was under way does not undo that somebody waits for a look")
    func hastened() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.clock.advance(milliseconds: 1_000)
        try await kiosk.payments.hasten(view.payment.id)
        await kiosk.notify("payment.succeeded", providerID)
        _ = await kiosk.gateway.advance(.notices)
        kiosk.provider.pay(providerID)
        _ = await kiosk.gateway.advance(.payments)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("3: the answer to a repeat is as old as the first: YooKassa is asked at once how it stands now")
    func oldAnswer() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .lostAnswer)
        let id = try await kiosk.create().payment.id
        kiosk.provider.pay(kiosk.provider.ids[0])
        await kiosk.later(seconds: 5)
        await kiosk.later(seconds: 1)
        #expect(try await kiosk.line(id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("23.13: a capture that YooKassa does not take is told as refused, and the next one as what it is")
    func captureRefused() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.held().payment.id
        kiosk.provider.fail("capture", .invalid)
        let refusal = YooKassaError.Refusal(status: 400, code: "invalid_request", parameter: "amount")
        #expect(try await kiosk.payments.capture(id) == .failure(.provider(refusal)))
        #expect(try await kiosk.view(id).payment.note?.contains("invalid_request") == true)
        let after = try await kiosk.payments.capture(id)?.get()
        #expect(after?.transaction.state == .performed && after?.payment.refusal == nil)
        try await kiosk.close()
    }

    @Test("a payment that YooKassa forgot is asked about for a day, however it stands", arguments: [true, false])
    func forgotten(isPaid: Bool) async throws {
        let kiosk = try await Kiosk()
        let id = try await isPaid ? kiosk.paid().payment.id : kiosk.held().payment.id
        let providerID = try #require(try await kiosk.view(id).payment.providerID)
        if isPaid {
            // Its receipt is waited for.
            kiosk.provider.set(providerID) { $0["receipt_registration"] = "pending" }
            try await kiosk.shop.store.engine.write {
                _ = try $0.execute("UPDATE yookassa_payments SET due_at = 0", [])
            }
            await kiosk.later(minutes: 1)
        } else {
            kiosk.provider.fail("capture", .lostAnswer)
            _ = try await kiosk.payments.capture(id)
        }
        kiosk.provider.edit { $0.payments = [:] }
        kiosk.provider.edit { $0.byKey = [:] }
        kiosk.provider.edit { $0.faults["capture"] = Array(repeating: .notFound, count: 500) }
        for _ in 0..<30 { await kiosk.later(minutes: 60) }
        kiosk.provider.forgetCalls()
        for _ in 0..<30 { await kiosk.later(minutes: 60) }
        #expect(kiosk.provider.calls == [])
        #expect(try await kiosk.line(id) == (isPaid ? "2 succeeded - 0" : "-1 canceled - 0"))
        await kiosk.shop.close()
    }

    @Test("10: a hook that throws for one payment does not end the comparison of all others")
    func comparison() async throws {
        final class Moody: PaymentHooks, @unchecked Sendable {
            struct Mood: Error {}
            override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
                if transaction.amount.minor == 666 { throw Mood() }
            }
        }
        let kiosk = try await Kiosk(hooks: Moody())
        let (good, bad) = (try await kiosk.create(100), try await kiosk.create(666))
        for id in kiosk.provider.ids { kiosk.provider.pay(id) }
        let report = try await kiosk.gateway.reconciliation.run()
        #expect(report.payments == 2 && report.takenOver == 1 && report.differences == 1)
        #expect(try await kiosk.line(good.payment.id) == "2 succeeded - 0")
        #expect(try await kiosk.gateway.reconciliation.differences().map(\.subject) == [bad.payment.id])
        await kiosk.shop.close()
    }

    @Test("17: while nobody answers there, a refund is asked for by and by, not every five seconds")
    func nobodyThere() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.edit { $0.faults["createRefund"] = Array(repeating: .notSent, count: 1_000) }
        _ = try await kiosk.gateway.refunds.request(view.transaction, amount: nil, actor: "shop", alongside: nil)
        for _ in 0..<(20 * 12) { await kiosk.later(seconds: 5) }
        // After 5, 15 and 60 seconds, and then once a minute.
        #expect((15...25).contains(kiosk.provider.calls("createRefund").count))
        #expect(Set(kiosk.provider.calls("createRefund")).count == 1)
        kiosk.provider.edit { $0.faults = [:] }
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.line(view.payment.id) == "-2 succeeded - 10000")
        try await kiosk.close()
    }
}
