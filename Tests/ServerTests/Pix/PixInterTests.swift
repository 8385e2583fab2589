import Foundation
import NIOHTTP1
import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import Server

@Suite("Pix through a bank", .enabled(if: CertificateMaker.isThere, "openssl is not installed"))
struct PixInterTests {
    @Test("nothing secret stands in the log, in a problem, or in the metrics, whatever goes well or wrong")
    func secrets() async throws {
        try await PixInterShop.with { scene in
            let (shop, running) = (scene.shop, scene.running)
            var told: [PixShop.Reply] = []
            try await scene.register()
            // Well.
            let payment = try await shop.made(#"{"amount":"120.00"}"#)
            let id = try #require(payment["id"]?.stringValue)
            let txid = try #require(payment["txid"]?.stringValue)
            scene.secrets.add(id)
            told.append(try await shop.get("/payments/pix/\(id)", accept: "application/json"))
            try scene.bank.pay(txid: txid, note: "CPF \(PixInterShop.payer)")
            await scene.bank.deliverDue()
            let isPaid = await eventually { (try? await shop.show(id)["status"]) == "paid" }
            #expect(isPaid)
            let transaction = try #require(payment["transaction_id"]?.stringValue)
            let back = try await running.merchant(
                .POST, "/transactions/\(transaction)/refund", ["amount": ["value": "20.00", "currency": "BRL"]])
            #expect((200...202).contains(back.status), "\(back.body.text)")
            let payout =
                #"{"valor":"10.00","chave":"fulano@example.com","descricao":"x","txid":"p-1"}"#
            told.append(try await shop.send(.POST, "/pix/payments", payout, key: running.merchantKey))
            #expect(told.last.map { (200...202).contains($0.status) } == true)
            // The server's own rounds are in between.
            let isBack = await eventually {
                try? await scene.goOn(1)
                return (try? await shop.show(id)["refunded"]) == .number("20.00")
            }
            #expect(isBack)
            // Wrong.
            let faults: [PixBankFault] = [.tokenForgotten, .tooMany, .refused(500), .refused(400), .broken, .dropped]
            for (number, fault) in faults.enumerated() {
                for operation in [
                    PixBankOperation.putCharge, .readCharge, .patchCharge, .readReceipt, .requestRefund, .sendPayout,
                    .readPayout, .token,
                ] { scene.bank.fail(operation, with: fault) }
                let reply = try await shop.charge(#"{"amount":"7.00"}"#)
                told.append(reply)
                let other = reply.json["payment"]?["id"]?.stringValue
                if let other {
                    scene.secrets.add(other)
                    let path = "/payments/pix/\(other)"
                    told.append(try await shop.send(.PATCH, path, #"{"expires_in":90000}"#, key: running.merchantKey))
                    told.append(try await shop.send(.POST, path + "/cancel", key: running.merchantKey))
                }
                let failing = payout.replacing("p-1", with: "p-\(number + 2)")
                told.append(try await shop.send(.POST, "/pix/payments", failing, key: running.merchantKey))
                try await scene.goOn(2)
            }
            // Not the bank, and not ours.
            let item = #"[{"endToEndId":"E1","txid":"\#(txid)","chave":"\#(PixInterShop.key)","valor":"1"}]"#
            let path = PixRoutes.noticePath + "/" + PixInterShop.webhookSecret
            for (tail, body) in [("x", item), ("", item), ("", "[5]"), ("", "\(PixInterShop.payer) {")] {
                told.append(try await shop.send(.POST, path + tail, body))
            }
            told.append(try await shop.send(.GET, "/payments/pix/\(id)", key: "wrong"))
            try await scene.goOn()

            let log = scene.book.lines
            #expect(log.contains { $0.contains("the bank told of payments") })
            #expect(log.contains { $0.contains("looked at again later") })
            #expect(log.contains { $0.hasPrefix("trace") || $0.hasPrefix("debug") })
            let metrics = try await shop.get("/metrics")
            #expect(metrics.status == 200)
            let problems = told.filter { $0.header("content-type") == "application/problem+json" }
            #expect(problems.count > 5)
            #expect(scene.secrets.all.count > 10)
            for secret in scene.secrets.all {
                #expect(log.first { $0.contains(secret) } == nil, "\(secret)")
                #expect(!metrics.text.contains(secret), "\(secret)")
                for problem in problems { #expect(!problem.text.contains(secret), "\(secret): \(problem.text)") }
            }
        }
    }

    @Test("the merchant sees what goes back, one by one, and what is held; nobody else does")
    func goingBack() async throws {
        try await PixInterShop.with { scene in
            let (shop, running) = (scene.shop, scene.running)
            try await scene.register()
            let payment = try await shop.made(#"{"amount":"120.00"}"#)
            let id = try #require(payment["id"]?.stringValue)
            let txid = try #require(payment["txid"]?.stringValue)
            try scene.bank.pay(txid: txid)
            try scene.bank.pay(txid: txid, slips: true)
            try await scene.goOn()
            let transaction = try #require(payment["transaction_id"]?.stringValue)
            _ = try await running.merchant(
                .POST, "/transactions/\(transaction)/refund", ["amount": ["value": "20.00", "currency": "BRL"]])
            // The server's own rounds are in between.
            let isBack = await eventually {
                try? await scene.goOn(1)
                return (try? await shop.show(id)["refunded"]) == .number("20.00")
            }
            #expect(isBack)
            let path = "/payments/pix/\(id)/refunds"
            let reply = try await shop.send(.GET, path, key: running.merchantKey)
            #expect(reply.status == 200)
            let refunds = try #require(reply.json["items"]?.arrayValue)
            let lines = refunds.map { refund in
                let words = [refund["origin"], refund["state"], refund["amount"]?["value"]]
                return words.map { $0?.stringValue ?? "-" }.joined(separator: " ")
            }
            #expect(Set(lines) == ["policy done 120.00", "merchant done 20.00"])
            #expect(refunds.allSatisfy { $0["settled_at"]?.integerValue != nil && $0["id"]?.stringValue != nil })
            let held = try await shop.send(.GET, PixRoutes.heldPath, key: running.merchantKey)
            #expect(held.json["items"] == [])
            for place in [path, PixRoutes.heldPath] {
                #expect(try await shop.send(.GET, place).status == 401)
                #expect(try await shop.send(.GET, place, key: "wrong").status == 401)
                #expect(try await shop.send(.POST, place, "{}", key: running.merchantKey).status == 405)
            }
            let stranger = "/payments/pix/" + String(repeating: "a", count: 26) + "/refunds"
            #expect(try await shop.send(.GET, stranger, key: running.merchantKey).status == 404)
            #expect(try await shop.send(.GET, PixRoutes.heldPath + "?limit=0", key: running.merchantKey).status == 400)
        }
    }

    @Test("money that nobody asked for is held if that is the policy, and listed page by page")
    func held() async throws {
        try await PixInterShop.with(["PIX_STRAY_MONEY": "hold"]) { scene in
            let shop = scene.shop
            var ids: [String] = []
            for _ in 0..<3 {
                let payment = try await shop.made(#"{"amount":"120.00"}"#)
                let txid = try #require(payment["txid"]?.stringValue)
                try scene.bank.pay(txid: txid)
                ids.append(try scene.bank.pay(txid: txid, slips: true).endToEndID)
                let count = ids.count
                // The server's own rounds are in between.
                let isHeld = await eventually {
                    try? await scene.goOn(1)
                    let reply = try? await shop.send(.GET, PixRoutes.heldPath, key: scene.running.merchantKey)
                    return reply?.json["items"]?.arrayValue?.count == count
                }
                #expect(isHeld)
            }
            let first = try await shop.send(.GET, PixRoutes.heldPath + "?limit=2", key: scene.running.merchantKey)
            let items = try #require(first.json["items"]?.arrayValue)
            #expect(items.map { $0["why"] } == ["duplicate", "duplicate"])
            #expect(items.map { $0["amount"] } == Array(repeating: ["value": "120.00", "currency": "BRL"], count: 2))
            let cursor = try #require(first.json["next_cursor"]?.stringValue)
            let second = try await shop.send(
                .GET, PixRoutes.heldPath + "?limit=2&cursor=\(cursor)", key: scene.running.merchantKey)
            let rest = try #require(second.json["items"]?.arrayValue)
            #expect((items + rest).map { $0["end_to_end_id"]?.stringValue } == ids)
            #expect(second.json["next_cursor"] == .null)
        }
    }

    @Test("an open page that only asks again hastens the look at the bank, as one with live events does")
    func polling() async throws {
        for isAsking in [true, false] {
            try await PixInterShop.with { scene in
                let payment = try await scene.shop.made()
                let id = try #require(payment["id"]?.stringValue)
                let gateway = try scene.gateway
                _ = await gateway.advance(.charges)
                scene.running.clock.advance(milliseconds: 1)
                try scene.bank.pay(txid: try #require(payment["txid"]?.stringValue))
                if isAsking { _ = try await scene.shop.page(id) }
                // Sooner than the job would look by itself.
                for _ in 0..<6 {
                    scene.running.clock.advance(milliseconds: 1_000)
                    _ = await gateway.advance(.charges)
                }
                let status = { try await scene.shop.show(id)["status"] }
                if isAsking {
                    // A round of the server's own may have taken the look, and be on its way still.
                    #expect(try await eventually { try await status() == "paid" })
                } else {
                    #expect(try await status() == "pending")
                }
            }
        }
    }
}
