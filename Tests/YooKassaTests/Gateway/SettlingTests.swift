import Payments
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("17: what nobody else can tell of is settled on the merchant's word")
struct SettlingTests {
    /// A refund of 40 of 100 roubles, of which nothing is known.
    private func lost(_ kiosk: Kiosk, made: Bool) async throws -> (view: YooKassaPaymentView, refund: String) {
        let view = try await kiosk.paid()
        kiosk.provider.edit {
            $0.faults["createRefund"] = [made ? .lostAnswer : .lostCall] + Array(repeating: .lostCall, count: 500)
        }
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: 4_000, currency: .rub), actor: "shop", alongside: nil)
        await kiosk.run()
        kiosk.provider.edit { $0.refundOrder = [] }
        for _ in 0..<(21 * 4) { await kiosk.later(minutes: 15) }
        kiosk.provider.edit { $0.faults = [:] }
        #expect(try await kiosk.refunds() == ["merchant unresolved 4000"])
        return (view, try #require(try await kiosk.gateway.refunds.all(ofPayment: view.payment.id).first?.id))
    }

    private func settle(
        _ kiosk: Kiosk, _ id: String, of view: YooKassaPaymentView, _ outcome: YooKassaMerchantWord.Outcome
    ) async throws -> Result<YooKassaStoredRefund, YooKassaSettlingRefusal> {
        try await kiosk.gateway.refunds.settle(id, ofPayment: view.payment.id, as: outcome, actor: "owner")
    }

    @Test(
        "a refund that was made is booked once, is in both journals, and is known when YooKassa tells of it after all")
    func made() async throws {
        let kiosk = try await Kiosk()
        let (view, id) = try await lost(kiosk, made: true)
        let made = try #require(kiosk.provider.state.withLock { $0.refunds.keys.first })
        _ = try await kiosk.gateway.reconciliation.run()
        #expect(try await kiosk.gateway.reconciliation.differences().contains { $0.subject == id })
        for _ in 0..<2 { #expect(try await settle(kiosk, id, of: view, .succeeded).get().state == .succeeded) }
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded partially_refunded 4000")
        #expect(try await settle(kiosk, id, of: view, .canceled) == .failure(.ended("succeeded")))
        #expect(try await !kiosk.gateway.reconciliation.differences().contains { $0.subject == id })
        let words = try await kiosk.gateway.refunds.words(ofPayment: view.payment.id)
        #expect(words.map { "\($0.kind) \($0.outcome) \($0.actor)" } == ["refund succeeded owner"])
        let journal = try await kiosk.shop.store.engine.read(.point) {
            try SQLPaymentSession(sql: $0).journal(ofTransaction: view.transaction.id)
        }
        #expect(journal.last { $0.refundedAmount == 4_000 }?.actor == "owner")
        kiosk.provider.edit { $0.refundOrder = [made] }
        await kiosk.notify("refund.succeeded", made)
        await kiosk.run()
        #expect(try await kiosk.refunds() == ["merchant succeeded 4000"])
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded partially_refunded 4000")
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.gateway.reconciliation.run().differences == 0)
        try await kiosk.close()
    }

    @Test(
        "a refund that was not made sets the money free, which can be given back again; made after all, it is counted")
    func notMade() async throws {
        let kiosk = try await Kiosk()
        let (view, id) = try await lost(kiosk, made: false)
        _ = kiosk.anomalies
        for _ in 0..<2 { #expect(try await settle(kiosk, id, of: view, .canceled).get().state == .refused) }
        #expect(kiosk.anomalies == [])
        #expect(try await settle(kiosk, id, of: view, .succeeded) == .failure(.ended("refused")))
        #expect(try await kiosk.view(view.payment.id).payment.available == 10_000)
        let now = try await kiosk.view(view.payment.id).transaction
        _ = try await kiosk.gateway.refunds.request(
            now, amount: Money(minor: 6_000, currency: .rub), actor: "shop", alongside: nil)
        await kiosk.run()
        let theirs = try #require(view.payment.providerID)
        await kiosk.notify("refund.succeeded", kiosk.provider.refundInCabinet(theirs, "40.00"))
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "-2 succeeded - 10000")
        try await kiosk.close()
    }

    @Test("not one that YooKassa is asked about, nor one of another payment, nor one that there is not")
    func refused() async throws {
        let kiosk = try await Kiosk()
        let (view, id) = try await lost(kiosk, made: false)
        let other = try await kiosk.paid()
        #expect(try await settle(kiosk, id, of: other, .succeeded) == .failure(.notFound))
        #expect(try await settle(kiosk, "nobody", of: view, .succeeded) == .failure(.notFound))
        kiosk.provider.edit { $0.refundStatus = "pending" }
        _ = try await kiosk.gateway.refunds.request(other.transaction, amount: nil, actor: "shop", alongside: nil)
        for isSent in [false, true] {
            if isSent { await kiosk.run() }
            let open = try #require(try await kiosk.gateway.refunds.all(ofPayment: other.payment.id).first?.id)
            #expect(try await settle(kiosk, open, of: other, .canceled) == .failure(.underWay))
        }
        try await kiosk.close()
    }

    @Test("two words at once: one counts")
    func race() async throws {
        let kiosk = try await Kiosk()
        let (view, id) = try await lost(kiosk, made: false)
        async let first = settle(kiosk, id, of: view, .succeeded)
        async let second = settle(kiosk, id, of: view, .canceled)
        let answers = try await [first, second]
        let taken = answers.filter { (try? $0.get()) != nil }
        #expect(taken.count == 1)
        #expect(try await kiosk.count("yookassa_words") == 1)
        let back: Int64 = answers.first.flatMap { try? $0.get() } == nil ? 0 : 4_000
        #expect(try await kiosk.view(view.payment.id).transaction.refundedAmount == back)
        try await kiosk.close()
    }

    @Test("a receipt too", arguments: YooKassaMerchantWord.Outcome.allCases)
    func receipt(outcome: YooKassaMerchantWord.Outcome) async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        let item: JSONValue = [
            "description": "Tea", "quantity": 1, "vat_code": 1, "amount": ["value": "100.00", "currency": "RUB"],
        ]
        let request = YooKassaReceiptRequest(receipt: ["customer": ["email": "a@b.ru"], "items": [item]])
        let receipts = kiosk.gateway.receipts
        let receipt = try #require(try await receipts.create(request, ofPayment: id)?.get().id)
        func settle(_ outcome: YooKassaMerchantWord.Outcome) async throws -> String {
            switch try await receipts.settle(receipt, ofPayment: id, as: outcome, actor: "owner") {
            case .success(let stored): stored.state.rawValue
            case .failure(let refusal): "\(refusal)"
            }
        }
        #expect(try await settle(outcome) == "underWay")
        kiosk.provider.edit { $0.faults["createReceipt"] = Array(repeating: .lostCall, count: 500) }
        for _ in 0..<(21 * 4) { await kiosk.later(minutes: 15) }
        #expect(try await receipts.all(ofPayment: id).map(\.state) == [.unresolved])
        for _ in 0..<2 { #expect(try await settle(outcome) == outcome.rawValue) }
        let other = YooKassaMerchantWord.Outcome.allCases.first { $0 != outcome } ?? outcome
        #expect(try await settle(other) == "ended(\"\(outcome.rawValue)\")")
        #expect(try await kiosk.count("yookassa_words") == 1)
        #expect(
            try await receipts.settle("nobody", ofPayment: id, as: outcome, actor: "owner") == .failure(.notFound))
        try await kiosk.close()
    }
}
