import NIOHTTP1
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("The code of a charge")
struct PixCodeRouteTests {
    private enum End: CaseIterable {
        case paid, cancelled, expired, timeUp
    }

    private func end(_ shop: PixShop, _ id: String, _ end: End) async throws {
        switch end {
        case .paid: try await shop.pay(id)
        case .cancelled: _ = try await shop.running.server.pix?.gateway.charges.cancel(id, actor: "test")
        case .expired, .timeUp:
            shop.running.clock.advance(milliseconds: 60_001)
            if end == .expired { try await shop.expire(id) }
        }
    }

    @Test("is shown for as long as it can be paid, and not a moment longer")
    func shown() async throws {
        for how in End.allCases {
            try await PixShop.with { shop in
                let payment = try await shop.made(#"{"amount":10.50,"expiry":60}"#)
                let id = try #require(payment["id"]?.stringValue)
                let code = try #require(payment["copia_e_cola"]?.stringValue)
                let image = "/payments/pix/qr_code/\(id)"
                let tag = try #require(try await shop.get(image + ".svg").header("etag"))
                shop.running.clock.advance(milliseconds: 60_000)
                #expect(try await shop.get(image + ".png").status == 200)
                #expect(try await shop.show(id)["copia_e_cola"] == .string(code))
                #expect(try await shop.page(id).contains(code))
                shop.running.clock.advance(milliseconds: -60_000)
                try await end(shop, id, how)
                for ending in ["", ".png", ".svg"] {
                    let reply = try await shop.get(image + ending)
                    #expect(reply.status == 410, "\(how)")
                    #expect(reply.problem == "not-payable")
                }
                // What a browser has kept it does not show again.
                #expect(try await shop.send(.GET, image + ".svg", headers: [("if-none-match", tag)]).status == 410)
                let json = try await shop.get("/payments/pix/\(id)", accept: "application/json")
                #expect(json.json["copia_e_cola"] == .null)
                #expect(json.json["qr_code"] == .null)
                #expect(json.json["links"]?["png"] == nil)
                #expect(json.json["links"]?["svg"] == nil)
                #expect(json.json["txid"] == payment["txid"])
                #expect(!json.text.contains(code))
                let page = try await shop.page(id, "?lang=en")
                #expect(!page.contains(code), "\(how)")
                #expect(!page.contains("qr_code/"), "\(how)")
            }
        }
    }

    @Test("is kept by nobody without asking again")
    func caching() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let reply = try await shop.get("/payments/pix/qr_code/\(id).png")
            #expect(reply.header("cache-control") == "private, no-cache")
        }
    }
}

@Suite("Every answer about Pix")
struct PixHeaderTests {
    @Test("is taken for what it says it is, kept by nobody, and tells no other site its address")
    func headers() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let key = shop.running.merchantKey
            var replies: [(String, PixShop.Reply)] = []
            for path in [
                "/payments/pix/\(id)", "/payments/pix/qr_code/\(id).png", "/payments/pix/qr_code/\(id).svg",
                "/payments/pix/qr_code/\(id).gif", "/payments/pix/assets/pixpage.js", "/payments/pix/assets/none",
                "/payments/pix/\(String(repeating: "a", count: 26))", "/payments/pix/\(id)/", "/payments/pix",
                "/payments/pix/\(String(repeating: "a", count: 26))/events", "/pix/payments/none",
            ] { replies.append((path, try await shop.get(path, accept: "application/json"))) }
            replies.append(("page", try await shop.get("/payments/pix/\(id)", accept: "text/html")))
            replies.append(("charge", try await shop.charge(#"{"amount":1}"#)))
            replies.append(("no charge", try await shop.charge(#"{"amount":0}"#)))
            replies.append(("notice", try await shop.send(.POST, "/payments/pix/confirm", "[]")))
            replies.append(("payout", try await shop.send(.POST, "/pix/payments", "{}", key: key)))
            replies.append(("paid", try await shop.pay(id)))
            replies.append(("gone", try await shop.get("/payments/pix/qr_code/\(id).png")))
            for (what, reply) in replies {
                #expect(reply.header("x-content-type-options") == "nosniff", "\(what)")
                #expect(reply.header("cache-control") != nil, "\(what)")
                #expect(reply.header("cache-control")?.contains("max-age") == false, "\(what)")
                // What no route takes tells of nothing.
                #expect(reply.header("referrer-policy") == "no-referrer" || reply.status == 405, "\(what)")
            }
        }
    }
}
