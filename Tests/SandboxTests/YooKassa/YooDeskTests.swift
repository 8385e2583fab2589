import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("YooKassa on the page")
struct YooDeskTests {
    @Test("a payment is made as the shop would, confirmed by a card, told of, and the order is paid")
    func wholeStory() async throws {
        try await SandboxDesk.with { desk in
            let fresh = try await desk.get("/?lang=en").text
            #expect(fresh.contains(#"id="with-yookassa-1007""#) && !fresh.contains(#"id="pay-now-1007""#))
            #expect(fresh.contains("No payments yet."))
            let made = try await desk.make("1007")
            #expect(made.payment.amount == 149_000 && made.payment.status == .pending)
            #expect(try await desk.status("1007") == "reserved")
            #expect(try await desk.get("/?lang=ru").text.contains("lang=ru\">Страница плательщика"))
            let back = try await desk.confirm(made.page)
            #expect(back == "\(desk.url)/?lang=en#yookassa")
            #expect(try await desk.eventually("1007", is: "paid"))
            #expect(desk.yooCalls == ["POST payments"])
            // The shop may ask of itself before the notification comes.
            let isTold = try await desk.eventually {
                let titles = desk.entries.filter { [.yookassa, .yookassaAPI].contains($0.direction) }.map(\.title)
                return titles.first == "POST payments"
                    && Set(titles).isSuperset(of: ["payment.succeeded", "GET payments"])
            }
            #expect(isTold)
            #expect(
                desk.entries.filter { [.yookassa, .yookassaAPI].contains($0.direction) }
                    .allSatisfy { $0.order == "1007" })
            #expect(try desk.yoo.yookassa.charges.count == 1)
            let page = try await desk.get("/?lang=en").text
            #expect(page.contains(#"data-state="succeeded" data-order="1007""#))
            #expect(page.contains("at the shop: 2 performed"))
        }
    }

    @Test(
        "a card's number decides why a payment is refused, and the order can be paid again",
        arguments: [
            YooKassaReason.insufficientFunds, .cardExpired, .generalDecline, .fraudSuspected, .issuerUnavailable,
        ])
    func refused(reason: YooKassaReason) async throws {
        try await SandboxDesk.with { desk in
            let card = try #require(YooKassaTestCard.refusing(reason))
            let payment = try await desk.payYoo("1007", card: card.number)
            #expect(payment.cancellation?.reason == reason.rawValue)
            #expect(try await desk.eventually("1007", is: "pending"))
            #expect(try await desk.get("/?lang=en").text.contains("<code lang=\"en\">\(reason.rawValue)</code>"))
            _ = try await desk.payYoo("1007")
            #expect(try await desk.eventually("1007", is: "paid"))
        }
    }

    @Test("a card may ask for a code, and the answer decides")
    func secure() async throws {
        try await SandboxDesk.with { desk in
            let first = try await desk.make("1007")
            try await desk.confirm(first.page, card: "5555555555554477", code: "")
            #expect(try desk.yoo.yookassa.payment(first.payment.id)?.cancellation?.reason == "3d_secure_failed")
            #expect(try await desk.eventually("1007", is: "pending"))
            let second = try await desk.make("1007")
            try await desk.confirm(second.page, card: "5555555555554477", code: "12345")
            #expect(try await desk.eventually("1007", is: "paid"))
        }
    }

    @Test("held money is taken whole, in part, or given up")
    func holds() async throws {
        try await SandboxDesk.with { desk in
            let whole = try await desk.payYoo("1007", .hold)
            #expect(whole.status == .waitingForCapture)
            #expect(try await desk.status("1007") == "reserved")
            #expect(try await desk.get("/?lang=en").text.contains(#"id="yoo-capture-\#(whole.id)""#))
            // The server has to have heard of it first.
            #expect(
                try await desk.eventually { try await desk.pressYoo("payments/\(whole.id)/capture") == "done" })
            #expect(try await desk.eventually("1007", is: "paid"))
            #expect(try await desk.pressYoo("payments/\(whole.id)/capture", [("amount", "x")]) == "bad-amount")
            let part = try await desk.payYoo("1008", .hold)
            #expect(
                try await desk.eventually {
                    try await desk.pressYoo("payments/\(part.id)/capture", [("amount", "400,00")]) == "done"
                })
            #expect(try await desk.eventually("1008", is: "paid"))
            #expect(try desk.yoo.yookassa.payment(part.id)?.amount == 40_000)
            try await desk.addRubles("third", "10")
            let given = try await desk.payYoo("third", .hold)
            #expect(
                try await desk.eventually { try await desk.pressYoo("payments/\(given.id)/cancel") == "done" })
            #expect(try await desk.eventually("third", is: "pending"))
            #expect(try desk.yoo.yookassa.payment(given.id)?.cancellation?.reason == "canceled_by_merchant")
            #expect(
                desk.yooCalls.filter { $0 != "POST payments" } == [
                    "POST payments/capture", "POST payments/capture", "POST payments/cancel",
                ])
        }
    }

    @Test("the shop gives a part back, its staff the rest in the cabinet, and the order is refunded")
    func refunds() async throws {
        try await SandboxDesk.with { desk in
            let payment = try await desk.payYoo("1007")
            #expect(try await desk.eventually("1007", is: "paid"))
            #expect(try await desk.pressYoo("payments/\(payment.id)/refund", [("amount", "490")]) == "done")
            #expect(try await desk.eventually { try desk.yoo.yookassa.refunds.count == 1 })
            #expect(try await desk.pressYoo("api/\(payment.id)/refund") == "done")
            #expect(try await desk.eventually("1007", is: "refunded"))
            #expect(try desk.yoo.yookassa.refunds.map(\.amount) == [49_000, 100_000])
            #expect(try await desk.pressYoo("api/\(payment.id)/refund") == "not-possible")
            let page = try await desk.get("/?lang=en").text
            #expect(page.contains("Given back by the shop: 490.00\u{00A0}RUB"))
            #expect(page.contains("Given back in the cabinet: 1\u{00A0}000.00\u{00A0}RUB"))
        }
    }

    @Test("an order in another currency, and one that is not there, are not paid so")
    func others() async throws {
        try await SandboxDesk.with { desk in
            for (order, notice) in [("1001", "pay-refused"), ("none", "no-order")] {
                let said = try await desk.pressYoo("payments", [("order", order), ("plan", "now")])
                #expect(said == notice, "\(order)")
            }
            let answer = try await desk.post("/sandbox/pay", [("order", "1007")])
            #expect(answer.location.contains("notice=no-order"))
            #expect(try desk.yoo.yookassa.payments.isEmpty)
        }
    }

    @Test("nothing changes by what no form of the page sends")
    func badForms() async throws {
        try await SandboxDesk.with { desk in
            let payment = try await desk.make("1007").payment
            for (path, fields) in [
                ("conduct", []), ("conduct", [("calls", "explode")]), ("payments", [("order", "1008")]),
                ("subscriptions", [("amount", "1"), ("unit", "hour")]), ("subscriptions/x/next", [("charge", "x")]),
            ] as [(String, [(String, String)])] {
                #expect(try await desk.pressYoo(path, fields) == "400", "\(path)")
            }
            for path in ["api/\(payment.id)/burn", "payments/\(payment.id)/burn", "subscriptions/x/burn"] {
                #expect(try await desk.pressYoo(path) == "404", "\(path)")
            }
            for path in [
                "payments/x/capture", "api/x/refund", "api/x/again", "api/x/forge", "api/x/revoke",
                "subscriptions/x/pause",
            ] {
                #expect(try await desk.pressYoo(path) == "not-possible", "\(path)")
            }
            #expect(try await desk.pressYoo("subscriptions/x/next", [("charge", "good")]) == "not-possible")
            #expect(try await desk.pressYoo("subscriptions", [("amount", "0"), ("unit", "day")]) == "bad-amount")
            for path in ["payments", "conduct", "subscriptions", "api/x/refund"] {
                let answer = try await desk.post(
                    "/sandbox/yookassa/" + path, headers: [("origin", "https://evil.example")])
                #expect(answer.status == 403, "\(path)")
            }
            #expect(try desk.yoo.yookassa.payments.count == 1)
        }
    }

    @Test("no secret of the shop or of the bot is on a page or in the timeline")
    func secrets() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.payYoo("1007", .save)
            #expect(try await desk.eventually("1007", is: "paid"))
            let seen = try await desk.get("/").text
            let said = desk.entries.map { "\($0.head ?? "") \($0.request ?? "") \($0.answer ?? "")" }.joined()
            let basic = Data("\(desk.setup.yookassa.shopID):\(desk.setup.yookassa.secretKey)".utf8)
                .base64EncodedString()
            for secret in [desk.setup.yookassa.secretKey, basic, desk.setup.telegram.token, desk.merchantKey] {
                #expect(!seen.contains(secret) && !said.contains(secret))
            }
            #expect(said.contains("Authorization: Basic …") && said.contains("Idempotence-Key: "))
        }
    }
}
