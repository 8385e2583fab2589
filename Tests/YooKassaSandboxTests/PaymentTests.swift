import NIOHTTP1
import StrictJSON
import Testing

@testable import Sandbox

@Suite("Payments at the simulated YooKassa")
struct PaymentTests {
    @Test("have every field that the specification requires, and wait for the payer")
    func made() async throws {
        try await YooDesk.with { desk async throws in
            let answer = try await desk.create([
                "description": "Order 7", "metadata": ["tx": "7"], "merchant_customer_id": "user-1",
            ])
            #expect(answer.status == 200)
            let id = answer.id
            #expect(id.wholeMatch(of: /[0-9a-f]{8}-000f-5000-[89ab]000-[0-9a-f]{12}/) != nil)
            let expected: JSONValue = [
                "id": .string(id), "status": "pending", "amount": YooDesk.rub("100.00"), "description": "Order 7",
                "recipient": ["account_id": "100500", "gateway_id": "100700"],
                "created_at": "2026-11-21T00:00:00.000Z",
                "confirmation": [
                    "type": "redirect", "return_url": .string(YooDesk.returnURL),
                    "confirmation_url": .string("\(desk.url)/checkout/payments/v2/contract?orderId=\(id)"),
                ],
                "test": true, "paid": false, "refundable": false, "metadata": ["tx": "7"],
                "merchant_customer_id": "user-1",
            ]
            #expect(answer.json == expected)
            let read = try await desk.get("payments/\(id)")
            #expect(read.json == expected)
        }
    }

