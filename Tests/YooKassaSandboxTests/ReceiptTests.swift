import StrictJSON
import Testing

@testable import Sandbox

@Suite("Receipts at the simulated YooKassa")
struct ReceiptTests {
    static func item(_ changes: JSONObject = [:]) -> JSONValue {
        let item: JSONObject = [
            "description": "Mug", "quantity": "2", "amount": YooDesk.rub("50.00"), "vat_code": 12,
            "payment_mode": "full_payment", "payment_subject": "commodity",
        ]
        return .object(item.changed(changes))
    }

    static func receipt(_ items: [JSONValue] = [item()], _ changes: JSONObject = [:]) -> JSONValue {
        let receipt: JSONObject = ["customer": ["email": "a@example.com"], "items": .array(items)]
        return .object(receipt.changed(changes))
    }

    @Test("are registered when the payment has succeeded, and can be read")
    func registered() async throws {
        try await YooDesk.with(YooDesk.fiscalShop) { desk async throws in
            desk.yookassa.conduct.receiptMilliseconds = 10_000
            let made = try await desk.create(["receipt": Self.receipt()])
            #expect(made.json["receipt_registration"] == nil)
            try desk.yookassa.pay(made.id)
            #expect(try await desk.get("payments/\(made.id)").json["receipt_registration"] == "pending")
            desk.clock.advance(seconds: 10)
            #expect(try await desk.get("payments/\(made.id)").json["receipt_registration"] == "succeeded")
            let list = try await desk.get("receipts?payment_id=\(made.id)").json["items"]
            let receipt = list?[0]
            #expect(receipt?["type"] == "payment")
            #expect(receipt?["id"]?.stringValue?.count == 39)
            #expect(receipt?["items"]?[0]?["vat_code"] == 12)
            #expect(receipt?["fiscal_document_number"] != nil)
            let id = receipt?["id"]?.stringValue ?? ""
            #expect(try await desk.get("receipts/\(id)").json == receipt)
            #expect(try await desk.get("receipts/rt_none").refusal == "404 not_found receipt_id")
        }
    }

    @Test("can fail though the payment succeeds")
    func failed() async throws {
        try await YooDesk.with { desk async throws in
            desk.yookassa.conduct.registersReceipts = false
            let id = try await desk.paid(["receipt": Self.receipt()])
            let payment = try await desk.get("payments/\(id)").json
            #expect(payment["status"] == "succeeded")
            #expect(payment["receipt_registration"] == "canceled")
        }
    }

    @Test("are demanded of a shop that owes them, for a part as for the whole")
    func needed() async throws {
        try await YooDesk.with(YooDesk.fiscalShop) { desk async throws in
            let missing = try await desk.create()
            #expect(missing.refusal == "400 invalid_request receipt")
            #expect(missing.json["description"] == "Receipt is missing or illegal")
            let id = try await desk.held(["receipt": Self.receipt()])
            let part: JSONObject = ["amount": YooDesk.rub("50.00")]
            #expect(try await desk.post("payments/\(id)/capture", .object(part)).parameter == "receipt")
            var whole = part
            whole["receipt"] = Self.receipt([Self.item(["quantity": "1"])])
            #expect(try await desk.post("payments/\(id)/capture", .object(whole)).state == "succeeded")
            var refund: JSONObject = ["payment_id": .string(id), "amount": YooDesk.rub("25.00")]
            #expect(try await desk.post("refunds", .object(refund)).parameter == "receipt")
            refund["receipt"] = Self.receipt([Self.item(["quantity": 0])])
            #expect(try await desk.post("refunds", .object(refund)).parameter == "receipt.items[0].quantity")
            refund["receipt"] = Self.receipt([Self.item(["quantity": .number("0.5")])])
            #expect(try await desk.post("refunds", .object(refund)).json["receipt_registration"] == "succeeded")
            let refunded = try #require(desk.yookassa.refunds.last)
            #expect(try await desk.get("refunds/\(refunded.id)").json["receipt_registration"] == "succeeded")
            let receipts = try await desk.get("receipts?refund_id=\(refunded.id)").json["items"]
            #expect(receipts?.arrayValue?.count == 1)
        }
    }

