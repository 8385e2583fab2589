import NIOHTTP1
import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("POST /payments/pix/confirm")
struct PixNoticeRouteTests {
    private static let path = "/payments/pix/confirm"
    private static let item =
        #"{"endToEndId":"E00000000202611211200aaaaaaaaaaa","txid":"x1","valor":"10.50","horario":"2026-11-21T12:00:00Z"}"#

    @Test("takes the bank's bodies of both shapes, and answers 200 also for what is of no concern")
    func shapes() async throws {
        try await PixShop.with { shop in
            for body in [
                #"{"pix":[\#(Self.item)]}"#, "[\(Self.item)]", "[]", #"{"pix":[]}"#, "{}", "nonsense", "",
                #"{"pix":[{"valor":1}]}"#, String(repeating: "[", count: 200),
                "[" + Array(repeating: Self.item, count: 600).joined(separator: ",") + "]",
            ] {
                for path in [Self.path, Self.path + "/pix"] {
                    let reply = try await shop.send(.POST, path, body)
                    #expect(reply.status == 200, "\(body.prefix(40))")
                }
            }
        }
    }

    @Test("believes nothing: a notice alone pays no charge")
    func trigger() async throws {
        try await PixShop.with { shop in
            let payment = try await shop.made()
            let txid = try #require(payment["txid"]?.stringValue)
            let id = try #require(payment["id"]?.stringValue)
            let body = Self.item.replacing("\"x1\"", with: "\"\(txid)\"")
            #expect(try await shop.send(.POST, Self.path, "[\(body)]").status == 200)
            #expect(try await shop.show(id)["status"] == "pending")
            #expect(try await shop.pay(txid).status == 200)
            #expect(try await shop.show(id)["status"] == "paid")
        }
    }

    @Test("believes the bank of a static code, where the path shows that it is the bank")
    func believed() async throws {
        let secret = "a-path-that-the-bank-knows"
        try await PixShop.with(["PIX_WEBHOOK_SECRET": secret]) { shop in
            let payment = try await shop.made()
            let txid = try #require(payment["txid"]?.stringValue)
            let id = try #require(payment["id"]?.stringValue)
            let body = Self.item.replacing("\"x1\"", with: "\"\(txid)\"")
            #expect(try await shop.send(.POST, Self.path, "[\(body)]").status == 404)
            #expect(try await shop.send(.POST, Self.path + "/\(secret)/pix", "[\(body)]").status == 200)
            let isPaid = await eventually { (try? await shop.show(id)["status"]) == "paid" }
            #expect(isPaid)
        }
    }

