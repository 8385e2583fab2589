import NIOHTTP1
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("Changing a charge over HTTP")
struct PixChangeRouteTests {
    private func patch(_ shop: PixShop, _ id: String, _ value: String, key: String? = nil) async throws -> PixShop.Reply
    {
        try await shop.send(
            .PATCH, "/payments/pix/\(id)", #"{"expires_in":\#(value)}"#, key: key ?? shop.running.merchantKey)
    }

    private func cancel(_ shop: PixShop, _ id: String, key: String? = nil) async throws -> PixShop.Reply {
        try await shop.send(.POST, "/payments/pix/\(id)/cancel", key: key ?? shop.running.merchantKey)
    }

    @Test("lets it be paid for longer or shorter, counted from when it was made")
    func revised() async throws {
        try await PixShop.with { shop in
            let made = shop.running.clock.now
            let id = try await shop.id()
            shop.running.clock.advance(milliseconds: 100_000)
            for seconds in [600, 2_592_000, 102] as [Int64] {
                let reply = try await patch(shop, id, "\(seconds)")
                #expect(reply.status == 200)
                #expect(reply.json["payment"]?["expires_at"] == .integer(made + seconds * 1_000))
                #expect(reply.json["payment"]?["links"]?["page"] == .string("/payments/pix/\(id)"))
            }
            #expect(try await shop.show(id)["expires_at"] == .integer(made + 102_000))
        }
    }

    @Test("refuses what is no such time, and changes nothing")
    func limits() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let before = try await shop.show(id)["expires_at"]
            shop.running.clock.advance(milliseconds: 100_000)
            for value in [
                "0", "-1", "2592001", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
                "99999999999999999999999", "600.0", "6e2", "1e400", "0.5", #""600""#, "null", "true", "[]", "{}",
            ] {
                let reply = try await patch(shop, id, value)
                #expect(reply.status == 400, "\(value)")
                #expect(reply.json["field"] == "expires_in", "\(value)")
            }
            // Over already.
            for value in ["59", "60", "100"] { #expect(try await patch(shop, id, value).status == 422) }
            #expect(try await patch(shop, try await shop.id(), "59").status == 400)
            for body in ["", "[]", #"{"expires_in":600,"amount":1}"#, "{}", #"{"expires_in":600,"expires_in":700}"#] {
                let reply = try await shop.send(.PATCH, "/payments/pix/\(id)", body, key: shop.running.merchantKey)
                #expect(reply.status == 400, "\(body)")
            }
            #expect(try await shop.show(id)["expires_at"] == before)
        }
    }

    @Test("a charge's own time is refused outside the limits as well")
    func expiry() async throws {
        try await PixShop.with { shop in
            for value in ["9223372036854775807", "-1", "0", "6e2", "600.5", "1e400", "2592001", "99999999999999999999"]
            {
                let reply = try await shop.charge(#"{"amount":1,"expiry":\#(value)}"#)
                #expect(reply.status == 400, "\(value)")
                #expect(reply.json["field"] == "expiry", "\(value)")
            }
            for value in ["9223372036854775807", "92233720368547758.07", "-9223372036854775808", "1e18"] {
                let reply = try await shop.charge(#"{"amount":\#(value)}"#)
                #expect(reply.status == 400, "\(value)")
                #expect(reply.json["field"] == "amount", "\(value)")
            }
        }
    }

    @Test("calls it off once and for all, and then nothing of it changes")
    func cancelled() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            for _ in 0..<2 {
                let reply = try await cancel(shop, id)
                #expect(reply.status == 200)
                #expect(reply.json["payment"]?["status"] == "cancelled")
                #expect(reply.json["payment"]?["links"]?["page"] == .string("/payments/pix/\(id)"))
            }
            #expect(try await patch(shop, id, "600").problem == "too-late")
            #expect(try await shop.pay(id).status == 409)
        }
    }

    @Test("does not touch what is paid, nor what is over")
    func over() async throws {
        try await PixShop.with { shop in
            let paid = try await shop.id()
            try await shop.pay(paid)
            let over = try await shop.id(#"{"amount":1,"expiry":60}"#)
            shop.running.clock.advance(milliseconds: 60_001)
            try await shop.expire(over)
            for id in [paid, over] {
                #expect(try await cancel(shop, id).problem == "too-late")
                #expect(try await patch(shop, id, "600").problem == "too-late")
            }
            #expect(try await shop.show(paid)["status"] == "paid")
            #expect(try await shop.show(over)["status"] == "expired")
        }
    }

    @Test("is for the merchant, and for charges that there are")
    func keys() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            #expect(try await shop.send(.POST, "/payments/pix/\(id)/cancel").status == 401)
            #expect(try await shop.send(.PATCH, "/payments/pix/\(id)", #"{"expires_in":600}"#).status == 401)
            let made = try await shop.running.merchant(
                .POST, "/keys", ["name": "till", "scopes": ["orders:read", "transactions:read"]])
            let token = try #require(made.body["token"]?.stringValue)
            #expect(try await patch(shop, id, "600", key: token).status == 403)
            #expect(try await cancel(shop, id, key: token).status == 403)
            for nobody in [String(repeating: "a", count: 26), "short"] {
                #expect(try await patch(shop, nobody, "600").status == 404)
                #expect(try await cancel(shop, nobody).status == 404)
            }
            #expect(try await shop.get("/payments/pix/\(id)/cancel").header("allow") == "POST")
            #expect(try await shop.show(id)["status"] == "pending")
        }
    }
}
