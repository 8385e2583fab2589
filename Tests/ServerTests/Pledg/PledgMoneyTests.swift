import NIOHTTP1
import Payments
import Pledg
import Sandbox
import Specification
import StrictJSON
import TestSupport
import Testing
import YooKassa

@testable import Server

@Suite("The payment systems of a group")
struct PledgMoneyTests {
    private static let click = [
        "CLICK_SERVICE_ID": String(SentCall.defaultService), "CLICK_SECRET_KEY": SentCall.defaultSecret,
        "CLICK_MERCHANT_ID": "12345",
    ]

    @Test("are those that take the currency and that a payer gets to, each with what it gives back by itself")
    func offered() async throws {
        let offers: [(environment: [String: String], currency: String, choices: [String])] = [
            ([:], "UZS", ["payme by hand", "yookassa"]),
            (Self.click, "UZS", ["payme by hand", "click by hand", "yookassa"]),
            (
                Self.click.merging(["CLICK_MERCHANT_USER_ID": "7"]) { $1 }, "UZS",
                ["payme by hand", "click by hand", "yookassa"]
            ),
            (["YOOKASSA_CURRENCY": "RUB"], "UZS", ["payme by hand"]),
            (["YOOKASSA_CURRENCY": "RUB"], "RUB", ["yookassa"]),
            (PixShop.environment, "BRL", ["pix by hand"]),
        ]
        for offer in offers {
            try await PledgScene.with(offer.environment) { scene in
                let body = PledgScene.body().replacing("UZS", with: offer.currency)
                let reply = try await scene.call(.POST, "/purchase", body)
                let token = String(reply.json["page_url"]?.stringValue?.split(separator: "/").last ?? "")
                try await scene.gateway.setMembers(token, [PledgMember(email: "ann@example.com")], .equal).get()
                let view = try #require(try await scene.gateway.leaderView(token), "\(reply.text)")
                let choices = view.choices.map { $0.gateway + ($0.reimbursesByItself ? "" : " by hand") }
                #expect(choices == offer.choices)
            }
        }
    }

    @Test("a share paid twice counts once: the second payment goes back, and nobody has to do it by hand")
    func twice() async throws {
        let environment = ["PLEDG_MONEY_MODEL": "charge", "YOOKASSA_HOLDS_ORDER": "false"]
        try await PledgScene.with(environment) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            let token = try await scene.token("ann", purchase)
            var payments: [YooKassaStoredPayment] = []
            for _ in 0..<2 {
                payments.append(
                    try await scene.begin(try await scene.gateway.startShare(token, gateway: "yookassa").get()))
            }
            for payment in payments { try await scene.confirm(payment) }
            let isBack = try await scene.comes { try await scene.movements(purchase) == ["stray done 300000"] }
            #expect(isBack)
            #expect(try await scene.kept(purchase) == 1_200_000)
            try await scene.pay("bob", purchase, by: "yookassa")
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isReimbursed)
            let metrics = try await scene.web.get("/metrics").text
            #expect(!metrics.contains(#"kind="needs_operator""#))
        }
    }

    @Test("9.7 the notice of a payment that comes before the answer to its making counts once")
    func row7() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            let token = try await scene.token("ann", purchase)
            let start = try await scene.gateway.startShare(token, gateway: "yookassa").get()
            scene.yookassa.fail(.createPayment, with: .lost)
            scene.clock.advance(milliseconds: 1_100)
            let site = try #require(scene.running.server.yookassa)
            let made = try await site.gateway.payments.create(
                YooKassaPaymentRequest(amount: start.amount, orderID: start.orderID, capture: true))
            // Nobody here has its number yet.
            #expect((try? made.get())?.payment.providerID == nil)
            let theirs = try #require(scene.yookassa.payments.last)
            try scene.yookassa.pay(theirs.id, by: .card("5555555555554444"))
            await scene.yookassa.deliverDue()
            let isPaid = try await scene.comes {
                try await scene.gateway.pledgerView(token)?.standing == .paid
            }
            #expect(isPaid)
            try await scene.pay("bob", purchase)
            let isOver = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isOver)
            #expect(scene.yookassa.payments.count == 1)
        }
    }

    @Test("one that cannot be asked is waited for, half an hour after the end, and what comes then is too late")
    func unasked() async throws {
        try await PledgScene.with(Self.click) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase)
            let token = try await scene.token("bob", purchase)
            let start = try await scene.gateway.startShare(token, gateway: "click").get()
            var prepare = SentCall.prepare(start.orderID, 1)
            prepare["amount"] = "3000.00"
            let path = scene.running.url + "/payments/click/webhook"
            let prepared = try await prepare.post(to: path)
            let id = try #require(prepared.value["merchant_prepare_id"]?.integerValue, "\(prepared.value)")
            let end = try #require(try await scene.show(purchase)["expires_at"]?.integerValue)
            scene.move(to: end + 60_000)
            for _ in 0..<3 { _ = try await scene.gateway.advance(.purchases) }
            #expect(try await scene.line(purchase) == "INITIALIZED 0.00 -")
            // Nobody begins any more meanwhile.
            let late = try await scene.gateway.startShare(token, gateway: "payme")
            #expect(throws: PledgRefusal.phase(.closing)) { try late.get() }
            scene.move(to: end + 31 * 60_000)
            let isOver = try await scene.becomes("FAILED 0.00 unpaid", purchase)
            #expect(isOver)
            var complete = SentCall.complete(start.orderID, 1, id)
            complete["amount"] = "3000.00"
            _ = try await complete.post(to: path)
            #expect(try await scene.line(purchase) == "FAILED 0.00 unpaid")
            let isTaken = try await scene.comes {
                try await scene.movements(purchase).contains("capture done 600000")
            }
            #expect(isTaken)
        }
    }
}