    @Test("takes a thousand payments in one body, and refuses more whole")
    func many() async throws {
        try await PixShop.with { shop in
            for (count, status) in [(1_000, 200), (1_001, 413)] {
                let body = "[" + Array(repeating: #"{"valor":1}"#, count: count).joined(separator: ",") + "]"
                let reply = try await shop.send(.POST, Self.path, body)
                #expect(reply.status == status)
                #expect(status == 200 || reply.problem == "too-large")
            }
        }
    }

    @Test("takes the seed's body from the merchant alone, and says the same again to the same again")
    func seed() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let body = #"{"bank_payment_id":"\#(id)","amount":10.50}"#
            #expect(try await shop.send(.POST, Self.path, body).status == 401)
            #expect(try await shop.send(.POST, Self.path, body, key: "wrong-key-of-the-tests").status == 401)
            for (scope, status) in [("orders:write", 403), ("transactions:write", 200)] {
                let made = try await shop.running.merchant(
                    .POST, "/keys", ["name": "till", "scopes": [.string(scope)]])
                let token = try #require(made.body["token"]?.stringValue)
                let reply = try await shop.send(.POST, Self.path, body, key: token)
                #expect(reply.status == status)
                #expect(status != 200 || reply.json["payment"]?["paid"] == true)
            }
            let again = try await shop.pay(id)
            #expect(again.status == 200)
            #expect(again.json["message"] == "The payment has been confirmed")
        }
    }

    @Test("refuses the merchant what does not fit, and changes nothing")
    func refusals() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let key = shop.running.merchantKey
            for (body, status) in [
                (#"{"bank_payment_id":"\#(id)"}"#, 400), (#"{"amount":10.50}"#, 400),
                (#"{"bank_payment_id":"\#(id)","amount":10.51}"#, 400),
                (#"{"bank_payment_id":"\#(id)","amount":-10.50}"#, 400),
                (#"{"bank_payment_id":"\#(id)","amount":10.50,"paid":true}"#, 400),
                (#"{"bank_payment_id":5,"amount":10.50}"#, 400), (#"{"bank_payment_id":"nobody","amount":10.50}"#, 404),
            ] {
                #expect(try await shop.send(.POST, Self.path, body, key: key).status == status, "\(body)")
            }
            #expect(try await shop.show(id)["status"] == "pending")
            shop.running.clock.advance(milliseconds: 86_400_001)
            try await shop.expire(id)
            let late = try await shop.pay(id)
            #expect(late.status == 409)
            #expect(late.problem == "too-late")
        }
    }

    @Test("hears the bank only at the path that the bank alone knows")
    func secret() async throws {
        let secret = "a-path-that-the-bank-knows"
        try await PixShop.with(["PIX_WEBHOOK_SECRET": secret]) { shop in
            let body = "[\(Self.item)]"
            for (path, status) in [
                ("", 404), ("/pix", 404), ("/\(secret)", 200), ("/\(secret)/pix", 200), ("/wrong", 404),
                ("/wrong/pix", 404), ("/\(secret)/other", 404), ("/\(secret)x", 404),
            ] {
                #expect(try await shop.send(.POST, Self.path + path, body).status == status, "\(path)")
            }
            let id = try await shop.id()
            #expect(try await shop.pay(id).status == 200)
        }
    }

    @Test("has the server's own limit for the merchant, and a wider one for the bank")
    func long() async throws {
        try await PixShop.with { shop in
            let padding = String(repeating: " ", count: 1 << 20)
            let refused = try await shop.send(.POST, Self.path, "[" + padding + "]")
            #expect(refused.status == 413)
            #expect(try await shop.send(.POST, Self.path, "[" + padding.dropFirst(10) + "]").status == 200)
        }
    }
}

@Suite("POST /pix/payments")
struct PixPayoutRouteTests {
    @Test("is the owner's alone, and refuses what cannot be sent")
    func refusals() async throws {
        try await PixShop.with { shop in
            let body = #"{"valor":"10.00","chave":"chave@pix.com.br","descricao":"Pagamento","txid":"p-1"}"#
            #expect(try await shop.send(.POST, "/pix/payments", body).status == 401)
            let made = try await shop.running.merchant(
                .POST, "/keys", ["name": "all", "scopes": ["orders:write", "transactions:write", "refunds:write"]])
            let token = try #require(made.body["token"]?.stringValue)
            #expect(try await shop.send(.POST, "/pix/payments", body, key: token).status == 403)
            let key = shop.running.merchantKey
            let offline = try await shop.send(.POST, "/pix/payments", body, key: key)
            #expect(offline.status == 409)
            #expect(offline.problem == "no-bank")
            for (name, wrong) in [
                ("valor", #""10.001""#), ("valor", "0"), ("chave", #""nobody""#), ("txid", "5"), ("descricao", "5"),
            ] {
                var object = try JSONValue(parsing: body).objectValue ?? JSONObject()
                object[name] = try JSONValue(parsing: wrong)
                let reply = try await shop.send(.POST, "/pix/payments", JSONValue.object(object).text, key: key)
                #expect(reply.status == 400, "\(name)")
                #expect(reply.json["field"] == .string(name))
            }
            #expect(try await shop.send(.GET, "/pix/payments/p-1", key: key).status == 404)
            #expect(try await shop.send(.GET, "/pix/payments/p-1").status == 401)
        }
    }
}
