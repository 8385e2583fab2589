import NIOHTTP1
import Pledg
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("POST /purchase")
struct PledgCreateTests {
    @Test("makes a purchase, the same for the same key, and shows nothing of shares")
    func created() async throws {
        try await PledgScene.with { scene in
            let first = try await scene.call(.POST, "/purchase", PledgScene.body(), key: "k1")
            #expect(first.status == 201)
            let id = try #require(first.json["id"]?.stringValue)
            #expect(first.header("location") == "/purchase/\(id)")
            #expect(first.header("cache-control") == "no-store")
            #expect(first.json["state"] == "INITIALIZED")
            #expect(first.json["pledger_emails"] == [])
            let page = try #require(first.json["page_url"]?.stringValue)
            #expect(page.hasPrefix("https://pay.example/pledg/lead/"))
            // 22 characters of base64 are 128 bits.
            #expect((page.split(separator: "/").last ?? "").count >= 22)
            #expect(!page.contains(id))
            let again = try await scene.call(.POST, "/purchase", PledgScene.body(), key: "k1")
            #expect(again.status == 201)
            #expect(again.bytes == first.bytes)
            let other = try await scene.call(.POST, "/purchase", PledgScene.body("ORD-1", "8000.00"), key: "k1")
            #expect("\(other.status) \(other.problem ?? "")" == "422 idempotency-key-reused")
            let doubled = try await scene.call(.POST, "/purchase", PledgScene.body())
            #expect("\(doubled.status) \(doubled.problem ?? "")" == "409 purchase-open")
            #expect(doubled.text.contains(id))
            try await scene.gateway.setMembers(
                String(page.split(separator: "/").last ?? ""), [PledgMember(email: "ann@example.com")], .equal
            ).get()
            let shown = try await scene.call(.GET, "/purchase/\(id)")
            #expect(
                Set(shown.json.objectValue?.keys.map { $0 } ?? []) == [
                    "id", "state", "page_url", "pledger_emails", "reference", "amount", "refunded", "reason",
                    "settlement", "created_at", "funded_at", "expires_at", "ended_at",
                ])
            #expect(shown.json["pledger_emails"] == ["ann@example.com"])
            #expect(!shown.text.contains("4500"))
            let created = try #require(shown.json["created_at"]?.integerValue)
            #expect(shown.json["expires_at"] == .integer(created + 48 * PledgScene.hour))
        }
    }

    @Test("two at once are one")
    func race() async throws {
        try await PledgScene.with { scene in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let reply = try await scene.call(.POST, "/purchase", PledgScene.body(), key: "race")
                        return "\(reply.status) \(reply.json["id"]?.stringValue ?? "")"
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(ids.first?.hasPrefix("201 pur_") == true)
        }
    }

    @Test("takes what the seed sends: who organises it, and how much")
    func seed() async throws {
        try await PledgScene.with { scene in
            let body = #"{"organiser_email":"leader@example.com","amount":{"value":"9000.00","currency":"UZS"}}"#
            let first = try await scene.call(.POST, "/purchase", body, key: "s")
            #expect(first.status == 201)
            let again = try await scene.call(.POST, "/purchase", body, key: "s")
            #expect(again.bytes == first.bytes)
            let reference = try #require(first.json["reference"]?.stringValue)
            let order = try await scene.call(.GET, "/orders/\(reference)")
            #expect(order.json["amount"]?["value"] == "9000.00")
            let another = try await scene.call(.POST, "/purchase", body)
            #expect(another.json["reference"] != first.json["reference"])
        }
    }

    @Test("refuses what cannot be, and says which part")
    func refusals() async throws {
        let base = #""organiser_email":"l@example.com","amount":{"value":"90.00","currency":"UZS"}"#
        func line(_ price: String, _ more: String = "") -> String {
            #"{\#(base),"basket":[{"name":"A","unit_amount":{"value":"\#(price)","currency":"UZS"}\#(more)}]}"#
        }
        let refusals: [(body: String, answer: String)] = [
            ("{", "400 invalid-json"),
            ("{}", "400 invalid-request organiser_email"),
            (#"{"organiser_email":"l@example.com"}"#, "400 invalid-request amount"),
            (#"{"organiser_email":"l@example.com","amount":90}"#, "400 invalid-request amount"),
            (#"{\#(base),"shares":[]}"#, "400 invalid-request shares"),
            (#"{\#(base),"on_failure":"nobody"}"#, "400 invalid-request on_failure"),
            (#"{\#(base),"basket":{}}"#, "400 invalid-request basket"),
            (#"{\#(base),"basket":[]}"#, "422 unprocessable basket"),
            (line("90.00", #","quantity":1.5"#), "400 invalid-request basket[0].quantity"),
            (line("90.00", #","quantity":0"#), "422 unprocessable basket"),
            (line("95.00"), "422 unprocessable basket"),
            (#"{\#(base),"reference":"pledg-1"}"#, "422 unprocessable reference"),
            (#"{\#(base),"reference":"a b"}"#, "422 unprocessable reference"),
            (#"{\#(base),"success_url":"http://shop.example"}"#, "422 unprocessable success_url"),
            (base.replacing("l@example.com", with: "nobody").braced, "422 unprocessable organiser_email"),
            (
                base.replacing("l@example.com", with: #"l@example.com\r\nBcc: x@y.example"#).braced,
                "422 unprocessable organiser_email"
            ),
            (base.replacing("90.00", with: "0.00").braced, "400 invalid-request amount.value"),
            (base.replacing("UZS", with: "EUR").braced, "409 no-gateway amount.currency"),
        ]
        try await PledgScene.with { scene in
            for (body, answer) in refusals {
                let reply = try await scene.call(.POST, "/purchase", body)
                let words = [String(reply.status), reply.problem, reply.json["field"]?.stringValue].compactMap { $0 }
                #expect(words.joined(separator: " ") == answer, "\(body): \(reply.text)")
            }
            // The signed difference, in money.
            let more = try await scene.call(.POST, "/purchase", line("95.00"))
            #expect(more.text.contains("5.00 UZS more than the amount"), "\(more.text)")
            let less = try await scene.call(.POST, "/purchase", line("89.99"))
            #expect(less.text.contains("0.01 UZS less than the amount"), "\(less.text)")
        }
    }

    @Test("lets in who has the key and the scope, and nobody else")
    func access() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            for (method, path) in [
                (HTTPMethod.POST, "/purchase"), (.GET, "/purchase/\(purchase.id)"),
                (.GET, "/purchase/\(purchase.id)/links"), (.POST, "/purchase/\(purchase.id)/cancel"),
                (.POST, "/purchase/\(purchase.id)/refund"),
            ] {
                #expect(try await scene.web.send(method, path, "{}").status == 401, "\(path)")
            }
            let key = try await scene.call(.POST, "/keys", #"{"name":"k","scopes":["orders:read"]}"#)
            let token = try #require(key.json["token"]?.stringValue)
            let shown = try await scene.web.send(.GET, "/purchase/\(purchase.id)", key: token)
            #expect(shown.status == 200)
            let links = try await scene.web.send(.GET, "/purchase/\(purchase.id)/links", key: token)
            #expect(links.status == 403)
            let wrong = try await scene.call(.DELETE, "/purchase/\(purchase.id)")
            #expect(wrong.status == 405)
            for id in ["x", "pur_" + String(repeating: "0", count: 26), "pur_"] {
                #expect(try await scene.call(.GET, "/purchase/\(id)").status == 404)
                #expect(try await scene.call(.POST, "/purchase/\(id)/cancel").status == 404)
                #expect(try await scene.call(.POST, "/purchase/\(id)/refund").status == 404)
            }
        }
    }
}

extension String {
    fileprivate var braced: String { "{\(self)}" }
}
