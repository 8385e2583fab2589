import Payments
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("12: receipts that are made apart")
struct ReceiptTests {
    private func request(
        _ value: String = "100.00", key: String? = nil, refund: String? = nil,
        _ settlements: [(String, Int64)] = []
    ) -> YooKassaReceiptRequest {
        let item: JSONValue = [
            "description": "Tea", "quantity": 1, "vat_code": 1, "payment_mode": "full_payment",
            "amount": ["value": .string(value), "currency": "RUB"],
        ]
        return YooKassaReceiptRequest(
            receipt: ["customer": ["email": "a@b.ru"], "items": [item]],
            settlements: settlements.map { .init(type: $0, amount: Money(minor: $1, currency: .rub)) },
            refundID: refund, idempotencyKey: key)
    }

    private func states(_ kiosk: Kiosk, _ id: String) async throws -> [String] {
        try await kiosk.gateway.receipts.all(ofPayment: id).map(\.state.rawValue)
    }

    @Test("prepayment, then full settlement: key and bytes are stored, YooKassa asked, and looked at until it ends")
    func life() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        let id = view.payment.id
        _ = try await kiosk.gateway.receipts.create(request(), ofPayment: id)?.get()
        #expect(kiosk.provider.calls("createReceipt") == [])
        #expect(try await states(kiosk, id) == ["waiting"])
        await kiosk.run()
        #expect(try await states(kiosk, id) == ["pending"])
        let theirs = try #require(view.payment.providerID)
        #expect(
            kiosk.provider.calls("createReceipt").map(\.body) == [
                #"{"type":"payment","payment_id":"\#(theirs)","customer":{"email":"a@b.ru"},"items":[{"description":"#
                    + #""Tea","quantity":1,"vat_code":1,"payment_mode":"full_payment","amount":{"value":"100.00","#
                    + #""currency":"RUB"}}],"send":true,"settlements":[{"type":"prepayment","amount":{"value":"#
                    + #""100.00","currency":"RUB"}}]}"#
            ])
        kiosk.provider.settleReceipts("succeeded")
        await kiosk.later(minutes: 2)
        #expect(try await states(kiosk, id) == ["succeeded"])
        kiosk.provider.forgetCalls()
        for _ in 0..<30 { await kiosk.later(minutes: 60) }
        #expect(kiosk.provider.calls == [] && kiosk.anomalies == [])
        try await kiosk.close()
    }

    @Test("answers lost, the process killed: one key, one receipt")
    func lost() async throws {
        var kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        kiosk.provider.fail("createReceipt", .lostAnswer, .lostCall, .busy(500))
        _ = try await kiosk.gateway.receipts.create(request(), ofPayment: id)
        await kiosk.run()
        kiosk = try await kiosk.killed()
        for _ in 0..<5 { await kiosk.later(minutes: 3) }
        #expect(Set(kiosk.provider.calls("createReceipt")).count == 1)
        #expect(kiosk.provider.state.withLock { $0.receipts.count } == 1)
        #expect(try await states(kiosk, id) == ["pending"])
        try await kiosk.close()
    }

    @Test("the same again is the same, another key another; and there are thirty of a payment")
    func keys() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        let receipts = kiosk.gateway.receipts
        let first = try await receipts.create(request(), ofPayment: id)?.get()
        #expect(try await receipts.create(request(), ofPayment: id)?.get().id == first?.id)
        for number in 1..<30 { _ = try await receipts.create(request(key: "\(number)"), ofPayment: id)?.get() }
        #expect(try await receipts.create(request(key: "1"), ofPayment: id)?.get().id != first?.id)
        #expect(
            try await receipts.create(request("99.00", key: "1", [("cashless", 9_900)]), ofPayment: id)
                == .failure(.otherRequest))
        #expect(
            try await receipts.create(request(key: "31"), ofPayment: id)
                == .failure(.field("receipt", rule: "there are 30 of it already")))
        #expect(try await receipts.create(request(), ofPayment: "nobody") == nil)
        try await kiosk.close()
    }

    @Test("what YooKassa would refuse is refused here, and nothing is stored")
    func refused() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        for (name, bad) in [
            ("receipt.items", request("99.00")), ("receipt.items", request([("cashless", 5_000)])),
            ("settlements[0].type", request([("gift", 10_000)])),
            ("settlements[0].amount", request([("cashless", 10_001)])),
            ("settlements", request([("cashless", 6_000), ("prepayment", 6_000)])),
            ("refund_id", request(refund: "nobody")),
        ] {
            guard case .failure(.field(name, _)) = try await kiosk.gateway.receipts.create(bad, ofPayment: id) else {
                Issue.record("\(name) was taken")
                continue
            }
        }
        #expect(try await kiosk.count("yookassa_receipts") == 0)
        let unpaid = try await kiosk.create().payment.id
        #expect(try await kiosk.gateway.receipts.create(request(), ofPayment: unpaid) == .failure(.notPaid))
        try await kiosk.close()
    }

    private func request(_ settlements: [(String, Int64)]) -> YooKassaReceiptRequest {
        request("100.00", settlements)
    }

    @Test("of a refund: its own amount, and its own thirty")
    func ofRefund() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: 4_000, currency: .rub), actor: "shop", alongside: nil)
        await kiosk.run()
        let refund = try #require(try await kiosk.gateway.refunds.all(ofPayment: view.payment.id).first)
        let made = try await kiosk.gateway.receipts.create(
            request("40.00", refund: refund.id), ofPayment: view.payment.id)?.get()
        #expect(made?.refundID == refund.id)
        await kiosk.run()
        let body = kiosk.provider.calls("createReceipt").first?.body
        #expect(body?.hasPrefix(#"{"type":"refund","refund_id":"\#(kiosk.provider.refundIDs[0])""#) == true)
        try await kiosk.close()
    }

    @Test("not registered, not taken, or never answered: somebody is told, and it is not sent again")
    func ends() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        for (key, fault) in [("a", ScriptedYooKassa.Fault.none), ("b", .invalid)] {
            kiosk.provider.fail("createReceipt", fault)
            _ = try await kiosk.gateway.receipts.create(request(key: key), ofPayment: id)
            await kiosk.run()
        }
        kiosk.provider.settleReceipts("canceled")
        await kiosk.later(minutes: 2)
        #expect(try await states(kiosk, id).sorted() == ["canceled", "refused"])
        #expect(kiosk.anomalies == [.receiptFailed, .receiptFailed])
        kiosk.provider.edit { $0.faults["createReceipt"] = Array(repeating: .lostCall, count: 500) }
        _ = try await kiosk.gateway.receipts.create(request(key: "c"), ofPayment: id)
        for _ in 0..<(21 * 4) { await kiosk.later(minutes: 15) }
        #expect(try await states(kiosk, id).contains("unresolved"))
        let sends = kiosk.provider.calls("createReceipt").count
        for _ in 0..<30 { await kiosk.later(minutes: 60) }
        #expect(kiosk.provider.calls("createReceipt").count == sends)
        try await kiosk.close()
    }

    @Test("a refusal of a repeat does not say that there is none: the first try may have made one")
    func refusedRepeat() async throws {
        for refusal in [ScriptedYooKassa.Fault.invalid, .notFound] {
            let kiosk = try await Kiosk()
            let id = try await kiosk.paid().payment.id
            kiosk.provider.fail("createReceipt", .lostAnswer, refusal)
            _ = try await kiosk.gateway.receipts.create(request(), ofPayment: id)
            for _ in 0..<3 { await kiosk.later(minutes: 1) }
            #expect(try await states(kiosk, id) == ["unresolved"])
            #expect(kiosk.anomalies == [.receiptFailed])
            try await kiosk.close()
        }
    }

    @Test("one that waits for three days is told of, and after a month it is left")
    func stuck() async throws {
        let kiosk = try await Kiosk()
        let id = try await kiosk.paid().payment.id
        _ = try await kiosk.gateway.receipts.create(request(), ofPayment: id)
        for _ in 0..<70 { await kiosk.later(minutes: 60) }
        #expect(kiosk.anomalies == [])
        for _ in 0..<4 { await kiosk.later(minutes: 60) }
        #expect(kiosk.anomalies.contains(.receiptStuck))
        for _ in 0..<(27 * 24) { await kiosk.later(minutes: 60) }
        #expect(try await states(kiosk, id) == ["canceled"])
        kiosk.provider.forgetCalls()
        for _ in 0..<10 { await kiosk.later(minutes: 600) }
        #expect(kiosk.provider.calls == [])
        try await kiosk.close()
    }
}
