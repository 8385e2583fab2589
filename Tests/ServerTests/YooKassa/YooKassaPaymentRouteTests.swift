import NIOHTTP1
import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("Payments through YooKassa")
struct YooKassaPaymentRouteTests {
    @Test("begin with the seed's body, are paid at YooKassa, and are told of by it", arguments: ["", "/yookassa"])
    func seed(tail: String) async throws {
        try await YooKassaScene.with { scene in
            let body =
                #"{"amount":{"value":"100.00","currency":"RUB"},"user_id":"user123","order_id":1,"is_recurrent":false}"#
            let reply = try await scene.call(.POST, "/payments" + tail, body)
            #expect(reply.status == 201, "\(reply.text)")
            let payment = reply.json
            let id = try scene.id(payment)
            #expect(reply.header("location") == "/payments/yookassa/\(id)")
            #expect(payment["status"] == "pending")
            #expect(payment["paid"] == false)
            #expect(payment["amount"] == ["value": "100.00", "currency": "RUB"])
            #expect(payment["order_id"] == "1")
            #expect(payment["user_id"] == "user123")
            #expect(payment["is_recurrent"] == false)
            #expect(payment["test"] == true)
            let theirs = try #require(payment["yookassa_id"]?.stringValue)
            let url = try #require(payment["confirmation"]?["confirmation_url"]?.stringValue)
            #expect(url == scene.yookassa.confirmationURL(of: theirs))
            #expect(
                scene.yookassa.payment(theirs)?.returnURL == "https://pay.example/payments/yookassa/\(id)/return")
            try await scene.pay(payment)
            #expect(try await scene.becomes("succeeded", id))
            let after = try await scene.show(id)
            #expect(after["paid"] == true)
            #expect(after["captured"] == ["value": "100.00", "currency": "RUB"])
            #expect(after["confirmation"] == .null)
            #expect(after["refunds"] == [])
            let order = try await scene.call(.GET, "/orders/1")
            #expect(order.json["status"] == "paid")
            let transaction = try #require(after["transaction_id"]?.stringValue)
            #expect(try await scene.call(.GET, "/transactions/\(transaction)").json["state"] == 2)
            // Paid once: the order takes no second payment.
            let again = try await scene.call(.POST, "/payments" + tail, body)
            #expect(again.status == 409)
            #expect(again.problem == "order-paid")
        }
    }

    @Test("are one payment for one Idempotency-Key, and no other request may have that key")
    func idempotency() async throws {
        try await YooKassaScene.with { scene in
            let first = try await scene.call(.POST, "/payments", YooKassaScene.body, key: "k")
            let second = try await scene.call(.POST, "/payments", YooKassaScene.body, key: "k")
            #expect(first.json["id"] == second.json["id"])
            #expect(first.json["id"] != nil)
            #expect(scene.yookassa.payments.count == 1)
            let other = try await scene.call(
                .POST, "/payments", YooKassaScene.body.replacing("100", with: "101"), key: "k")
            #expect(other.status == 422)
            #expect(other.problem == "idempotency-key-reused")
        }
    }

    @Test("are 202 while YooKassa has not answered, and go on with the same key")
    func silent() async throws {
        try await YooKassaScene.with { scene in
            scene.yookassa.fail(.createPayment, with: .failedAfter(500))
            let reply = try await scene.call(.POST, "/payments", YooKassaScene.body)
            #expect(reply.status == 202, "\(reply.text)")
            #expect(reply.json["status"] == "processing")
            let id = try scene.id(reply.json)
            #expect(try await scene.becomes("pending", id))
            #expect(scene.yookassa.payments.count == 1)
        }
    }

    /// A body, and what it is answered.
    private static let table = """
        {                                                                    | 400 invalid-json
        []                                                                   | 400 invalid-json
        {}                                                                   | 400 invalid-request amount
        {"amount":100}                                                       | 400 invalid-request amount
        {"amount":{"value":"0.00","currency":"RUB"}}                         | 400 invalid-request amount.value
        {"amount":{"value":"1.001","currency":"RUB"}}                        | 400 invalid-request amount.value
        {"amount":{"value":100,"currency":"RUB"}}                            | 400 invalid-request amount
        {"amount":{"value":"1","currency":"XXX"}}                            | 400 invalid-request amount.currency
        {"amount":{"value":"1","currency":"RUB"},"amuont":1}                 | 400 invalid-request amuont
        {"amount":{"value":"1","currency":"RUB"},"is_recurrent":"yes"}       | 400 invalid-request is_recurrent
        {"amount":{"value":"1","currency":"RUB"},"user_id":""}               | 400 invalid-request user_id
        {"amount":{"value":"1","currency":"RUB"},"order_id":"a b"}           | 400 invalid-request order_id
        {"amount":{"value":"1","currency":"RUB"},"order_id":-1}              | 400 invalid-request order_id
        {"amount":{"value":"1","currency":"RUB"},"metadata":{"tx":"1"}}      | 400 invalid-request metadata
        {"amount":{"value":"1","currency":"RUB"},"metadata":{"a":1}}         | 400 invalid-request metadata
        {"amount":{"value":"1","currency":"RUB"},"confirmation":{"type":"x"}} | 400 invalid-request confirmation.type
        {"amount":{"value":"1","currency":"RUB"},"confirmation":{"url":"x"}} | 400 invalid-request confirmation.url
        {"amount":{"value":"1","currency":"RUB"},"receipt":{"items":[]}}     | 400 invalid-request receipt.items
        {"amount":{"value":"1","currency":"RUB"},"payment_method_data":{"type":"bank_card","card":{}}} | 400 invalid-request payment_method_data
        {"amount":{"value":"1","currency":"RUB"},"payment_method_data":{"type":"sbp"},"capture":false} | 400 invalid-request capture
        {"amount":{"value":"1","currency":"USD"}}                            | 422 gateway-refused amount.currency
        """

    @Test("are refused in one sentence that names the field")
    func refusals() async throws {
        try await YooKassaScene.with { scene in
            for row in rows(Self.table) {
                let reply = try await scene.call(.POST, "/payments", row[0])
                let words = ["\(reply.status)", reply.problem, reply.json["field"]?.stringValue].compactMap { $0 }
                #expect(words.joined(separator: " ") == row[1], "\(row[0]): \(reply.text)")
            }
            #expect(scene.yookassa.payments.isEmpty)
        }
    }

    @Test("need somewhere to come back to, and are told how to say it")
    func noReturnURL() async throws {
        try await YooKassaScene.with { scene in
            try await RunningServer.with([
                "YOOKASSA_SHOP_ID": "100500", "YOOKASSA_SECRET_KEY": YooKassaScene.secretKey,
                "YOOKASSA_BASE_URL": "http://127.0.0.1:1/v3",
            ]) { running in
                let reply = try await PixShop(running: running).send(
                    .POST, "/payments", YooKassaScene.body, key: running.merchantKey)
                #expect(reply.status == 400)
                #expect(reply.json["field"] == "confirmation.return_url")
                #expect(reply.text.contains("set yookassa.return_url"))
            }
        }
    }

    @Test("are the merchant's alone: without a key, with a wrong one, with one that lacks the scope")
    func access() async throws {
        try await YooKassaScene.with { scene in
            let id = try scene.id(try await scene.made())
            let key = try await scene.running.merchant(
                .POST, "/keys", ["name": "reader", "scopes": ["orders:read"]])
            let token = try #require(key.body["token"]?.stringValue)
            let calls: [(HTTPMethod, String)] = [
                (.POST, "/payments"), (.POST, "/payments/yookassa"), (.GET, "/payments/yookassa/\(id)"),
                (.POST, "/payments/yookassa/\(id)/capture"), (.POST, "/payments/yookassa/\(id)/cancel"),
                (.POST, "/payments/yookassa/\(id)/refund"), (.GET, "/payments/yookassa/differences"),
                (.POST, "/payments/yookassa/differences"), (.POST, "/subscriptions"),
                (.GET, "/subscriptions?user_id=u"), (.GET, "/subscriptions/\(id)"),
                (.POST, "/subscriptions/\(id)/pause"), (.POST, "/subscriptions/\(id)/resume"),
                (.POST, "/subscriptions/\(id)/cancel"), (.POST, "/subscriptions/\(id)/renew"),
            ]
            for (method, path) in calls {
                let body = method == .POST ? "{}" : nil
                #expect(try await scene.web.send(method, path, body).status == 401, "\(path)")
                #expect(try await scene.web.send(method, path, body, key: "wrong").status == 401, "\(path)")
                #expect(try await scene.web.send(method, path, body, key: token).status == 403, "\(path)")
            }
            #expect(try await scene.show(id)["status"] == "pending")
            // What is there takes its own methods alone; what is not there is not there.
            for path in ["/payments", "/payments/yookassa/\(id)/capture", "/webhook", "/subscriptions/\(id)/pause"] {
                #expect(try await scene.call(.GET, path).status == 405, "\(path)")
            }
            let stranger = String(repeating: "a", count: 26)
            for path in ["/payments/yookassa/\(stranger)", "/payments/yookassa/x", "/subscriptions/\(stranger)"] {
                #expect(try await scene.call(.GET, path).status == 404, "\(path)")
            }
            for tail in ["capture", "cancel", "refund"] {
                #expect(try await scene.call(.POST, "/payments/yookassa/\(stranger)/\(tail)").status == 404)
            }
        }
    }
}
