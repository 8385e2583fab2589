import Payments
import Specification
import Storage
import StrictJSON
import TestSupport
import Testing
import YooKassa

@Suite("What the merchant may ask for")
struct RequestTests {
    private static let receipt: JSONValue = [
        "customer": ["email": "a@b.ru"],
        "items": [
            [
                "description": "Tea", "quantity": "2.00", "amount": ["value": "30.00", "currency": "RUB"],
                "vat_code": 1,
            ],
            [
                "description": "Sugar", "quantity": .number("0.500"), "amount": ["value": "80.00", "currency": "RUB"],
                "vat_code": 12,
            ],
        ],
    ]

    private func field(_ change: (inout YooKassaPaymentRequest) -> Void) async throws -> String? {
        let kiosk = try await Kiosk()
        var request = YooKassaPaymentRequest(amount: Money(minor: 10_000, currency: .rub))
        change(&request)
        let answer = try await kiosk.payments.create(request)
        let isStored = try await kiosk.count("transactions") == 1
        await kiosk.shop.close()
        switch answer {
        case .success:
            #expect(isStored)
            return nil
        case .failure(.field(let name, _)):
            #expect(!isStored)
            return name
        case .failure(let other): return "\(other)"
        }
    }

    @Test("5: the body says everything itself: capture, confirmation, tx, attempt and env, the merchant's metadata")
    func body() async throws {
        let kiosk = try await Kiosk()
        let request = YooKassaPaymentRequest(
            amount: Money(minor: 1, currency: .rub), userID: "user123", description: "Заказ 1", locale: "ru_RU",
            methodType: "bank_card", savesMethod: true, metadata: ["b": "2", "a": "1"], clientIP: "1.2.3.4",
            customerID: "c-1")
        let id = try await kiosk.payments.create(request).get().payment.id
        #expect(
            kiosk.provider.calls("createPayment").first?.body == """
                {"amount":{"value":"0.01","currency":"RUB"},"capture":true,\
                "confirmation":{"type":"redirect","return_url":"https://shop.test/back","locale":"ru_RU"},\
                "payment_method_data":{"type":"bank_card"},"save_payment_method":true,"description":"Заказ 1",\
                "client_ip":"1.2.3.4","merchant_customer_id":"c-1",\
                "metadata":{"a":"1","b":"2","tx":"\(id)","attempt":"1","env":"test"}}
                """)
        #expect(try await kiosk.view(id).payment.metadata == #"{"a":"1","b":"2"}"#)
        try await kiosk.close()
    }

    @Test("5: limits are kept to the character")
    func limits() async throws {
        func text(_ count: Int) -> String { String(repeating: "я", count: count) }
        #expect(try await field { $0.description = text(128) } == nil)
        #expect(try await field { $0.description = text(129) } == "description")
        #expect(try await field { $0.description = "" } == "description")
        #expect(try await field { $0.customerID = text(201) } == "merchant_customer_id")
        #expect(try await field { $0.metadata = [text(32): text(512)] } == nil)
        #expect(try await field { $0.metadata = [text(33): ""] } == "metadata")
        #expect(try await field { $0.metadata = ["a": text(513)] } == "metadata")
        #expect(try await field { $0.metadata = ["tx": "1"] } == "metadata")
        // 16, of which three are ours.
        let thirteen = Dictionary(uniqueKeysWithValues: (1...13).map { ("k\($0)", "v") })
        #expect(try await field { $0.metadata = thirteen } == nil)
        #expect(try await field { $0.metadata = thirteen.merging(["k14": "v"]) { $1 } } == "metadata")
        #expect(try await field { $0.amount.minor = 0 } == "amount")
        #expect(try await field { $0.amount.minor = 35_000_000 } == nil)
    }

    @Test("4: YooKassa's currencies, each with its digits; any other is refused before anything is asked")
    func currencies() async throws {
        let kiosk = try await Kiosk()
        for code in kiosk.provider.specification.currencies {
            let currency = try #require(Currency(code: code))
            #expect(currency.minorDigits == 2)
            let request = YooKassaPaymentRequest(amount: Money(minor: 12_345, currency: currency))
            _ = try await kiosk.payments.create(request).get()
            let body = kiosk.provider.calls("createPayment").last?.body
            #expect(body?.contains(#""amount":{"value":"123.45","currency":"\#(code)"}"#) == true)
        }
        let asked = kiosk.provider.calls.count
        let real = YooKassaPaymentRequest(amount: Money(minor: 100, currency: .brl))
        guard case .failure(.field("amount.currency", let rule)) = try await kiosk.payments.create(real) else {
            Issue.record("reais were taken")
            return
        }
        #expect(rule.contains("RUB, EUR, USD, KZT, BYN") && kiosk.provider.calls.count == asked)
        try await kiosk.close()
    }

    @Test("6: confirmations, and the return URL where one is needed")
    func confirmation() async throws {
        for type in ["redirect", "embedded", "qr", "external", "mobile_application"] {
            #expect(try await field { $0.confirmation = type } == nil)
        }
        #expect(try await field { $0.confirmation = "telepathy" } == "confirmation.type")
        #expect(try await field { $0.returnURL = "nonsense" } == "confirmation.return_url")
        #expect(
            try await field { $0.returnURL = "https://a.test/" + String(repeating: "a", count: 2_034) }
                == "confirmation.return_url")
        let kiosk = try await Kiosk { $0.returnURL = nil }
        let request = YooKassaPaymentRequest(amount: Money(minor: 100, currency: .rub))
        guard case .failure(.field("confirmation.return_url", _)) = try await kiosk.payments.create(request) else {
            Issue.record("taken")
            return
        }
        await kiosk.shop.close()
    }

    @Test("8: what is paid by SBP cannot be held")
    func sbp() async throws {
        #expect(
            try await field {
                $0.methodType = "sbp"
                $0.capture = false
            } == "capture")
        #expect(try await field { $0.methodType = "sbp" } == nil)
    }

    @Test("12: a receipt whose lines come to the amount goes with it; any other is refused here")
    func receipt() async throws {
        func receipt(_ from: String, _ to: String) throws -> JSONValue {
            try JSONValue(parsing: Self.receipt.text.replacing(from, with: to))
        }
        #expect(try await field { $0.receipt = Self.receipt } == nil)
        for (from, to, name) in [
            (#""2.00""#, #""2.01""#, "receipt.items"), (#""2.00""#, #""0""#, "receipt.items[0].quantity"),
            (#""2.00""#, #""2.0001""#, "receipt.items[0].quantity"),
            (#""2.00""#, #""1e1""#, "receipt.items[0].quantity"),
            (#""30.00""#, #""30.001""#, "receipt.items[0].amount"), (":12}", ":13}", "receipt.items[1].vat_code"),
            (#""Tea""#, #""""#, "receipt.items[0].description"), (#""email":"a@b.ru""#, "", "receipt.customer"),
        ] {
            let broken = try receipt(from, to)
            #expect(try await field { $0.receipt = broken } == name)
        }
        let empty: JSONValue = ["customer": ["phone": "79000000000"], "items": []]
        #expect(try await field { $0.receipt = empty } == "receipt.items")
    }

    @Test("the same key with the same request is the same payment; with another it is refused")
    func callerKey() async throws {
        let kiosk = try await Kiosk()
        let first = try await kiosk.create(key: "k")
        #expect(try await kiosk.create(key: "k").payment.id == first.payment.id)
        let other = YooKassaPaymentRequest(amount: Money(minor: 1, currency: .rub), idempotencyKey: "k")
        #expect(try await kiosk.payments.create(other) == .failure(.otherRequest))
        #expect(kiosk.provider.ids.count == 1)
        try await kiosk.close()
    }

    @Test("ten requests with one key at once make one payment")
    func parallelKey() async throws {
        let kiosk = try await Kiosk()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<10 { group.addTask { try await kiosk.create(key: "k").payment.id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1 && kiosk.provider.ids.count == 1)
        #expect(try await kiosk.count("transactions") == 1)
        #expect(try await kiosk.count("orders") == 1)
        try await kiosk.close()
    }

    @Test("an order that does not exist, is paid, or costs something else is refused, and nothing is asked")
    func orders() async throws {
        let kiosk = try await Kiosk()
        try await kiosk.shop.add(
            .oneTime(id: "A", amount: Money(minor: 10_000, currency: .rub), createdAt: kiosk.clock.now))
        func refusal(_ order: String, _ minor: Int64) async throws -> YooKassaRefusal? {
            let request = YooKassaPaymentRequest(amount: Money(minor: minor, currency: .rub), orderID: order)
            if case .failure(let refusal) = try await kiosk.payments.create(request) { return refusal }
            return nil
        }
        #expect(try await refusal("B", 10_000) == .order(.orderNotFound()))
        #expect(try await refusal("A", 10_001) == .order(.wrongAmount))
        #expect(kiosk.provider.calls.isEmpty)
        _ = try await kiosk.paid(order: "A")
        #expect(try await refusal("A", 10_000) == .order(.orderPaid))
        try await kiosk.close()
    }

    @Test("13.6: 403 about saving the method is told as it is: nothing is tried without the payer's word")
    func forbidden() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .forbidden("This store can't make recurring payments"))
        let request = YooKassaPaymentRequest(amount: Money(minor: 100, currency: .rub), savesMethod: true)
        guard case .failure(.provider(let refusal)) = try await kiosk.payments.create(request) else {
            Issue.record("taken")
            return
        }
        #expect(refusal.status == 403 && refusal.detail == "This store can't make recurring payments")
        #expect(kiosk.provider.calls("createPayment").count == 1)
        try await kiosk.close()
    }

    @Test("a refund's receipt and words go with it; others' transactions are not touched")
    func refundBody() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: 5_000, currency: .rub), description: "Broken",
            receipt: ["items": []], actor: "shop", alongside: nil)
        await kiosk.run()
        #expect(
            kiosk.provider.calls("createRefund").first?.body == """
                {"payment_id":"\(try #require(view.payment.providerID))","amount":{"value":"50.00","currency":"RUB"},\
                "description":"Broken","receipt":{"items":[]}}
                """)
        var other = view.transaction
        other.key.cashbox = "another shop"
        #expect(!kiosk.gateway.refunds.canGiveBack(other))
        let answer = try await kiosk.gateway.refunds.request(other, amount: nil, actor: "shop", alongside: nil)
        #expect(answer == .failure(.transactionNotFound))
        try await kiosk.close()
    }
}
