import NIOHTTP1
import Payments
import Pledg
import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("What a merchant does with a group's purchase")
struct PledgMerchantTests {
    @Test("cancels it before its end, by either route; everybody gets his money back")
    func cancelled() async throws {
        try await PledgScene.with(["PLEDG_MONEY_MODEL": "charge"]) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase, by: "yookassa")
            let isIn = try await scene.comes { try await scene.kept(purchase) == 1_200_000 }
            #expect(isIn)
            let first = try await scene.call(.POST, "/purchase/\(purchase.id)/cancel", key: "c")
            #expect(first.status == 200)
            #expect(first.json["state"] == "FAILED")
            #expect(first.json["reason"] == "cancelled")
            #expect(try await scene.call(.POST, "/purchase/\(purchase.id)/cancel").status == 200)
            let isBack = try await scene.comes { try await scene.kept(purchase) == 0 }
            #expect(isBack)
            let isTold = try await scene.comes { scene.events().contains("purchase.failed") }
            #expect(isTold)

            let other = try await scene.made("ORD-2")
            let list = try await scene.call(.GET, "/transactions?gateway=pledg&order_id=ORD-2")
            let id = try #require(list.json["items"]?.arrayValue?.first?["id"]?.stringValue)
            let answer = try await scene.call(.POST, "/transactions/\(id)/cancel")
            #expect(answer.status == 200)
            #expect(answer.json["state"] == -1)
            #expect(try await scene.line(other) == "FAILED 0.00 cancelled")
        }
    }

    @Test("cancels it while the leader's money is held: it is let go, and nothing is ever taken")
    func letGo() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            #expect(try await scene.call(.POST, "/purchase/\(purchase.id)/cancel").status == 200)
            let isLetGo = try await scene.comes { try await scene.movements(purchase) == ["release done 900000"] }
            #expect(isLetGo)
            #expect(try await scene.kept(purchase) == 0)
            #expect(scene.yookassa.callCount(.capturePayment) == 0)
            #expect(scene.yookassa.callCount(.cancelPayment) == 1)
        }
    }

    @Test("gives it back in parts and wholly, each request once")
    func refunded() async throws {
        try await PledgScene.with(["PLEDG_MONEY_MODEL": "charge"]) { scene in
            let purchase = try await scene.made()
            let early = try await scene.call(.POST, "/purchase/\(purchase.id)/refund")
            #expect("\(early.status) \(early.problem ?? "")" == "409 not-performed")
            try await scene.advance(purchase, by: "yookassa")
            for name in ["ann", "bob"] { try await scene.pay(name, purchase, by: "yookassa") }
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            #expect(try await scene.call(.POST, "/purchase/\(purchase.id)/cancel").problem == "purchase-paid")
            let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isReimbursed)

            let part = #"{"amount":{"value":"900.00","currency":"UZS"}}"#
            let asked = try await scene.call(.POST, "/purchase/\(purchase.id)/refund", part, key: "r1")
            #expect(asked.status == 202, "\(asked.text)")
            let isPartBack = try await scene.becomes("SUCCESSFULL 900.00 -", purchase)
            #expect(isPartBack)
            let again = try await scene.call(.POST, "/purchase/\(purchase.id)/refund", part, key: "r1")
            #expect(again.header("idempotency-replayed") == "true")
            let odd = try await scene.call(.POST, "/purchase/\(purchase.id)/refund", "{}", key: "r1")
            #expect(odd.problem == "idempotency-key-reused")
            #expect(try await scene.kept(purchase) == 810_000)

            let ann = #"{"members":{"ann@example.com":{"value":"700.00","currency":"UZS"}}}"#
            #expect(try await scene.call(.POST, "/purchase/\(purchase.id)/refund", ann, key: "r2").status == 202)
            let isAnns = try await scene.becomes("SUCCESSFULL 1600.00 -", purchase)
            #expect(isAnns)
            for (body, answer) in [
                (#"{"amount":{"value":"9000.00","currency":"UZS"}}"#, "409 wrong-amount"),
                (#"{"amount":{"value":"1.00","currency":"EUR"}}"#, "409 wrong-amount"),
                (#"{"members":{"eve@example.com":{"value":"1.00","currency":"UZS"}}}"#, "422 unprocessable"),
                (
                    #"{"members":{"ann@example.com":{"value":"1.00","currency":"UZS"},"#
                        + #""Ann@example.com ":{"value":"2.00","currency":"UZS"}}}"#, "422 unprocessable"
                ),
                (#"{"amount":5}"#, "400 invalid-request"), (#"{"shares":5}"#, "400 invalid-request"),
            ] {
                let reply = try await scene.call(.POST, "/purchase/\(purchase.id)/refund", body)
                #expect("\(reply.status) \(reply.problem ?? "")" == answer, "\(body)")
            }
            let twice = try await scene.call(
                .POST, "/purchase/\(purchase.id)/refund",
                #"{"members":{"ann@example.com":{"value":"1.00","currency":"UZS"},"#
                    + #""ANN@example.com":{"value":"1.00","currency":"UZS"}}}"#)
            #expect(twice.text.contains("ANN@example.com and ann@example.com are one address: name each member once."))
            // The rest, by the merchant API's own route.
            let list = try await scene.call(.GET, "/transactions?gateway=pledg")
            let id = try #require(list.json["items"]?.arrayValue?.first?["id"]?.stringValue)
            #expect(try await scene.call(.POST, "/transactions/\(id)/refund").status == 202)
            let isBack = try await scene.becomes("SUCCESSFULL 9000.00 -", purchase)
            #expect(isBack)
            #expect(try await scene.kept(purchase) == 0)
            #expect(try await scene.call(.POST, "/purchase/\(purchase.id)/refund").status == 202)
            let isTold = try await scene.comes { scene.events().filter { $0 == "purchase.refunded" }.count > 1 }
            #expect(isTold)
        }
    }

    @Test(
        "leaves orders that stand for shares alone: it sees none, and they are paid and changed on the group's pages")
    func ownOrders() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            let start = try await scene.gateway.startShare(try await scene.token("ann", purchase), gateway: "payme")
                .get()
            let path = "/orders/\(start.orderID)"
            #expect(try await scene.call(.GET, path).status == 404)
            let list = try await scene.call(.GET, "/orders")
            #expect(list.json["items"]?.arrayValue?.map { $0["id"] } == ["ORD-1"])
            for (method, path, body) in [
                (HTTPMethod.PATCH, path, #"{"description":"mine"}"#), (.POST, path + "/cancel", "{}"),
                (
                    .POST, "/payments",
                    #"{"amount":{"value":"3000.00","currency":"UZS"},"order_id":"\#(start.orderID)"}"#
                ),
            ] {
                let reply = try await scene.call(method, path, body)
                #expect("\(reply.status) \(reply.problem ?? "")" == "409 managed-order", "\(path)")
            }
            let made = try await scene.call(
                .POST, "/orders", #"{"id":"pledg-mine","amount":{"value":"1.00","currency":"UZS"}}"#)
            #expect("\(made.status) \(made.problem ?? "")" == "422 unprocessable")
        }
    }
}