    static let flaws: [(String, JSONValue)] = [
        ("receipt.customer", receipt([item()], ["customer": .null])),
        ("receipt.customer.email", receipt([item()], ["customer": ["email": "nobody"]])),
        ("receipt.customer.phone", receipt([item()], ["customer": ["phone": "+7 900"]])),
        ("receipt.customer.inn", receipt([item()], ["customer": ["phone": "79001234567", "inn": "12345678901"]])),
        ("receipt.tax_system_code", receipt([item()], ["tax_system_code": 7])),
        ("receipt.items", receipt([])), ("receipt.items", receipt(Array(repeating: item(), count: 81))),
        ("receipt.items", receipt([item(["quantity": "3"])])), ("receipt.items[0]", receipt(["mug"])),
        ("receipt.items[0].description", receipt([item(["description": ""])])),
        ("receipt.items[0].vat_code", receipt([item(["vat_code": 13])])),
        ("receipt.items[0].vat_code", receipt([item(["vat_code": .null])])),
        ("receipt.items[0].quantity", receipt([item(["quantity": "1.0001"])])),
        ("receipt.items[0].quantity", receipt([item(["quantity": "100000"])])),
        ("receipt.items[1].amount", receipt([item(), item(["amount": .null])])),
        ("receipt.items[0].payment_mode", receipt([item(["payment_mode": "barter"])])),
    ]

    @Test("whose words are wrong are refused, and the field is named", arguments: flaws)
    func flawed(parameter: String, receipt: JSONValue) async throws {
        try await YooDesk.with { desk async throws in
            let answer = try await desk.create(["receipt": receipt])
            #expect(answer.refusal == "400 invalid_request \(parameter)", "\(answer.text)")
        }
    }

    @Test("come to the amount with fractions too, half a kopeck rounded up")
    func fractions() async throws {
        try await YooDesk.with { desk async throws in
            // 0.333 of 300.15 is 99.94995, and half of 0.09 is 0.045.
            let items = [
                Self.item(["quantity": "0.333", "amount": YooDesk.rub("300.15")]),
                Self.item(["quantity": .number("0.5"), "amount": YooDesk.rub("0.09")]),
            ]
            #expect(try await desk.create(["receipt": Self.receipt(items)]).status == 200)
        }
    }

    private static func separate(_ id: String, _ changes: JSONObject = [:]) -> JSONValue {
        var body = receipt().objectValue ?? [:]
        body["type"] = "payment"
        body["payment_id"] = .string(id)
        body["send"] = true
        body["settlements"] = [["type": "cashless", "amount": YooDesk.rub("100.00")]]
        return .object(body.changed(changes))
    }

    @Test("are made apart too, thirty at the most")
    func separate() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.paid()
            for _ in 0..<30 { #expect(try await desk.post("receipts", Self.separate(id)).status == 200) }
            #expect(try await desk.post("receipts", Self.separate(id)).parameter == "payment_id")
            // Those of others do not change what the payment says of its own.
            #expect(try await desk.get("payments/\(id)").json["receipt_registration"] == nil)
            let page = try await desk.get("receipts?payment_id=\(id)&limit=20").json
            #expect(page["items"]?.arrayValue?.count == 20)
            let cursor = page["next_cursor"]?.stringValue ?? ""
            let rest = try await desk.get("receipts?payment_id=\(id)&limit=20&cursor=\(cursor)").json
            #expect(rest["items"]?.arrayValue?.count == 10)
        }
    }

    @Test("made apart say of what, and how it was settled")
    func separateFlaws() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.paid()
            let pending = try await desk.create().id
            let flaws: [(String, JSONObject)] = [
                ("type", ["type": "gift"]), ("send", ["send": .null]), ("payment_id", ["payment_id": "none"]),
                ("payment_id", ["payment_id": .string(pending)]), ("settlements", ["settlements": .null]),
                ("settlements", ["settlements": [["type": "cashless", "amount": YooDesk.rub("99.00")]]]),
                ("settlements[0].type", ["settlements": [["type": "barter", "amount": YooDesk.rub("100.00")]]]),
                ("refund_id", ["type": "refund", "refund_id": "none"]), ("customer", ["customer": .null]),
            ]
            for (parameter, changes) in flaws {
                #expect(try await desk.post("receipts", Self.separate(id, changes)).parameter == parameter)
            }
        }
    }
}
