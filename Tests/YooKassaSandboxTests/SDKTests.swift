import StrictJSON
import Testing

@testable import Sandbox

/// The simulated YooKassa is faithful if those who know the real one notice nothing.
@Suite("The official Python SDK, unchanged, against the simulated YooKassa")
struct SDKTests {
    private static func text(_ value: JSONValue?) -> String { value?.stringValue ?? "none" }

    @Test("makes, reads, captures and cancels payments")
    func payments() async throws {
        try await YooDesk.with { desk async throws in
            try await PythonSDK.with(desk) { sdk async throws in
                let body = YooDesk.payment(["capture": false, "metadata": ["tx": "7"], "description": "Order 7"])
                let made = try await sdk("create", ["body": body, "key": "k-1"])
                let id = Self.text(made["id"])
                #expect(id.count == 36, "\(made.text)")
                #expect(made["status"] == "pending")
                #expect(made["confirmation"]?["confirmation_url"]?.stringValue == desk.yookassa.confirmationURL(of: id))
                // The SDK's own addition comes back.
                #expect(made["metadata"] == ["tx": "7", "cms_name": "yookassa_sdk_python"])
                #expect(try await sdk("create", ["body": body, "key": "k-1"]) == made)

                try desk.yookassa.pay(id, by: .card("2200000000000004"))
                let held = try await sdk("find", ["id": .string(id)])
                #expect(held["status"] == "waiting_for_capture")
                #expect(held["payment_method"]?["card"]?["last4"] == "0004")
                #expect(held["recipient"]?["account_id"] == "100500")
                let captured = try await sdk(
                    "capture", ["id": .string(id), "body": ["amount": YooDesk.rub("40.00")], "key": "k-2"])
                #expect(captured["status"] == "succeeded")
                #expect(captured["amount"]?["value"] == "40.00")
                #expect(captured["paid"] == true)

                let whole = try await desk.held()
                #expect(try await sdk("capture", ["id": .string(whole)])["status"] == "succeeded")
                let other = try await desk.held()
                let cancelled = try await sdk("cancel", ["id": .string(other), "key": "k-3"])
                #expect(cancelled["status"] == "canceled")
                #expect(cancelled["cancellation_details"] == ["party": "merchant", "reason": "canceled_by_merchant"])
            }
        }
    }

    @Test("understands every way to confirm and to pay, and every reason")
    func variety() async throws {
        try await YooDesk.with { desk async throws in
            try await PythonSDK.with(desk) { sdk async throws in
                for kind in YooConfirmation.Kind.allCases {
                    let asked: JSONValue = ["type": .string(kind.rawValue), "return_url": .string(YooDesk.returnURL)]
                    let made = try await sdk("create", ["body": YooDesk.payment(["confirmation": asked])])
                    #expect(made["confirmation"]?["type"]?.stringValue == kind.rawValue, "\(made.text)")
                }
                for type in YooKassaMethodType.allCases {
                    let id = try await desk.create().id
                    try desk.yookassa.pay(id, by: type == .bankCard ? .card("4111111111111111") : .other(type))
                    let found = try await sdk("find", ["id": .string(id)])
                    #expect(found["payment_method"]?["type"]?.stringValue == type.rawValue)
                }
                for card in YooKassaTestCard.all where card.refusal != nil {
                    let id = try await desk.create().id
                    try desk.yookassa.pay(id, by: .card(card.number))
                    let details = try await sdk("find", ["id": .string(id)])["cancellation_details"]
                    #expect(details?["reason"]?.stringValue == card.refusal?.rawValue)
                }
            }
        }
    }

    @Test("reads lists page by page")
    func lists() async throws {
        try await YooDesk.with { desk async throws in
            try await PythonSDK.with(desk) { sdk async throws in
                var ids: [JSONValue] = []
                for _ in 0..<25 {
                    ids.append(.string(try await desk.create().id))
                    desk.clock.advance(seconds: 1)
                }
                let all = try await sdk("payments", ["body": ["limit": 4]])
                #expect(all == ["ids": .array(ids.reversed()), "pages": 7, "type": "list"])
                let query: JSONValue = ["created_at.gte": "2026-11-21T00:00:20.000Z", "status": "pending"]
                let some = try await sdk("payments", ["body": query])
                #expect(some["ids"] == .array(ids.suffix(5).reversed()))
            }
        }
    }

    @Test("gives money back, and makes receipts")
    func refundsAndReceipts() async throws {
        try await YooDesk.with { desk async throws in
            try await PythonSDK.with(desk) { sdk async throws in
                let receipt: JSONValue = [
                    "customer": ["email": "a@example.com"],
                    "items": [
                        [
                            "description": "Mug", "quantity": 2, "amount": YooDesk.rub("50.00"), "vat_code": 11,
                            "payment_mode": "full_payment", "payment_subject": "commodity",
                        ]
                    ],
                ]
                let made = try await sdk("create", ["body": YooDesk.payment(["receipt": receipt])])
                let id = Self.text(made["id"])
                try desk.yookassa.pay(id)
                #expect(try await sdk("find", ["id": .string(id)])["receipt_registration"] == "succeeded")
                let asked: JSONValue = ["payment_id": .string(id), "amount": YooDesk.rub("30.00")]
                let refund = try await sdk("refund", ["body": asked, "key": "r-1"])
                #expect(refund["status"] == "succeeded", "\(refund.text)")
                #expect(try await sdk("find_refund", ["id": refund["id"] ?? .null]) == refund)
                let refunds = try await sdk("refunds", ["body": ["payment_id": .string(id)]])
                #expect(refunds["ids"] == [refund["id"] ?? .null])

                var separate = try #require(receipt.objectValue)
                separate["type"] = "payment"
                separate["payment_id"] = .string(id)
                separate["send"] = true
                separate["settlements"] = [["type": "cashless", "amount": YooDesk.rub("100.00")]]
                let added = try await sdk("receipt", ["body": .object(separate)])
                #expect(added["status"] == "succeeded", "\(added.text)")
                #expect(try await sdk("find_receipt", ["id": added["id"] ?? .null]) == added)
                let receipts = try await sdk("receipts", ["body": ["payment_id": .string(id)]])
                #expect(receipts["ids"]?.arrayValue?.count == 2)
                #expect(receipts["ids"]?[0] == added["id"])
            }
        }
    }