    @Test("that succeed say what they were paid by, and what is left after the fee")
    func succeeded() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create().id
            desk.clock.advance(seconds: 90)
            try desk.yookassa.pay(id, by: .card("5555 5555 5555 4477"))
            let payment = try await desk.get("payments/\(id)").json
            #expect(payment["status"] == "succeeded")
            #expect(payment["paid"] == true)
            #expect(payment["refundable"] == true)
            #expect(payment["captured_at"] == "2026-11-21T00:01:30.000Z")
            #expect(payment["income_amount"] == YooDesk.rub("96.50"))
            #expect(payment["confirmation"] == nil)
            #expect(payment["expires_at"] == nil)
            let method = payment["payment_method"]
            #expect(method?["type"] == "bank_card")
            #expect(method?["id"] == .string(id))
            #expect(method?["saved"] == false)
            #expect(method?["status"] == "inactive")
            #expect(method?["card"]?["first6"] == "555555")
            #expect(method?["card"]?["last4"] == "4477")
            #expect(payment["authorization_details"]?["three_d_secure"]?["applied"] == true)
            #expect(!payment.text.contains("5555555555554477"))
        }
    }

    @Test(
        "are confirmed in the way that was asked for",
        arguments: [
            ("redirect", "confirmation_url"), ("mobile_application", "confirmation_url"),
            ("embedded", "confirmation_token"), ("qr", "confirmation_data"), ("external", "type"),
        ])
    func confirmations(type: String, field: String) async throws {
        try await YooDesk.with { desk async throws in
            let asked: JSONValue = ["type": .string(type), "return_url": "myapp://back"]
            let confirmation = try await desk.create(["confirmation": asked]).json["confirmation"]
            #expect(confirmation?["type"]?.stringValue == type)
            #expect(confirmation?[field]?.stringValue?.isEmpty == false)
            let fields = ["confirmation_url", "confirmation_token", "confirmation_data"].filter {
                confirmation?[$0] != nil
            }
            #expect(fields == (field == "type" ? [] : [field]))
        }
    }

    @Test("are held unless the shop says that they are captured")
    func heldByDefault() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create(["capture": .null]).id
            #expect(try desk.yookassa.pay(id).status == .waitingForCapture)
        }
    }

    static let flaws: [(String, JSONObject)] = [
        ("amount", ["amount": .null]), ("amount", ["amount": "100.00"]),
        ("amount.value", ["amount": ["value": 100, "currency": "RUB"]]),
        ("amount.value", ["amount": ["value": "100", "currency": "RUB"]]),
        ("amount.value", ["amount": ["value": "100.0", "currency": "RUB"]]),
        ("amount.value", ["amount": ["value": "0.005", "currency": "RUB"]]),
        ("amount.value", ["amount": ["value": "1 000.00", "currency": "RUB"]]),
        ("amount.value", ["amount": ["value": "0.00", "currency": "RUB"]]),
        ("amount.value", ["amount": ["value": "-1.00", "currency": "RUB"]]),
        ("amount.value", ["amount": ["value": "999999999999999.00", "currency": "RUB"]]),
        ("amount.currency", ["amount": ["value": "1.00", "currency": "USD"]]),
        ("amount.currency", ["amount": ["value": "1.00", "currency": "XXX"]]),
        ("amount.currency", ["amount": ["value": "1.00"]]),
        ("description", ["description": .string(String(repeating: "я", count: 129))]),
        ("capture", ["capture": "true"]), ("save_payment_method", ["save_payment_method": 1]),
        ("confirmation", ["confirmation": .null]), ("confirmation", ["confirmation": "redirect"]),
        ("confirmation.type", ["confirmation": ["type": "pigeon"]]),
        ("confirmation.return_url", ["confirmation": ["type": "redirect"]]),
        ("confirmation.return_url", ["confirmation": ["type": "redirect", "return_url": "shop.example"]]),
        (
            "confirmation.return_url",
            [
                "confirmation": [
                    "type": "redirect", "return_url": .string("https://a/" + String(repeating: "a", count: 2_039)),
                ]
            ]
        ),
        ("confirmation.locale", ["confirmation": ["type": "embedded", "locale": "uz_UZ"]]),
        ("payment_method_id", ["payment_method_id": "none"]), ("payment_token", ["payment_token": "none"]),
        ("payment_method_data.type", ["payment_method_data": ["type": "cash"]]),
        ("payment_method_data.type", ["payment_method_data": ["type": 5]]),
        ("payment_method_data", ["payment_method_id": "1", "payment_method_data": ["type": "sbp"]]),
        ("capture", ["payment_method_data": ["type": "sbp"], "capture": false]),
        ("client_ip", ["client_ip": "somewhere"]), ("recipient.gateway_id", ["recipient": ["gateway_id": "1"]]),
        ("merchant_customer_id", ["merchant_customer_id": .string(String(repeating: "a", count: 201))]),
        ("metadata", ["metadata": ["a": 1]]), ("metadata", ["metadata": []]),
    ]

    @Test("whose words are wrong are refused, and the field is named", arguments: flaws)
    func flawed(parameter: String, changes: JSONObject) async throws {
        try await YooDesk.with { desk async throws in
            let answer = try await desk.create(changes)
            #expect(answer.refusal == "400 invalid_request \(parameter)", "\(answer.text)")
            #expect(answer.json["type"] == "error")
            #expect(answer.id.count == 36)
            #expect(desk.yookassa.payments.isEmpty)
        }
    }

    @Test("carry words up to their limits, and amounts as they are", arguments: ["0.01", "0.10", "350000.00"])
    func limits(amount: String) async throws {
        try await YooDesk.with { desk async throws in
            let long = String(repeating: "я", count: 512)
            var metadata: JSONObject = [:]
            for number in 0..<16 { metadata[String(repeating: "k", count: 30) + "\(10 + number)"] = .string(long) }
            let description = String(repeating: "я", count: 128)
            let answer = try await desk.create([
                "amount": YooDesk.rub(amount), "metadata": .object(metadata), "description": .string(description),
            ])
            #expect(answer.status == 200)
            #expect(answer.json["metadata"] == .object(metadata))
            #expect(answer.json["description"]?.stringValue == description)
            #expect(answer.json["amount"] == YooDesk.rub(amount))
            metadata["one-more"] = "x"
            #expect(try await desk.create(["metadata": .object(metadata)]).parameter == "metadata")
            let wide: JSONValue = ["k": .string(long + "я")]
            #expect(try await desk.create(["metadata": wide]).parameter == "metadata")
            let key = String(repeating: "k", count: 33)
            #expect(try await desk.create(["metadata": .object([key: "x"])]).parameter == "metadata")
        }
    }

    @Test("of a live shop have the limits of the real one, and are no test")
    func live() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.rotateSecret(of: YooDesk.shopID, to: "live_key")
            var live = desk
            live.credentials = "\(YooDesk.shopID):live_key"
            #expect(try await live.create(["amount": YooDesk.rub("0.99")]).parameter == "amount.value")
            #expect(try await live.create(["amount": YooDesk.rub("700000.01")]).parameter == "amount.value")
            let made = try await live.create(["amount": YooDesk.rub("350000.01")])
            #expect(made.json["test"] == false)
            // Too much for a card, but not for SBP.
            #expect(try live.yookassa.pay(made.id).cancellation?.reason == "payment_method_limit_exceeded")
            let other = try await live.create(["amount": YooDesk.rub("350000.01")])
            #expect(try live.yookassa.pay(other.id, by: .other(.sbp)).status == .succeeded)
        }
    }

    @Test("belong to one shop, and need its key")
    func foreign() async throws {
        try await YooDesk.with(others: [YooKassaShop(id: "200", secretKey: "test_other")]) { desk async throws in
            let id = try await desk.paid()
            var other = desk
            other.credentials = "200:test_other"
            #expect(try await other.get("payments/\(id)").refusal == "404 not_found payment_id")
            #expect(try await other.post("payments/\(id)/capture", [:]).status == 404)
            let refund: JSONValue = ["payment_id": .string(id), "amount": YooDesk.rub("1.00")]
            #expect(try await other.post("refunds", refund).parameter == "payment_id")
            #expect(try await other.get("payments").json["items"] == [])
            for wrong in ["100500:test_other", "200:", "300:x", "200"] {
                other.credentials = wrong
                #expect(try await other.get("payments/\(id)").refusal == "401 invalid_credentials")
            }
        }
    }

    @Test("are not where there is nothing, by a method that is not there, or in another form")
    func strangers() async throws {
        try await YooDesk.with { desk async throws in
            #expect(try await desk.get("nothing").status == 404)
            #expect(try await desk.send(.PUT, "v3/payments", nil, []).status == 405)
            #expect(
                try await desk.get("payments/2ed1a5a3-000f-5000-8000-1b68e7b15f3f").refusal
                    == "404 not_found payment_id")
            let headers = [("content-type", "text/plain"), ("idempotence-key", "k")]
            #expect(try await desk.send(.POST, "v3/payments", Array("{}".utf8), headers).status == 415)
            let json = [("content-type", "application/json"), ("idempotence-key", "k")]
            #expect(try await desk.send(.POST, "v3/payments", Array("[1".utf8), json).refusal == "400 invalid_request")
            #expect(try await desk.get("webhooks").refusal == "403 forbidden")
            #expect(try await desk.send(.DELETE, "v3/webhooks/wh-1", nil, []).status == 403)
        }
    }

    @Test("may say that they are a test though they are not")
    func testFlag() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.conduct.testFlag = false
            #expect(try await desk.create().json["test"] == false)
            #expect(try await desk.get("me").json["test"] == false)
        }
    }
}
