import NIOHTTP1
import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import Server

@Suite("Money that is held, over HTTP", .enabled(if: CertificateMaker.isThere, "openssl is not installed"))
struct PixHeldRouteTests {
    /// A charge that was paid twice, and the id of the payment that is held.
    private func held(_ scene: PixInterShop) async throws -> (charge: JSONValue, id: String) {
        let payment = try await scene.shop.made(#"{"amount":"120.00"}"#)
        let txid = try #require(payment["txid"]?.stringValue)
        try scene.bank.pay(txid: txid)
        let id = try scene.bank.pay(txid: txid, slips: true).endToEndID
        // The server's own rounds are in between.
        let isHeld = await eventually {
            try? await scene.goOn(1)
            return (try? await list(scene.shop)) == [id]
        }
        try #require(isHeld)
        return (payment, id)
    }

    private func list(_ shop: PixShop) async throws -> [String] {
        let reply = try await shop.send(.GET, PixRoutes.heldPath, key: shop.running.merchantKey)
        return reply.json["items"]?.arrayValue?.compactMap { $0["end_to_end_id"]?.stringValue } ?? []
    }

    private func post(
        _ shop: PixShop, _ path: String, _ body: String? = nil, key: String? = nil
    ) async throws -> PixShop.Reply {
        try await shop.send(
            .POST, PixRoutes.heldPath + path, body, key: shop.running.merchantKey,
            headers: key.map { [("idempotency-key", $0)] } ?? [])
    }

    @Test("goes back in parts, each once for its key, and the rest without a body")
    func refunds() async throws {
        try await PixInterShop.with(["PIX_STRAY_MONEY": "hold"]) { scene in
            let (shop, (charge, id)) = (scene.shop, try await held(scene))
            let part = #"{"amount":"20.00"}"#
            let first = try await post(shop, "/\(id)/refund", part, key: "a")
            #expect(first.status == 202)
            #expect(first.json["amount"] == ["value": "20.00", "currency": "BRL"])
            #expect(first.json["end_to_end_id"]?.stringValue == id)
            #expect(first.json["state"] == "waiting")
            // The same answer again, however the refund stands by now.
            try await scene.goOn(1)
            let again = try await post(shop, "/\(id)/refund", part, key: "a")
            #expect(again.bytes == first.bytes && again.status == 202)
            #expect(first.header("idempotency-replayed") == nil && again.header("idempotency-replayed") == "true")
            let other = try await post(shop, "/\(id)/refund", #"{"amount":"30.00"}"#, key: "a")
            #expect(other.problem == "idempotency-key-reused")
            let second = try await post(shop, "/\(id)/refund", part, key: "b")
            #expect(second.status == 202)
            #expect(second.json["id"] != first.json["id"])
            let beyond = try await post(shop, "/\(id)/refund", #"{"amount":80.01}"#)
            #expect(beyond.status == 422)
            #expect(beyond.json["detail"]?.stringValue?.contains("80.00 BRL") == true, "\(beyond.text)")
            let rest = try await post(shop, "/\(id)/refund")
            #expect(rest.json["amount"]?["value"] == "80.00")
            #expect(try await list(shop) == [])
            let isBack = await eventually {
                try? await scene.goOn(1)
                return scene.bank.receipts.first { $0.endToEndID == id }?.refunds.count { $0.status == .done } == 3
            }
            #expect(isBack)
            let page = try #require(charge["id"]?.stringValue)
            let isTold = await eventually {
                try? await scene.goOn(1)
                let reply = try? await shop.send(
                    .GET, "/payments/pix/\(page)/refunds", key: shop.running.merchantKey)
                let items = reply?.json["items"]?.arrayValue ?? []
                return items.count == 3 && items.allSatisfy { $0["state"] == "done" }
            }
            #expect(isTold)
            #expect(try await shop.show(page)["status"] == "paid")
            #expect(try await post(shop, "/\(id)/refund").problem == "nothing-held")
            #expect(try await post(shop, "/\(id)/keep").problem == "nothing-held")
        }
    }

    @Test("is kept on the merchant's word, and nobody else's; what cannot be is refused")
    func keep() async throws {
        try await PixInterShop.with(["PIX_STRAY_MONEY": "hold"]) { scene in
            let (shop, (_, id)) = (scene.shop, try await held(scene))
            for method in [HTTPMethod.GET, .POST] {
                #expect(try await shop.send(method, PixRoutes.differencesPath).status == 401)
            }
            let known = try await shop.send(.GET, PixRoutes.differencesPath, key: shop.running.merchantKey)
            #expect(known.json["compared"] == .null)
            #expect(known.json["anomalies"]?.arrayValue?.map { $0["subject"]?.stringValue } == [id])
            let odd = try await shop.send(.POST, PixRoutes.differencesPath, "[]", key: shop.running.merchantKey)
            #expect(odd.problem == "invalid-json")
            for path in ["/\(id)/keep", "/\(id)/refund"] {
                #expect(try await shop.send(.POST, PixRoutes.heldPath + path).status == 401)
                #expect(try await shop.send(.POST, PixRoutes.heldPath + path, key: "wrong").status == 401)
                #expect(
                    try await shop.send(.GET, PixRoutes.heldPath + path, key: shop.running.merchantKey).status == 405)
                #expect(try await post(shop, path, #"{"sum":1}"#).status == 400)
                #expect(try await post(shop, path, "[]").problem == "invalid-json")
            }
            for bad in ["0", "-1", "\"1.001\"", "true", "{}"] {
                #expect(try await post(shop, "/\(id)/refund", #"{"amount":\#(bad)}"#).status == 400, "\(bad)")
            }
            for stranger in ["E-none", "a%00b", String(repeating: "a", count: 65)] {
                #expect(try await post(shop, "/\(stranger)/refund").status == 404)
                #expect(try await post(shop, "/\(stranger)/keep").status == 404)
            }
            let first = try await post(shop, "/\(id)/keep", key: "k")
            let again = try await post(shop, "/\(id)/keep", key: "k")
            #expect(first.status == 200 && again.status == 200 && again.bytes == first.bytes)
            #expect(first.header("idempotency-replayed") == nil && again.header("idempotency-replayed") == "true")
            #expect(try await post(shop, "/\(id)/keep", "{}", key: "k").problem == "idempotency-key-reused")
            for _ in 0..<2 {
                let reply = try await post(shop, "/\(id)/keep")
                #expect(reply.status == 200)
                #expect(reply.json["amount"]?["value"] == "120.00")
                #expect(try await list(shop) == [])
            }
        }
    }

    @Test("by a static code is listed, cannot go back through a bank, and is kept")
    func withoutBank() async throws {
        let secret = "sixteen--letters"
        try await PixShop.with(["PIX_WEBHOOK_SECRET": secret]) { shop in
            let payment = try await shop.made()
            let key = PixShop.environment["PIX_KEY"] ?? ""
            let time = PixChargeJSON.utc(shop.running.clock.now)
            let body =
                #"{"pix":[{"endToEndId":"E-1","txid":"\#(payment["txid"]?.stringValue ?? "")","valor":"10.49","#
                + #""chave":"\#(key)","horario":"\#(time)"}]}"#
            #expect(try await shop.send(.POST, "/payments/pix/confirm/\(secret)", body).status == 200)
            #expect(await eventually { (try? await list(shop)) == ["E-1"] })
            #expect(try await post(shop, "/E-1/refund").problem == "no-bank")
            #expect(try await post(shop, "/E-1/keep").status == 200)
            #expect(try await list(shop) == [])
        }
    }

    @Test("a static code's page says that it is over at once, and paid when the bank tells of it an hour later")
    func lateNotice() async throws {
        let secret = "sixteen--letters"
        try await PixShop.with(["PIX_WEBHOOK_SECRET": secret]) { shop in
            let payment = try await shop.made(#"{"amount":10.50,"expiry":60}"#)
            let id = try #require(payment["id"]?.stringValue)
            let time = PixChargeJSON.utc(shop.running.clock.now + 59_000)
            shop.running.clock.advance(milliseconds: 60_001)
            let over = try await shop.show(id)
            #expect(over["status"] == "expired")
            #expect(over["copia_e_cola"] == .null)
            #expect(over["qr_code"] == .null)
            #expect(try await shop.get("/payments/pix/qr_code/\(id).png").status == 410)
            let page = try await shop.page(id, "?lang=en")
            #expect(!page.contains("br.gov.bcb.pix"))
            shop.running.clock.advance(milliseconds: 3_600_000)
            let key = PixShop.environment["PIX_KEY"] ?? ""
            let body =
                #"{"pix":[{"endToEndId":"E-1","txid":"\#(payment["txid"]?.stringValue ?? "")","valor":"10.50","#
                + #""chave":"\#(key)","horario":"\#(time)"}]}"#
            let events = PixEvents(url: shop.running.url + "/payments/pix/\(id)/events?lang=en")
            let (_, found) = try await events.read(2) {
                _ = try await shop.send(.POST, "/payments/pix/confirm/\(secret)", body)
            }
            #expect(found.map { $0.data["status"] } == ["expired", "paid"])
        }
    }
}
