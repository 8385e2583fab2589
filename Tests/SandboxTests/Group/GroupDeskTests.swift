import Foundation
import NIOHTTP1
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("A group on the page")
struct GroupDeskTests {
    @Test("the leader pays, two friends by different gateways, one does not, 48 hours pass: the leader covers it")
    func leaderCovers() async throws {
        try await SandboxDesk.with { desk in
            let fresh = try await desk.get("/?lang=en").text
            #expect(fresh.contains("No purchases yet.") && fresh.contains("No e-mails yet."))
            let failed = try await desk.storyOfAGroup()
            #expect(failed.settlement == "leader_covers" && failed.reason == "unpaid")
            #expect(failed.emails == ["ann@example.com", "bob@example.com", "cyd@example.com"])
            #expect(try await desk.eventually { desk.webhooks.count == 3 })
            #expect(desk.webhooks == ["purchase.initialized", "purchase.funded", "purchase.failed"])
            let last = try #require(desk.entries.last { $0.direction == .webhook })
            #expect(last.order == failed.reference && last.sentence.also == "say_settlement_leader_covers")
            #expect(last.head?.contains("webhook-signature: v1,…") == true)
            // The order stays paid, and of the shares the shop hears nothing.
            #expect(try await desk.status(failed.reference) == "paid")
            #expect(desk.calls.suffix(3) == ["CheckPerformTransaction", "CreateTransaction", "PerformTransaction"])
            #expect(desk.clickCalls == ["Prepare 0", "Complete 0", "Prepare 0", "Complete 0"])
            let page = try await desk.get("/?lang=en").text
            #expect(page.contains(#"data-state="FAILED" data-order="\#(failed.reference)""#))
            #expect(page.contains("Friends: ann@example.com, bob@example.com, cyd@example.com"))
            #expect(!page.contains(#"id="order-pledg-"#) && page.contains(#"id="order-\#(failed.reference)""#))
            for friend in ["ann", "bob", "cyd"] {
                #expect(
                    try await desk.eventually {
                        try desk.mails(to: "\(friend)@example.com").last?.subject == "Not paid by the group: Cabin"
                    }, "\(friend)")
            }
        }
    }

    @Test("or everybody gets it back, through the gateway he paid by, and the order is free again")
    func refundAll() async throws {
        try await SandboxDesk.with { desk in
            let failed = try await desk.storyOfAGroup(["plan": "refund_all"])
            #expect(failed.settlement == "refund_all")
            #expect(try await desk.status(failed.reference) == "pending")
            // Click gives back on the server's word; what was paid by Payme the merchant gives back in its cabinet.
            #expect(try await desk.eventually { desk.apiCalls.count { $0.hasPrefix("DELETE") } == 2 })
            #expect(try await desk.click.receipts.allSatisfy { $0.stage.rawValue < 0 })
            #expect(await desk.site.payme.receipts.map(\.state) == [.paid])
            #expect(try await desk.get("/?lang=en").text.contains("Everybody gets all of it back"))
        }
    }

    @Test("at YooKassa the leader’s money is held: when all have paid, his own share is taken and the rest let go")
    func held() async throws {
        try await SandboxDesk.with { desk in
            let made = try await desk.makeGroup(["currency": "RUB"], friends: ["ann@example.com", "bob@example.com"])
            try await desk.payGroup(made.page, by: "yookassa")
            for friend in ["ann", "bob"] {
                try await desk.payGroup(try await desk.linkedPage(of: "\(friend)@example.com"), by: "yookassa")
            }
            #expect(try await desk.becomes("SUCCESSFULL"))
            #expect(
                try await desk.eventually {
                    try desk.yoo.yookassa.payments.map(\.amount) == [3_000_000, 3_000_000, 3_000_000]
                        && (try desk.yoo.yookassa.payments.allSatisfy { $0.status == .succeeded })
                })
            #expect(try await desk.eventually { desk.webhooks.last == "purchase.successfull" })
            let page = try await desk.get("/?lang=en").text
            #expect(page.contains("Everybody has paid.") && page.contains(#"id="group-refund-\#(made.reference)""#))
        }
    }

    @Test("by Pix the leader is reimbursed once, at the end")
    func pix() async throws {
        try await SandboxDesk.with { desk in
            let made = try await desk.makeGroup(["currency": "BRL", "amount": "90"], friends: ["ann@example.com"])
            try await desk.payGroup(made.page, by: "pix")
            try await desk.payGroup(try await desk.linkedPage(of: "ann@example.com"), by: "pix")
            #expect(try await desk.becomes("SUCCESSFULL"))
            #expect(try await desk.eventually { desk.bankCalls.filter { $0 == "PUT devolucao" }.count == 1 })
        }
    }

    @Test("who has not paid after 24 hours is reminded, who has paid is not, and the leader hears how it stands")
    func reminders() async throws {
        try await SandboxDesk.with { desk in
            let made = try await desk.makeGroup(friends: ["ann@example.com", "bob@example.com"])
            try await desk.payGroup(made.page, by: "payme")
            try await desk.payGroup(try await desk.linkedPage(of: "ann@example.com"), by: "click")
            _ = try await desk.linkedPage(of: "bob@example.com")
            #expect(try await desk.pressGroup("/clock", [("hours", "24")]) == "hours-later")
            #expect(try await desk.eventually { try desk.mails(to: "bob@example.com").count == 2 })
            #expect(try desk.mails(to: "bob@example.com").last?.subject == "Reminder: your share of Cabin")
            #expect(
                try await desk.eventually {
                    try desk.mails(to: "leader@example.com").last?.subject == "1 of 2 have paid: Cabin"
                })
            #expect(try desk.mails(to: "ann@example.com").count == 1)
            #expect(desk.said.contains("note_hours_24"))
            // Still in time.
            try await desk.payGroup(try await desk.linkedPage(of: "bob@example.com"), by: "payme")
            #expect(try await desk.becomes("SUCCESSFULL"))
        }
    }

    @Test("the shop calls a purchase off, and gives another back")
    func shopsWord() async throws {
        try await SandboxDesk.with { desk in
            let first = try await desk.makeGroup(friends: ["ann@example.com"])
            #expect(try await desk.pressGroup("/\(first.id)/refund") == "not-possible")
            #expect(try await desk.pressGroup("/\(first.id)/cancel") == "done")
            #expect(try await desk.newestGroup().reason == "cancelled")
            #expect(try await desk.get("/?lang=en").text.contains("The shop has called it off."))
            let second = try await desk.makeGroup(["currency": "RUB"], friends: ["ann@example.com"])
            #expect(second.reference != first.reference)
            try await desk.payGroup(second.page, by: "yookassa")
            try await desk.payGroup(try await desk.linkedPage(of: "ann@example.com"), by: "yookassa")
            #expect(try await desk.becomes("SUCCESSFULL"))
            // While the leader's part is being taken the server refuses.
            #expect(try await desk.eventually { try await desk.pressGroup("/\(second.id)/refund") == "done" })
            #expect(try await desk.eventually { try await desk.newestGroup().refunded.minor == 9_000_000 })
            #expect(try await desk.eventually { desk.webhooks.last == "purchase.refunded" })
            #expect(try await desk.pressGroup("/\(second.id)/cancel") == "not-possible")
            #expect(try await desk.pressGroup("/\(second.id)/burn") == "404")
        }
    }

    @Test("what cannot be a purchase is refused, and nothing is made")
    func refused() async throws {
        try await SandboxDesk.with { desk in
            for (field, value, notice) in [
                ("amount", "0", "bad-amount"), ("amount", "much", "bad-amount"), ("currency", "XXX", "400"),
                ("plan", "hope", "400"), ("organiser", "nobody", "group-refused"),
                ("organiser", "a@b.example\r\nBcc: c@d.example", "group-refused"),
            ] {
                let said = try await desk.pressGroup("", SandboxDesk.groupForm([field: value]))
                #expect(said == notice, "\(value)")
            }
            #expect(try await desk.pressGroup("/clock", [("hours", "1")]) == "400")
            #expect(desk.clock.shift == 0)
            #expect(try await desk.groups.purchases(by: desk.site.shop).isEmpty && desk.webhooks.isEmpty)
            #expect(desk.said.count { $0 == "say_group_refused" } == 2)
        }
    }

    @Test("a purchase that somebody makes by the API is on the page too")
    func byAPI() async throws {
        try await SandboxDesk.with { desk in
            let answer = try await MerchantClient(url: desk.url, key: desk.merchantKey).call(
                .POST, "/purchase",
                [
                    "organiser_email": "eva@example.com", "amount": ["value": "10000.00", "currency": "UZS"],
                    "reference": "A-7",
                ])
            #expect(answer.status == 201)
            #expect(
                try await desk.eventually { try await desk.get("/?lang=en").text.contains(#"id="group-page-A-7""#) })
        }
    }
}
