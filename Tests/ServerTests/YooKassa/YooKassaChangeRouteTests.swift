import NIOHTTP1
import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("A payment through YooKassa")
struct YooKassaChangeRouteTests {
    private static let hold = #"{"amount":{"value":"100.00","currency":"RUB"},"capture":false}"#

    /// A payment whose money is held.
    private func held(_ scene: YooKassaScene) async throws -> String {
        let payment = try await scene.made(Self.hold)
        try await scene.pay(payment)
        let id = try scene.id(payment)
        let isHeld = try await scene.becomes("waiting_for_capture", id)
        try #require(isHeld)
        return id
    }

    @Test("that is held is taken in part, and the rest goes back")
    func capture() async throws {
        try await YooKassaScene.with { scene in
            let open = try scene.id(try await scene.made(Self.hold))
            let early = try await scene.call(.POST, "/payments/yookassa/\(open)/capture")
            #expect(early.problem == "not-paid")
            let id = try await held(scene)
            let path = "/payments/yookassa/\(id)/capture"
            let much = try await scene.call(.POST, path, #"{"amount":{"value":"100.01","currency":"RUB"}}"#)
            #expect(much.status == 400)
            let reply = try await scene.call(.POST, path, #"{"amount":{"value":"60.00","currency":"RUB"}}"#)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.json["captured"] == ["value": "60.00", "currency": "RUB"])
            #expect(try await scene.call(.POST, path).status == 200)
            #expect(scene.yookassa.callCount(.capturePayment) == 1)
            #expect(scene.yookassa.payments.last?.amount == 6_000)
        }
    }

    @Test("has a refund of which nothing is known: the owner says what became of it, once, and it is written down")
    func settled() async throws {
        try await YooKassaScene.with { scene in
            let id = try await scene.paid()
            // Whatever round asks, it hears nothing.
            func silence() {
                let no = YooKassaFault.refused(500)
                scene.yookassa.fail(.createRefund, with: no, no, no, no, no, no, no, no)
            }
            silence()
            let asked = try await scene.call(.POST, "/payments/yookassa/\(id)/refund", key: "r")
            let refund = try #require(asked.json["refunds"]?.arrayValue?.first?["id"]?.stringValue)
            let path = "/payments/yookassa/\(id)/refunds/\(refund)/settle"
            let word = #"{"outcome":"succeeded"}"#
            #expect(try await scene.call(.POST, path, word).problem == "under-way")
            #expect(asked.json["settled_by_hand"] == [])
            // Its key is good for twenty hours.
            let isGivenUp = await eventually {
                silence()
                scene.running.clock.advance(hours: 1)
                scene.running.server.wakeJobs()
                return (try? await scene.show(id)["refunds"]?.arrayValue?.first?["state"]) == "unresolved"
            }
            try #require(isGivenUp)
            for bad in ["{}", #"{"outcome":"maybe"}"#, #"{"outcome":1}"#, #"{"outcome":"succeeded","x":1}"#, "[]", ""] {
                #expect(try await scene.call(.POST, path, bad).status == 400, "\(bad)")
            }
            #expect(try await scene.web.send(.POST, path, word).status == 401)
            let scopes = ["transactions:write", "transactions:read"]
            let other = try await scene.running.merchant(
                .POST, "/keys", ["name": "till", "scopes": .array(scopes.map { .string($0) })])
            let token = try #require(other.body["token"]?.stringValue)
            #expect(try await scene.web.send(.POST, path, word, key: token).status == 403)
            let stranger = String(repeating: "a", count: 26)
            for path in [
                "/payments/yookassa/\(id)/refunds/\(stranger)/settle", "/payments/yookassa/\(id)/refunds/x/settle",
                "/payments/yookassa/\(stranger)/refunds/\(refund)/settle",
                "/payments/yookassa/\(id)/receipts/\(refund)/settle",
            ] { #expect(try await scene.call(.POST, path, word).status == 404, "\(path)") }
            for _ in 0..<2 {
                let reply = try await scene.call(.POST, path, word)
                #expect(reply.status == 200 && reply.json["status"] == "refunded", "\(reply.text)")
                let words = reply.json["settled_by_hand"]?.arrayValue ?? []
                #expect(words.count == 1 && words.first?["by"]?.stringValue == MerchantRoutes.actor)
                #expect(words.first?["id"]?.stringValue == refund && words.first?["outcome"] == "succeeded")
            }
            #expect(try await scene.call(.POST, path, #"{"outcome":"canceled"}"#).problem == "ended-otherwise")
        }
    }

    private static func receipt(_ value: String) -> String {
        #"{"customer":{"email":"a@b.ru"},"items":[{"description":"Tea","quantity":1,"vat_code":1,"amount":{"value":"#
            + #""\#(value)","currency":"RUB"}}]}"#
    }

    @Test("has a second receipt when the goods go out, shown until it is registered; one that does not fit is refused")
    func secondReceipt() async throws {
        try await YooKassaScene.with { scene in
            let id = try await scene.paid()
            let path = "/payments/yookassa/\(id)/receipts"
            for (body, field) in [
                ("{}", "receipt"), (#"{"receipt":\#(Self.receipt("99.00"))}"#, "receipt.items"),
                (#"{"receipt":\#(Self.receipt("100.00")),"settlements":[5]}"#, "settlements[0]"),
                (#"{"receipt":\#(Self.receipt("100.00")),"of":1}"#, "of"),
            ] {
                let reply = try await scene.call(.POST, path, body)
                #expect(reply.status == 400 && reply.json["field"]?.stringValue == field, "\(reply.text)")
            }
            let unknown = try await scene.call(
                .POST, "/payments/yookassa/\(String(repeating: "a", count: 26))/receipts",
                #"{"receipt":\#(Self.receipt("100.00"))}"#)
            #expect(unknown.status == 404)
            let body =
                #"{"receipt":\#(Self.receipt("100.00")),"settlements":[{"type":"prepayment","amount":"#
                + #"{"value":"100.00","currency":"RUB"}}]}"#
            for _ in 0..<2 {
                let reply = try await scene.call(.POST, path, body, key: "handed-over")
                #expect(reply.status == 202 && reply.json["receipts"]?.arrayValue?.count == 1, "\(reply.text)")
            }
            #expect(
                try await scene.comes {
                    try await scene.show(id)["receipts"]?.arrayValue?.first?["state"] == "succeeded"
                })
            #expect(scene.yookassa.receipts.count == 1)
            let refund = try await scene.call(
                .POST, "/payments/yookassa/\(id)/refund",
                #"{"amount":{"value":"10.00","currency":"RUB"},"receipt":\#(Self.receipt("11.00"))}"#)
            #expect(refund.status == 400 && refund.json["field"]?.stringValue == "receipt.items", "\(refund.text)")
        }
    }

    @Test("that is held is called off at once, one that waits as soon as that can be, by either path")
    func cancel() async throws {
        try await YooKassaScene.with { scene in
            for isByTransaction in [false, true] {
                let id = try await held(scene)
                let transaction = try #require(try await scene.show(id)["transaction_id"]?.stringValue)
                let path = isByTransaction ? "/transactions/\(transaction)/cancel" : "/payments/yookassa/\(id)/cancel"
                let reply = try await scene.call(.POST, path)
                #expect(reply.status == 200, "\(reply.text)")
                #expect(try await scene.show(id)["status"] == "canceled")
                #expect(try await scene.call(.POST, path).status == 200)
            }
            #expect(scene.yookassa.callCount(.cancelPayment) == 2)
            // A payer may still pay this one: it is not over before YooKassa says so, and then the money goes back.
            let payment = try await scene.made()
            let id = try scene.id(payment)
            let reply = try await scene.call(.POST, "/payments/yookassa/\(id)/cancel")
            #expect(reply.status == 202, "\(reply.text)")
            #expect(reply.json["cancel_requested"] == true)
            #expect(reply.json["confirmation"] == .null)
            try await scene.pay(payment)
            #expect(try await scene.becomes("refunded", id))
            // The payer has paid, whatever went back.
            #expect(try await scene.show(id)["paid"] == true)
            #expect(scene.yookassa.refunds.map(\.amount) == [10_000])
        }
    }

    @Test("that was taken is given back in parts, an equal part twice only with two keys, and never too much")
    func refund() async throws {
        try await YooKassaScene.with { scene in
            let id = try await scene.paid()
            let path = "/payments/yookassa/\(id)/refund"
            let part = #"{"amount":{"value":"30.00","currency":"RUB"},"description":"half a chair"}"#
            let first = try await scene.call(.POST, path, part, key: "a")
            #expect(first.status == 202, "\(first.text)")
            let replay = try await scene.call(.POST, path, part, key: "a")
            #expect(replay.status == 202)
            #expect(replay.header("idempotency-replayed") == "true")
            let other = try await scene.call(.POST, path, part.replacing("30", with: "31"), key: "a")
            #expect(other.problem == "idempotency-key-reused")
            #expect(try await scene.becomes("partially_refunded", id))
            #expect(try await scene.call(.POST, path, part, key: "b").status == 202)
            #expect(try await scene.comes { scene.yookassa.refunds.count == 2 })
            let much = try await scene.call(.POST, path, #"{"amount":{"value":"40.01","currency":"RUB"}}"#)
            #expect(much.problem == "wrong-amount")
            let transaction = try #require(try await scene.show(id)["transaction_id"]?.stringValue)
            #expect(try await scene.call(.POST, "/transactions/\(transaction)/refund").status == 202)
            #expect(try await scene.becomes("refunded", id))
            #expect(scene.yookassa.refunds.map(\.amount) == [3_000, 3_000, 4_000])
            let refunds = try #require(try await scene.show(id)["refunds"]?.arrayValue)
            #expect(refunds.map { $0["state"] } == ["succeeded", "succeeded", "succeeded"])
            #expect(refunds.first?["description"] == "half a chair")
        }
    }

    @Test("that nobody paid has nothing to give back")
    func nothing() async throws {
        try await YooKassaScene.with { scene in
            let id = try scene.id(try await scene.made())
            let reply = try await scene.call(.POST, "/payments/yookassa/\(id)/refund")
            #expect(reply.status == 409)
            #expect(reply.problem == "not-performed")
        }
    }

    @Test("that was refunded in the cabinet is found by a comparison, and what differs is listed")
    func comparison() async throws {
        try await YooKassaScene.with { scene in
            let id = try await scene.paid()
            scene.yookassa.changeShop("100500") { $0.notificationURL = nil }
            let theirs = try #require(try await scene.show(id)["yookassa_id"]?.stringValue)
            #expect(scene.yookassa.refundInCabinet(theirs, amount: 2_500) != nil)
            scene.running.clock.advance(milliseconds: 400_000)
            let reply = try await scene.call(.POST, "/payments/yookassa/differences")
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.json["compared"]?["refunds"] == 1)
            #expect(reply.json["compared"]?["taken_over"] == 1)
            #expect(try await scene.show(id)["refunded"] == ["value": "25.00", "currency": "RUB"])
            let list = try await scene.call(.GET, "/payments/yookassa/differences")
            #expect(list.json["compared"] == .null)
            #expect(list.json["items"] == [])
            let kinds = list.json["anomalies"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } ?? []
            #expect(kinds.contains("foreign_refund"))
            let metrics = try await scene.web.get("/metrics")
            #expect(metrics.text.contains("tiyin_yookassa_differences 0"))
            #expect(metrics.text.contains(#"tiyin_yookassa_anomalies_total{kind="foreign_refund"} 1"#))
            scene.yookassa.fail(.listPayments, with: .refused(500))
            let silent = try await scene.call(.POST, "/payments/yookassa/differences")
            #expect(silent.problem == "gateway-silent")
        }
    }
}
