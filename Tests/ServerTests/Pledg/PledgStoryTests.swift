import Foundation
import NIOHTTP1
import Payments
import Pledg
import Sandbox
import StrictJSON
import TestSupport
import Testing
import YooKassa

@testable import Server

@Suite("A group pays")
struct PledgStoryTests {
    @Test("through two payment systems: the last payment makes it SUCCESSFULL, and the leader is reimbursed once")
    func charged() async throws {
        try await PledgScene.with(["PLEDG_MONEY_MODEL": "charge"]) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            #expect(try await scene.line(purchase) == "INITIALIZED 0.00 -")
            try await scene.pay("ann", purchase, by: "payme")
            #expect(try await scene.line(purchase) == "INITIALIZED 0.00 -")
            try await scene.pay("bob", purchase, by: "yookassa")
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isBack = try await scene.comes {
                try await scene.movements(purchase) == ["reimbursement done 600000"]
            }
            #expect(isBack)
            #expect(try await scene.kept(purchase) == 900_000)
            let order = try await scene.call(.GET, "/orders/ORD-1")
            #expect(order.json["status"] == "paid")
            let isTold = try await scene.comes { scene.events().count == 3 }
            #expect(isTold)
            #expect(scene.events() == ["purchase.initialized", "purchase.funded", "purchase.successfull"])
        }
    }

    @Test("the leader's money is held, and only his own share is taken in the end (M1)")
    func held() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            #expect(try await scene.kept(purchase) == 0)
            try await scene.pay("ann", purchase)
            try await scene.pay("bob", purchase)
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isTaken = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isTaken)
            let isLetGo = try await scene.comes {
                try await scene.movements(purchase) == ["capture done 300000", "release done 600000"]
            }
            #expect(isLetGo)
        }
    }

    @Test("a leader whose payment system gives nothing back is the merchant's to reimburse, and somebody is told")
    func byHand() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            try await scene.pay("ann", purchase)
            try await scene.pay("bob", purchase)
            #expect(try await scene.line(purchase) == "SUCCESSFULL 0.00 -")
            let isHandedOver = try await scene.comes {
                try await scene.movements(purchase) == ["reimbursement operator 600000"]
            }
            #expect(isHandedOver)
            let leader = try #require(try await scene.gateway.leaderView(purchase.token))
            #expect(leader.reimbursement == .byHand(600_000))
            let isCounted = try await scene.comes {
                try await scene.web.get("/metrics").text.contains(
                    #"tiyin_pledg_anomalies_total{kind="needs_operator"} 1"#)
            }
            #expect(isCounted)
            let line = scene.book.lines.first { $0.contains("money has to be given back by hand") } ?? ""
            let movement = try #require(line.firstMatch(of: /mov_[0-9a-z]{26}/)).output
            #expect(line.contains("600000"))
            // The merchant says that it is done, once or twice; of another purchase it is nobody's.
            let other = try await scene.made("ORD-2")
            let body = #"{"movement": "\#(movement)"}"#
            let wrong = try await scene.call(.POST, "/purchase/\(other.id)/by-hand", body)
            #expect(wrong.status == 404)
            for _ in 0..<2 {
                let reply = try await scene.call(.POST, "/purchase/\(purchase.id)/by-hand", body)
                #expect(reply.status == 200 && reply.json["state"]?.stringValue == "SUCCESSFULL", "\(reply.text)")
            }
            #expect(try await scene.movements(purchase) == ["reimbursement done 600000"])
            #expect(try await scene.gateway.leaderView(purchase.token)?.reimbursement == .done(600_000))
        }
    }

    @Test("a share that is not paid at 48 hours: the leader covers it, of what was held")
    func leaderCovers() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase)
            scene.clock.advance(milliseconds: 48 * PledgScene.hour)
            let isOver = try await scene.becomes("FAILED 0.00 unpaid", purchase)
            #expect(isOver)
            let isTaken = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isTaken)
            let isPaid = try await scene.comes { try await scene.call(.GET, "/orders/ORD-1").json["status"] == "paid" }
            #expect(isPaid)
            #expect(try await scene.show(purchase)["settlement"] == "leader_covers")
            let isTold = try await scene.comes { scene.events().count == 3 }
            #expect(isTold)
            #expect(scene.events().last == "purchase.failed")
        }
    }

    @Test("a share that is not paid at 48 hours: everybody gets it back")
    func refundAll() async throws {
        try await PledgScene.with(["PLEDG_MONEY_MODEL": "charge"]) { scene in
            let purchase = try await scene.made("ORD-1", #","on_failure":"refund_all""#)
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase, by: "yookassa")
            let isIn = try await scene.comes { try await scene.kept(purchase) == 1_200_000 }
            #expect(isIn)
            scene.clock.advance(milliseconds: 48 * PledgScene.hour)
            let isOver = try await scene.becomes("FAILED 0.00 unpaid", purchase)
            #expect(isOver)
            let isBack = try await scene.comes { try await scene.kept(purchase) == 0 }
            #expect(isBack)
            #expect(try await scene.movements(purchase) == ["return done 300000", "return done 900000"])
            #expect(try await scene.call(.GET, "/orders/ORD-1").json["status"] == "pending")
            // The reference may be used again.
            let again = try await scene.call(.POST, "/purchase", PledgScene.body())
            #expect(again.status == 201)
        }
    }

    @Test("at the very deadline it is too late, a millisecond before it is not", arguments: [-1, 0, 1] as [Int64])
    func deadline(offset: Int64) async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            try await scene.pay("ann", purchase)
            let start = try await scene.gateway.startShare(try await scene.token("bob", purchase), gateway: "payme")
                .get()
            let end = try #require(try await scene.show(purchase)["expires_at"]?.integerValue)
            let funded = try #require(try await scene.show(purchase)["funded_at"]?.integerValue)
            #expect(end - funded == 48 * PledgScene.hour)
            scene.move(to: end + offset)
            let created = try await scene.running.client.create(
                PaymeClient.id(900), start.orderID, amount: start.amount.minor, time: scene.clock.now)
            if offset < 0 {
                #expect(created.value["error"] == nil, "\(created)")
                let performed = try await scene.running.client.perform(PaymeClient.id(900))
                #expect(performed.value["error"] == nil, "\(performed)")
                #expect(try await scene.line(purchase) == "SUCCESSFULL 0.00 -")
            } else {
                #expect(created.code != nil)
                let isOver = try await scene.becomes("FAILED 0.00 unpaid", purchase)
                #expect(isOver)
                // Once it failed, nothing changes it.
                let late = try await scene.running.client.create(
                    PaymeClient.id(901), start.orderID, amount: start.amount.minor, time: scene.clock.now)
                #expect(late.code != nil)
                #expect(try await scene.call(.POST, "/purchase/\(purchase.id)/cancel").problem == "purchase-ended")
            }
        }
    }

    @Test("a payment made in time and told of after it counts: YooKassa is asked before anything is called failed")
    func toldLate() async throws {
        try await PledgScene.with(["PLEDG_MONEY_MODEL": "charge"]) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase)
            let end = try #require(try await scene.show(purchase)["expires_at"]?.integerValue)
            let start = try await scene.gateway.startShare(
                try await scene.token("bob", purchase), gateway: "yookassa"
            ).get()
            scene.move(to: end - 600_000)
            let payment = try await scene.begin(start)
            scene.yookassa.changeShop("100500") { $0.notificationURL = nil }
            try scene.yookassa.pay(try #require(payment.providerID), by: .card("5555555555554444"))
            scene.move(to: end + 1)
            scene.running.server.wakeJobs()
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isBack = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isBack)
        }
    }
    @Test("9.23 what YooKassa holds for a day only is taken before that, and given back if somebody does not pay")
    func shortHold() async throws {
        try await PledgScene.with { scene in
            scene.yookassa.conduct.holdMilliseconds = 24 * PledgScene.hour
            let purchase = try await scene.made("ORD-1", #","on_failure":"refund_all""#)
            try await scene.advance(purchase, by: "yookassa")
            let funded = try #require(try await scene.show(purchase)["funded_at"]?.integerValue)
            scene.move(to: funded + 23 * PledgScene.hour)
            scene.running.server.wakeJobs()
            #expect(try await scene.kept(purchase) == 0)
            scene.move(to: funded + 24 * PledgScene.hour - 590_000)
            let isTaken = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isTaken)
            #expect(try await scene.line(purchase) == "INITIALIZED 0.00 -")
            scene.move(to: funded + 48 * PledgScene.hour)
            let isOver = try await scene.becomes("FAILED 0.00 unpaid", purchase)
            #expect(isOver)
            let isBack = try await scene.comes { try await scene.kept(purchase) == 0 }
            #expect(isBack)
        }
    }

    @Test("9.5 Payme may not take at the deadline what it began before, and nobody has to give it back")
    func paymeLate() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            let start = try await scene.gateway.startShare(try await scene.token("ann", purchase), gateway: "payme")
                .get()
            let end = try #require(try await scene.show(purchase)["expires_at"]?.integerValue)
            scene.move(to: end - 1)
            let id = try await scene.payme(start, performs: false)
            scene.move(to: end)
            let check = try await scene.running.client.call(
                "CheckPerformTransaction",
                ["amount": .integer(start.amount.minor), "account": ["order_id": .string(start.orderID)]])
            #expect((-31_099 ... -31_050).contains(check.code ?? 0), "\(check)")
            let performed = try await scene.running.client.perform(id)
            #expect(performed.code == -31_008, "\(performed)")
            let isOver = try await scene.becomes("FAILED 0.00 unpaid", purchase)
            #expect(isOver)
            #expect(try await scene.running.client.perform(id).code == -31_008)
            let metrics = try await scene.web.get("/metrics").text
            #expect(!metrics.contains(#"kind="needs_operator""#) && !metrics.contains(#"kind="stray_payment""#))
        }
    }

    @Test("9.5 Click does not begin at the deadline what it prepared before; what it has taken it may still tell of")
    func clickLate() async throws {
        let click = [
            "CLICK_SERVICE_ID": String(SentCall.defaultService), "CLICK_SECRET_KEY": SentCall.defaultSecret,
            "CLICK_MERCHANT_ID": "12345",
        ]
        try await PledgScene.with(click) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            let start = try await scene.gateway.startShare(try await scene.token("ann", purchase), gateway: "click")
                .get()
            let end = try #require(try await scene.show(purchase)["expires_at"]?.integerValue)
            let path = scene.running.url + "/payments/click/webhook"
            func prepare(_ attempt: Int64) async throws -> JSONValue {
                var call = SentCall.prepare(start.orderID, attempt)
                call["amount"] = "3000.00"
                return try await call.post(to: path).value
            }
            scene.move(to: end - 1)
            let id = try #require(try await prepare(1)["merchant_prepare_id"]?.integerValue)
            #expect(try await prepare(1)["error"] == 0)
            scene.move(to: end)
            for attempt: Int64 in [1, 2] { #expect(try await prepare(attempt)["error"] != 0, "\(attempt)") }
            var complete = SentCall.complete(start.orderID, 1, id)
            complete["amount"] = "3000.00"
            #expect(try await complete.post(to: path).value["error"] == 0)
            let isStray = try await scene.comes {
                try await scene.movements(purchase).contains("stray operator 300000")
            }
            #expect(isStray)
        }
    }
}
