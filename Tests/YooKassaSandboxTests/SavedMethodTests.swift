import StrictJSON
import Testing

@testable import Sandbox

@Suite("Saved methods at the simulated YooKassa")
struct SavedMethodTests {
    @Test("are charged without the payer, and the end is in the answer")
    func charged() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.paid(["save_payment_method": true])
            let saved = try await desk.get("payments/\(id)").json["payment_method"]
            #expect(saved?["saved"] == true)
            #expect(saved?["status"] == "active")
            let charge = try await desk.post("payments", YooDesk.charge(id))
            #expect(charge.status == 200)
            #expect(charge.state == "succeeded")
            #expect(charge.json["confirmation"] == nil)
            #expect(charge.json["payment_method"]?["id"]?.stringValue == id)
            #expect(charge.json["payment_method"]?["saved"] == true)
            #expect(desk.yookassa.charges(forTx: "tx-1").map(\.amount) == [10_000])
            #expect(try await desk.get("payment_methods/\(id)").json["status"] == "active")
        }
    }

    @Test("are refused with 200 and a reason, each as it is told, then work again")
    func refused() async throws {
        try await YooDesk.with { desk async throws in
            let method = try await desk.savedMethod()
            desk.yookassa.refuseCharges(of: method, with: .insufficientFunds, nil, .cardExpired)
            var ends: [String] = []
            for _ in 0..<4 {
                let answer = try await desk.post("payments", YooDesk.charge(method))
                #expect(answer.status == 200)
                ends.append(answer.json["cancellation_details"]?["reason"]?.stringValue ?? answer.state ?? "?")
            }
            #expect(ends == ["insufficient_funds", "succeeded", "card_expired", "succeeded"])
            #expect(desk.yookassa.charges(forTx: "tx-1").count == 2)
        }
    }

    @Test("whose permission is withdrawn say so when they are charged, and not before")
    func revoked() async throws {
        try await YooDesk.with { desk async throws in
            let method = try await desk.savedMethod()
            #expect(desk.yookassa.revoke(method: method))
            #expect(!desk.yookassa.revoke(method: "none"))
            #expect(try await desk.get("payment_methods/\(method)").json["status"] == "active")
            let answer = try await desk.post("payments", YooDesk.charge(method))
            #expect(answer.status == 200)
            #expect(answer.json["cancellation_details"]?["reason"] == "permission_revoked")
        }
    }

    @Test("may be pending first")
    func pendingFirst() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let method = try await desk.savedMethod()
            desk.yookassa.conduct.chargeMilliseconds = 30_000
            let answer = try await desk.post("payments", YooDesk.charge(method))
            #expect(answer.state == "pending")
            #expect(answer.json["confirmation"] == nil)
            #expect(desk.yookassa.confirmationURL(of: answer.id) == nil)
            #expect(throws: YooKassaPayRefusal.notPending) { try desk.yookassa.pay(answer.id) }
            #expect(desk.yookassa.charges(forTx: "tx-1").isEmpty)
            desk.clock.advance(seconds: 30)
            #expect(try await desk.get("payments/\(answer.id)").state == "succeeded")
            await desk.yookassa.deliverDue()
            #expect(endpoint.notices.last?.id == answer.id)
        }
    }

    @Test("are not always saved, though the payment succeeds; then nothing can be charged")
    func notSaved() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.conduct.savesMethods = false
            let id = try await desk.savedMethod()
            let payment = try await desk.get("payments/\(id)").json
            #expect(payment["status"] == "succeeded")
            #expect(payment["payment_method"]?["saved"] == false)
            #expect(try await desk.post("payments", YooDesk.charge(id)).parameter == "payment_method_id")
            #expect(try await desk.get("payment_methods/\(id)").refusal == "404 not_found payment_method_id")
            // Nor is one that was not asked for, or was refused.
            desk.yookassa.conduct.savesMethods = true
            let plain = try await desk.paid()
            let declined = try await desk.create(["save_payment_method": true]).id
            try desk.yookassa.pay(declined, by: .card("5555555555554543"))
            for id in [plain, declined] {
                #expect(try await desk.post("payments", YooDesk.charge(id)).parameter == "payment_method_id")
            }
        }
    }

    @Test("need a right that a shop may not have: then the whole call fails")
    func forbidden() async throws {
        try await YooDesk.with(YooDesk.oneOffShop) { desk async throws in
            let answer = try await desk.create(["save_payment_method": true])
            #expect(answer.refusal == "403 forbidden")
            #expect(answer.json["description"]?.stringValue?.hasPrefix("This store can't make recurring") == true)
            #expect(desk.yookassa.payments.isEmpty)
            #expect(try await desk.create(["save_payment_method": false]).status == 200)
        }
    }

    private static let card: JSONValue = [
        "type": "bank_card", "confirmation": ["type": "redirect", "return_url": .string(YooDesk.returnURL)],
    ]

    @Test("can be made without a payment, and are charged after")
    func alone() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let made = try await desk.post("payment_methods", Self.card)
            #expect(made.state == "pending")
            #expect(made.json["saved"] == false)
            #expect(made.json["holder"]?["account_id"] == "100500")
            #expect(made.json["confirmation"]?["confirmation_url"] != nil)
            #expect(try await desk.post("payments", YooDesk.charge(made.id)).status == 400)
            try desk.yookassa.confirmMethod(made.id)
            let active = try await desk.get("payment_methods/\(made.id)").json
            #expect(active["status"] == "active")
            #expect(active["saved"] == true)
            #expect(active["confirmation"] == nil)
            #expect(try await desk.post("payments", YooDesk.charge(made.id)).state == "succeeded")
            await desk.yookassa.deliverDue()
            #expect(endpoint.events == ["payment_method.active", "payment.succeeded"])
            #expect(endpoint.notices.first?.id == made.id)
        }
    }

    @Test("that no card pays for, or that nobody confirms, are inactive")
    func inactive() async throws {
        try await YooDesk.with { desk async throws in
            let refused = try await desk.post("payment_methods", Self.card).id
            let late = try await desk.post("payment_methods", Self.card).id
            #expect(throws: YooKassaPayRefusal.notACard) { try desk.yookassa.confirmMethod(refused, card: "1") }
            try desk.yookassa.confirmMethod(refused, card: "5555555555554600")
            desk.clock.advance(hours: 1)
            #expect(throws: YooKassaPayRefusal.notPending) { try desk.yookassa.confirmMethod(late) }
            for id in [refused, late] {
                #expect(try await desk.get("payment_methods/\(id)").json["status"] == "inactive")
            }
        }
    }

    @Test(
        "without a payment are cards, confirmed on a page",
        arguments: [
            ("type", ["type": "sbp"]), ("confirmation", ["confirmation": .null]),
            ("confirmation.type", ["confirmation": ["type": "embedded"]]),
            ("card", ["card": ["number": "5555555555554444"]]),
        ] as [(String, JSONObject)])
    func flawed(parameter: String, changes: JSONObject) async throws {
        try await YooDesk.with { desk async throws in
            let body = try #require(Self.card.objectValue)
            #expect(try await desk.post("payment_methods", .object(body.changed(changes))).parameter == parameter)
        }
    }

    @Test("never take a card's data from a shop")
    func cardData() async throws {
        try await YooDesk.with { desk async throws in
            let data: JSONValue = ["type": "bank_card", "card": ["number": "5555555555554444"]]
            #expect(
                try await desk.create(["payment_method_data": data]).refusal == "403 forbidden payment_method_data.card"
            )
        }
    }
}
