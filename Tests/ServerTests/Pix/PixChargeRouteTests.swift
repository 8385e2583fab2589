import Foundation
import NIOHTTP1
import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@Suite("POST /payments/pix")
struct PixChargeRouteTests {
    @Test("takes the seed's body, and answers what the seed answers and what a shop needs")
    func seed() async throws {
        try await PixShop.with { shop in
            let reply = try await shop.charge(#"{"amount": 150.75}"#)
            #expect(reply.status == 200)
            #expect(reply.json["message"] == "The payment has been created")
            let payment = try #require(reply.json["payment"])
            let id = try #require(payment["id"]?.stringValue)
            #expect(payment["amount"] == .number("150.75"))
            #expect(payment["paid"] == false)
            #expect(payment["status"] == "pending")
            #expect(payment["bank_payment_id"] == payment["txid"])
            #expect(payment["qr_code"] == .string("\(id).png"))
            let end = shop.running.clock.now + 86_400_000
            #expect(payment["expires_at"] == .integer(end))
            let date = try #require(payment["expiration_date"]?.stringValue)
            let parsed = try Date(date, strategy: .iso8601)
            #expect(parsed.timeIntervalSince1970 == Double(end / 1_000))
            let text = try #require(payment["copia_e_cola"]?.stringValue)
            let code = try BRCode(text)
            #expect(code.amount?.minor == 15_075)
            #expect(payment["txid"]?.stringValue == code.txid?.text)
            #expect(payment["links"]?["page"] == .string("/payments/pix/\(id)"))
            #expect(reply.header("location") == "/payments/pix/\(id)")
            #expect(reply.header("cache-control") == "no-store")
            let order = try #require(payment["order_id"]?.stringValue)
            let stored = try await shop.running.merchant(.GET, "/orders/\(order)")
            #expect(stored.body["amount"] == ["value": "150.75", "currency": "BRL"])
        }
    }

    /// An amount as JSON, and centavos; nil: refused.
    private static let amounts: [(String, Int64?)] = [
        ("10", 1_000), ("10.5", 1_050), ("10.50", 1_050), ("0.29", 29), ("1.10", 110), (#""10.50""#, 1_050),
        (#""7""#, 700), (#"{"value":"1.15","currency":"BRL"}"#, 115), ("0.01", 1), ("9999999999.99", 999_999_999_999),
        ("1e1", 1_000), ("10.500", 1_050), ("10000000000.00", nil), ("0", nil), ("0.00", nil), ("-1", nil),
        ("0.001", nil), ("10.505", nil), ("0.30000000000000004", nil), (#""10,50""#, nil), (#"" 1""#, nil),
        (#""1e1""#, nil), (#""""#, nil), ("true", nil), ("null", nil), ("[]", nil),
        (#"{"value":"1.15","currency":"UZS"}"#, nil), ("99999999999999999999999", nil), ("1e400", nil),
        ("1e-400", nil),
    ]

    @Test("reads amounts to the centavo, from numbers and from text")
    func exact() async throws {
        try await PixShop.with { shop in
            for (text, centavos) in Self.amounts {
                let reply = try await shop.charge(#"{"amount":\#(text)}"#)
                if let centavos {
                    #expect(reply.status == 200, "\(text)")
                    let written = Money(minor: centavos, currency: .brl).decimal
                    #expect(reply.json["payment"]?["amount"]?.numberText == written, "\(text)")
                } else {
                    #expect(reply.status == 400, "\(text)")
                    #expect(reply.json["field"] == "amount", "\(text)")
                }
            }
        }
    }

    @Test("says what is wrong with a request, and makes nothing")
    func refusals() async throws {
        try await PixShop.with { shop in
            for (body, status, problem, field) in [
                ("", 400, "invalid-json", nil), ("[]", 400, "invalid-json", nil),
                ("{}", 400, "invalid-request", "amount"),
                (#"{"amount":1,"amount":2}"#, 400, "invalid-json", nil),
                (#"{"amount":1,"expirys":60}"#, 400, "invalid-request", "expirys"),
                (#"{"amount":1,"expiry":59}"#, 400, "invalid-request", "expiry"),
                (#"{"amount":1,"expiry":"60"}"#, 400, "invalid-request", "expiry"),
                (#"{"amount":1,"expiry":60.0}"#, 400, "invalid-request", "expiry"),
                (#"{"amount":1,"order_id":5}"#, 400, "invalid-request", "order_id"),
                (#"{"amount":1,"description":""}"#, 400, "invalid-request", "description"),
                (#"{"amount":1,"order_id":"nobody"}"#, 404, "not-found", nil),
            ] as [(String, Int, String, String?)] {
                let reply = try await shop.charge(body)
                #expect(reply.status == status, "\(body)")
                #expect(reply.problem == problem, "\(body)")
                #expect(reply.json["field"]?.stringValue == field, "\(body)")
            }
            let long = #"{"amount":1,"description":"\#(String(repeating: "a", count: 70_000))"}"#
            #expect(try await shop.charge(long).status == 413)
            let transactions = try await shop.running.merchant(.GET, "/transactions").body
            #expect(transactions["items"] == [], "\(transactions.text)")
        }
    }

    @Test("pays an order that was registered, once")
    func orders() async throws {
        try await PixShop.with { shop in
            let order: JSONValue = ["id": "A", "amount": ["value": "10.50", "currency": "BRL"]]
            #expect(try await shop.running.merchant(.POST, "/orders", order).status == 201)
            #expect(try await shop.charge(#"{"amount":"10.51","order_id":"A"}"#).status == 422)
            let id = try await shop.id(#"{"amount":"10.50","order_id":"A","expiry":600,"description":"Caneca"}"#)
            #expect(try await shop.charge(#"{"amount":"10.50","order_id":"A"}"#).problem == "order-busy")
            #expect(try await shop.show(id)["description"] == "Caneca")
            #expect(try await shop.pay(id).status == 200)
            #expect(try await shop.running.merchant(.GET, "/orders/A").body["status"] == "paid")
            #expect(try await shop.charge(#"{"amount":"10.50","order_id":"A"}"#).problem == "order-paid")
        }
    }

    @Test("makes one charge of one Idempotency-Key, however many ask at once")
    func once() async throws {
        try await PixShop.with { shop in
            let ids = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await shop.charge(#"{"amount":3}"#, idempotencyKey: "k-1").json["payment"]?["id"]?
                            .stringValue
                    }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(ids.first != .some(nil))
            let other = try await shop.charge(#"{"amount":4}"#, idempotencyKey: "k-1")
            #expect(other.problem == "idempotency-key-reused")
            let fresh = try await shop.charge(#"{"amount":3}"#, idempotencyKey: "k-2")
            #expect(fresh.json["payment"]?["id"]?.stringValue != ids.first)
            #expect(try await shop.charge(#"{"amount":3}"#, idempotencyKey: "a b").status == 400)
        }
    }

    @Test("is for the merchant: without a key, or with one that may not, nothing is made")
    func keys() async throws {
        try await PixShop.with { shop in
            let body = #"{"amount":1}"#
            #expect(try await shop.send(.POST, "/payments/pix", body).status == 401)
            #expect(try await shop.send(.POST, "/payments/pix", body, key: "wrong").status == 401)
            for (scope, status) in [("orders:read", 403), ("orders:write", 200)] {
                let made = try await shop.running.merchant(
                    .POST, "/keys", ["name": "till", "scopes": [.string(scope)]])
                let token = try #require(made.body["token"]?.stringValue)
                #expect(try await shop.send(.POST, "/payments/pix", body, key: token).status == status)
            }
            let get = try await shop.get("/payments/pix")
            #expect(get.status == 405)
            #expect(get.header("allow") == "POST")
        }
    }

    @Test("is not there without a key of Pix's, nor are its pages")
    func off() async throws {
        try await RunningServer.with { running in
            let shop = PixShop(running: running)
            let reply = try await shop.charge(#"{"amount":1}"#)
            #expect(reply.status == 404)
            #expect(try await shop.get("/payments/pix/\(String(repeating: "a", count: 26))").status == 404)
            #expect(try await shop.send(.POST, "/payments/pix/confirm", "[]").status == 404)
        }
    }

    @Test("writes links that payers reach, if it is told where they come in")
    func links() async throws {
        try await PixShop.with(["PIX_PUBLIC_URL": "https://pay.example/shop"]) { shop in
            let payment = try await shop.made()
            let id = try #require(payment["id"]?.stringValue)
            #expect(payment["links"]?["page"] == .string("https://pay.example/shop/payments/pix/\(id)"))
            #expect(payment["links"]?["svg"] == .string("https://pay.example/shop/payments/pix/qr_code/\(id).svg"))
        }
    }
}
