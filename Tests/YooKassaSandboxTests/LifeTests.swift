import NIOHTTP1
import StrictJSON
import Testing

@testable import Sandbox

@Suite("The life of a payment at the simulated YooKassa")
struct LifeTests {
    @Test("a hold is captured whole, once")
    func captured() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.held()
            let held = try await desk.get("payments/\(id)").json
            #expect(held["status"] == "waiting_for_capture")
            #expect(held["paid"] == true)
            #expect(held["refundable"] == false)
            #expect(held["expires_at"] == "2026-11-28T00:00:00.000Z")
            #expect(held["captured_at"] == nil)
            // The SDK sends no body at all.
            let headers = [("content-type", "application/json"), ("idempotence-key", "c")]
            let answer = try await desk.send(.POST, "v3/payments/\(id)/capture", nil, headers)
            #expect(answer.state == "succeeded")
            #expect(answer.json["expires_at"] == nil)
            let again = try await desk.post("payments/\(id)/capture", [:])
            #expect(again.refusal == "400 invalid_request payment_id")
            #expect(desk.yookassa.charges.count == 1)
        }
    }

    @Test("a part of a hold is captured, and the rest goes back; more is not there")
    func partly() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.held()
            let path = "payments/\(id)/capture"
            #expect(try await desk.post(path, ["amount": YooDesk.rub("100.01")]).parameter == "amount")
            #expect(try await desk.post(path, ["amount": YooDesk.rub("0.00")]).parameter == "amount.value")
            let dollars: JSONValue = ["amount": ["value": "1.00", "currency": "USD"]]
            #expect(try await desk.post(path, dollars).parameter == "amount.currency")
            let answer = try await desk.post(path, ["amount": YooDesk.rub("40.00")])
            #expect(answer.state == "succeeded")
            #expect(answer.json["amount"] == YooDesk.rub("40.00"))
            #expect(try await desk.post(path, ["amount": YooDesk.rub("60.00")]).status == 400)
            let refund: JSONValue = ["payment_id": .string(id), "amount": YooDesk.rub("40.01")]
            #expect(try await desk.post("refunds", refund).parameter == "amount")
        }
    }

    @Test("a hold can be cancelled; nothing else can")
    func cancelled() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.held()
            let answer = try await desk.post("payments/\(id)/cancel", [:])
            #expect(answer.state == "canceled")
            #expect(answer.json["paid"] == false)
            #expect(
                answer.json["cancellation_details"] == ["party": "merchant", "reason": "canceled_by_merchant"])
            #expect(desk.yookassa.charges.first?.releasedAt == desk.clock.now)
            let others = [id, try await desk.create().id, try await desk.paid()]
            for id in others { #expect(try await desk.post("payments/\(id)/cancel", [:]).status == 400) }
        }
    }

    @Test("a payer has an hour, to the millisecond")
    func confirmation() async throws {
        try await YooDesk.with { desk async throws in
            let late = try await desk.create().id
            let early = try await desk.create().id
            desk.clock.advance(milliseconds: 3_600_000 - 1)
            #expect(try desk.yookassa.pay(early).status == .succeeded)
            desk.clock.advance(milliseconds: 1)
            #expect(throws: YooKassaPayRefusal.notPending) { try desk.yookassa.pay(late) }
            let payment = try await desk.get("payments/\(late)").json
            #expect(payment["status"] == "canceled")
            #expect(
                payment["cancellation_details"] == ["party": "yoo_money", "reason": "expired_on_confirmation"])
            #expect(payment["confirmation"] == nil)
        }
    }

    @Test("a hold ends when it says that it ends, and cannot be captured at that instant")
    func holdEnds() async throws {
        try await YooDesk.with { desk async throws in
            let (late, early) = (try await desk.held(), try await desk.held())
            desk.clock.advance(milliseconds: 7 * 86_400_000 - 1)
            #expect(try await desk.post("payments/\(early)/capture", [:]).state == "succeeded")
            desk.clock.advance(milliseconds: 1)
            #expect(try await desk.post("payments/\(late)/capture", [:]).status == 400)
            let reason = try await desk.get("payments/\(late)").json["cancellation_details"]?["reason"]
            #expect(reason == "expired_on_capture")
            #expect(desk.yookassa.charges.compactMap(\.releasedAt).count == 1)
        }
    }

    @Test("a hold can be of any length")
    func holdLength() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.conduct.holdMilliseconds = 2 * 3_600_000
            let id = try await desk.held()
            desk.clock.advance(hours: 2)
            #expect(desk.yookassa.payment(id)?.status == .canceled)
        }
    }

    @Test("a hold that the merchant ends in the cabinet is ended: the call that comes later is refused")
    func cabinet() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let (captured, cancelled) = (try await desk.held(), try await desk.held())
            #expect(!desk.yookassa.captureInCabinet(captured, amount: 10_001))
            #expect(desk.yookassa.captureInCabinet(captured, amount: 9_000))
            #expect(desk.yookassa.cancelInCabinet(cancelled))
            #expect(!desk.yookassa.captureInCabinet(cancelled))
            #expect(!desk.yookassa.cancelInCabinet(captured))
            for id in [captured, cancelled] {
                #expect(try await desk.post("payments/\(id)/capture", [:]).refusal == "400 invalid_request payment_id")
                #expect(try await desk.post("payments/\(id)/cancel", [:]).refusal == "400 invalid_request payment_id")
            }
            #expect(try await desk.get("payments/\(captured)").json["amount"] == YooDesk.rub("90.00"))
            await desk.yookassa.deliverDue()
            #expect(Set(endpoint.events.suffix(2)) == ["payment.succeeded", "payment.canceled"])
        }
    }

    @Test("capture and cancel at once: one of them wins, the other is refused")
    func race() async throws {
        try await YooDesk.with { desk async throws in
            for _ in 0..<5 {
                let id = try await desk.held()
                async let capture = desk.post("payments/\(id)/capture", [:])
                async let cancel = desk.post("payments/\(id)/cancel", [:])
                let statuses = [try await capture.status, try await cancel.status]
                #expect(statuses.sorted() == [200, 400])
                #expect(desk.yookassa.payment(id)?.status == (statuses[0] == 200 ? .succeeded : .canceled))
            }
        }
    }

    @Test("many ends come in their order, each at its own time")
    func ends() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            var ids: [String] = []
            for minutes: Int64 in [50, 10, 30, 20, 40] {
                desk.yookassa.conduct.confirmationMilliseconds = minutes * 60_000
                ids.append(try await desk.create().id)
            }
            desk.clock.advance(hours: 1)
            await desk.yookassa.deliverDue()
            #expect(endpoint.notices.map(\.id) == [1, 3, 2, 4, 0].map { ids[$0] })
        }
    }

    @Test("every number of the test shop does what the table says", arguments: YooKassaTestCard.all)
    func cards(card: YooKassaTestCard) async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create().id
            let payment = try desk.yookassa.pay(id, by: .card(card.number))
            #expect(payment.status == (card.refusal == nil ? .succeeded : .canceled))
            let details = try await desk.get("payments/\(id)").json["cancellation_details"]
            #expect(details?["reason"]?.stringValue == card.refusal?.rawValue)
            #expect(details?["party"]?.stringValue == (card.refusal == nil ? nil : card.party.rawValue))
            #expect(desk.yookassa.charges.count == (card.refusal == nil ? 1 : 0))
        }
    }

    @Test("the table has every number once, and each reason for each of three brands")
    func table() {
        let all = YooKassaTestCard.all
        #expect(all.count == 50)
        #expect(Set(all.map(\.number)).count == 50)
        let reasons = Dictionary(grouping: all.filter { $0.refusal != nil }) { "\($0.refusal!) \($0.party)" }
        #expect(reasons.count == 13)
        #expect(reasons.values.allSatisfy { $0.count == 3 && Set($0.map(\.type)).count == 3 })
        #expect(YooKassaTestCard.refusing(.callIssuer)?.number == "5555555555554535")
    }

    @Test("reasons that no card has come too", arguments: YooKassaReason.allCases)
    func declined(reason: YooKassaReason) async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create().id
            try desk.yookassa.decline(id, reason)
            let details = try await desk.get("payments/\(id)").json["cancellation_details"]
            #expect(details?["reason"]?.stringValue == reason.rawValue)
            #expect(["merchant", "yoo_money", "payment_network"].contains(details?["party"]?.stringValue ?? "?"))
        }
    }

    @Test("SBP pays, but holds nothing; a method that was asked for is the only one")
    func methods() async throws {
        try await YooDesk.with { desk async throws in
            let taken = try await desk.create().id
            #expect(try desk.yookassa.pay(taken, by: .other(.sbp)).method?.type == .sbp)
            let held = try await desk.create(["capture": false]).id
            #expect(throws: YooKassaPayRefusal.notOffered) { try desk.yookassa.pay(held, by: .other(.sbp)) }
            let wallet = try await desk.create(["payment_method_data": ["type": "yoo_money"]])
            #expect(wallet.json["payment_method"]?["type"] == "yoo_money")
            #expect(throws: YooKassaPayRefusal.notOffered) { try desk.yookassa.pay(wallet.id) }
            #expect(try desk.yookassa.pay(wallet.id, by: .other(.yooMoney)).status == .succeeded)
            #expect(throws: YooKassaPayRefusal.notACard) { try desk.yookassa.pay(held, by: .card("4000")) }
            #expect(throws: YooKassaPayRefusal.notPending) { try desk.yookassa.pay(taken) }
            #expect(throws: YooKassaPayRefusal.unknown) { try desk.yookassa.pay("none") }
        }
    }
}
