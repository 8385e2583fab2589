import HTTPTypes
import NIOHTTP1
import Payments
import Pledg
import Sandbox
import StrictJSON
import TestSupport
import Testing
import YooKassa

@testable import Server

/// The merchant's other routes, and payments that stand for shares.
@Suite("Payments of a group, and the merchant's other routes")
struct PledgManagedTests {
    @Test("one member's money is not given back, taken or let go there: the purchase's own routes are for that")
    func managed() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            let held = try await scene.begin(
                try await scene.gateway.startAdvance(purchase.token, gateway: "yookassa").get())
            try await scene.confirm(held)
            let isHeld = try await scene.comes { try await scene.show(purchase)["funded_at"]?.isNull == false }
            #expect(isHeld)
            let share = try await scene.begin(
                try await scene.gateway.startShare(try await scene.token("ann", purchase), gateway: "yookassa").get())
            try await scene.confirm(share)
            let isPaid = try await scene.comes {
                try await scene.gateway.pledgerView(try await scene.token("ann", purchase))?.standing == .paid
            }
            #expect(isPaid)
            let cent = #"{"amount":{"value":"1.00","currency":"UZS"}}"#
            for payment in [held, share] {
                for (path, body) in [
                    ("/transactions/\(payment.transactionID)/refund", cent),
                    ("/transactions/\(payment.transactionID)/cancel", "{}"),
                    ("/payments/yookassa/\(payment.id)/refund", cent),
                    ("/payments/yookassa/\(payment.id)/capture", cent),
                    ("/payments/yookassa/\(payment.id)/cancel", "{}"),
                ] {
                    let reply = try await scene.call(.POST, path, body, key: path)
                    #expect("\(reply.status) \(reply.problem ?? "")" == "409 managed-order", "\(path)")
                }
            }
            #expect(try await scene.line(purchase) == "INITIALIZED 0.00 -")
            try await scene.pay("bob", purchase, by: "yookassa")
            let isDone = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isDone)
            let own = try await scene.number("SELECT transaction_id FROM pledg_purchases WHERE id = $1", purchase)
            let asked = try await scene.call(.POST, "/transactions/\(own)/refund", cent)
            #expect(asked.status == 202, "\(asked.text)")
            let isBack = try await scene.becomes("SUCCESSFULL 1.00 -", purchase)
            #expect(isBack)
        }
    }

    @Test("equal refunds of a purchase's transaction under two keys are two; without a key one while it waits")
    func keys() async throws {
        try await PledgScene.with(["PLEDG_MONEY_MODEL": "charge"]) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            for name in ["ann", "bob"] { try await scene.pay(name, purchase, by: "yookassa") }
            let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isReimbursed)
            scene.yookassa.conduct.faults[.createRefund] = .dropped
            let own = try await scene.number("SELECT transaction_id FROM pledg_purchases WHERE id = $1", purchase)
            let part = #"{"amount":{"value":"900.00","currency":"UZS"}}"#
            for (key, isReplay) in [("k1", false), ("k2", false), ("k2", true)] {
                let reply = try await scene.call(.POST, "/transactions/\(own)/refund", part, key: key)
                #expect(reply.status == 202, "\(reply.text)")
                #expect((reply.header("idempotency-replayed") == "true") == isReplay)
            }
            for path in ["/transactions/\(own)/refund", "/purchase/\(purchase.id)/refund"] {
                for _ in 0..<2 { #expect(try await scene.call(.POST, path, part).status == 202) }
            }
            scene.yookassa.conduct.faults = [:]
            let isBack = try await scene.becomes("SUCCESSFULL 2700.00 -", purchase)
            #expect(isBack)
            #expect(try await scene.kept(purchase) == 630_000)
        }
    }

    @Test("what the leader covered is given back: the shop hears of it, and that the purchase stays failed")
    func covered() async throws {
        try await PledgScene.with(["PLEDG_MONEY_MODEL": "charge"]) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase, by: "yookassa")
            scene.move(to: try #require(try await scene.gateway.view(purchase.id)).expiresAt)
            let isCovered = try await scene.becomes("FAILED 0.00 unpaid", purchase)
            #expect(isCovered)
            let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isReimbursed)
            #expect(try await scene.call(.POST, "/purchase/\(purchase.id)/refund").status == 202)
            let isBack = try await scene.becomes("FAILED 9000.00 unpaid", purchase)
            #expect(isBack)
            let isTold = try await scene.comes { scene.events().contains("purchase.refunded") }
            #expect(isTold)
            let last = try #require(scene.shop.letters.last { $0.type == "purchase.refunded" })
            let told = try JSONValue(parsing: String(decoding: last.body, as: UTF8.self))["data"]?["purchase"]
            #expect(told?["state"] == "FAILED")
            #expect(told?["id"]?.stringValue == purchase.id)
        }
    }
}