    @Test("charges saved methods, and saves one without a payment")
    func methods() async throws {
        try await YooDesk.with { desk async throws in
            try await PythonSDK.with(desk) { sdk async throws in
                let method = try await desk.savedMethod()
                let charge = try await sdk("create", ["body": YooDesk.charge(method), "key": "c-1"])
                #expect(charge["status"] == "succeeded", "\(charge.text)")
                #expect(charge["payment_method"]?["saved"] == true)
                #expect(desk.yookassa.charges(forKey: "c-1").count == 1)
                let asked: JSONValue = [
                    "type": "bank_card",
                    "confirmation": ["type": "redirect", "return_url": .string(YooDesk.returnURL)],
                ]
                let made = try await sdk("save_method", ["body": asked])
                #expect(made["status"] == "pending", "\(made.text)")
                try desk.yookassa.confirmMethod(Self.text(made["id"]))
                let active = try await sdk("find_method", ["id": made["id"] ?? .null])
                #expect(active["status"] == "active")
                #expect(active["saved"] == true)
            }
        }
    }

    @Test("reads every notification as what it is")
    func notifications() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            try await PythonSDK.with(desk) { sdk async throws in
                let id = try await desk.held()
                _ = try await desk.post("payments/\(id)/capture", [:])
                _ = try await desk.post("refunds", ["payment_id": .string(id), "amount": YooDesk.rub("1.00")])
                try desk.yookassa.decline(try await desk.create().id)
                let asked: JSONValue = [
                    "type": "bank_card", "confirmation": ["type": "redirect", "return_url": "https://a.b/"],
                ]
                try desk.yookassa.confirmMethod(try await desk.post("payment_methods", asked).id)
                await desk.yookassa.deliverDue()
                var classes: [String] = []
                for notice in endpoint.notices {
                    let read = try await sdk("notification", ["body": notice.body])
                    classes.append("\(Self.text(read["event"])) \(Self.text(read["class"]))")
                    #expect(read["object"]?["id"] == notice.body["object"]?["id"])
                    #expect(read["object"]?["status"] == notice.body["object"]?["status"])
                }
                #expect(
                    classes == [
                        "payment.waiting_for_capture WebhookNotification", "payment.succeeded WebhookNotification",
                        "refund.succeeded RefundWebhookNotification", "payment.canceled WebhookNotification",
                        "payment_method.active PaymentMethodWebhookNotification",
                    ])
            }
        }
    }

    @Test("reads its settings, and its mistakes")
    func mistakes() async throws {
        try await YooDesk.with { desk async throws in
            try await PythonSDK.with(desk) { sdk async throws in
                let me = try await sdk("me")
                #expect(me["account_id"] == "100500")
                #expect(me["test"] == true)
                #expect(me["fiscalization"]?["enabled"] == false)

                let missing = try await sdk("find", ["id": "2ed1a5a3-000f-5000-8000-1b68e7b15f3f"])
                #expect(missing["error"] == "NotFoundError")
                #expect(missing["content"]?["code"] == "not_found")
                #expect(try await sdk("webhooks")["error"] == "ForbiddenError")
                _ = try await sdk("create", ["body": YooDesk.payment(), "key": "k"])
                let other = YooDesk.payment(["description": "another"])
                let duplicated = try await sdk("create", ["body": other, "key": "k"])
                #expect(duplicated["error"] == "BadRequestError")
                #expect(duplicated["content"]?["description"] == "Idempotence key duplicated")
                // With its own addition there are seventeen.
                var metadata: JSONObject = [:]
                for number in 0..<16 { metadata["k\(number)"] = "v" }
                let many = try await sdk("create", ["body": YooDesk.payment(["metadata": .object(metadata)])])
                #expect(many["content"]?["parameter"] == "metadata")

                desk.yookassa.fail(.createPayment, with: .failedAfter(500), .tooMany(1_000))
                let failed = try await sdk("create", ["body": YooDesk.payment(), "key": "z"])
                #expect(failed["error"] == "InternalServerError")
                #expect(
                    try await sdk("create", ["body": YooDesk.payment(), "key": "z"])["error"] == "TooManyRequestsError")
                #expect(try await sdk("create", ["body": YooDesk.payment(), "key": "z"])["status"] == "pending")
                desk.yookassa.rotateSecret(of: YooDesk.shopID, to: "test_other")
                #expect(try await sdk("me")["error"] == "UnauthorizedError")
            }
        }
    }
}
