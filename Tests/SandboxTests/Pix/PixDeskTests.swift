import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("The Pix bank on the page")
struct PixDeskTests {
    @Test("a charge is made as the shop would, paid at the bank, told of, and the order is paid")
    func wholeStory() async throws {
        try await SandboxDesk.with { desk in
            let fresh = try await desk.get("/?lang=en").text
            #expect(fresh.contains(#"id="with-pix-1005""#) && !fresh.contains(#"id="pay-now-1005""#))
            #expect(fresh.contains("No charges yet."))
            let charge = try await desk.charge("1005")
            #expect(charge.amount == 15_010 && charge.status == .active)
            let page = try await desk.get("/?lang=ru").text
            let link = try #require(page.firstMatch(of: /id="pix-page-1005" href="([^"]+)"/)).output.1
            #expect(link.hasPrefix("/payments/pix/") && link.hasSuffix("?lang=ru"))
            #expect(try await desk.get(String(link)).text.contains(#"<html lang="ru""#))
            #expect(try await desk.payerStatus(charge) == "pending")
            #expect(try await desk.payPix(charge) == "done")
            #expect(try await desk.eventually("1005", is: "paid"))
            #expect(try await desk.payerStatus(charge) == "paid")
            #expect(desk.bankCalls == ["POST token", "PUT cob"])
            // The bank answered before the notice; what it said then was asked for afterwards.
            let titles = desk.entries.filter { [.pix, .pixBank].contains($0.direction) }.map(\.title)
            #expect(titles.prefix(4) == ["POST token", "PUT cob", "webhook", "GET pix"])
            #expect(
                desk.entries.filter { $0.direction == .pixBank && $0.title != "POST token" }
                    .allSatisfy { $0.order == "1005" })
            #expect(try await desk.payPix(charge) == "not-possible")
            #expect(try desk.pix.bank.receipts.count == 1)
        }
    }

    @Test("an order in another currency, one that has a charge, and one that is not there get none")
    func refused() async throws {
        try await SandboxDesk.with { desk in
            try await desk.charge("1005")
            for (order, notice) in [("1005", "charge-refused"), ("1001", "charge-refused"), ("none", "no-order")] {
                #expect(try await desk.pressPix("charges", [("order", order)]) == notice, "\(order)")
            }
            #expect(try desk.pix.bank.charges.count == 1)
            #expect(desk.said.contains("say_charge_refused"))
        }
    }

    @Test("an order of one's own in BRL is paid by Pix too, and by nothing else")
    func ownOrder() async throws {
        try await SandboxDesk.with { desk in
            let answer = try await desk.post(
                "/sandbox/orders",
                [("id", "feira"), ("amount", "12,50"), ("currency", "BRL"), ("description", "Feira")])
            #expect(answer.location.contains("notice=ordered"))
            #expect(try await desk.post("/sandbox/pay", [("order", "feira")]).location.contains("notice=no-order"))
            let charge = try await desk.charge("feira")
            #expect(charge.amount == 1_250)
            #expect(try await desk.payPix(charge) == "done")
            #expect(try await desk.eventually("feira", is: "paid"))
        }
    }

    @Test("the shop gives a part back, the bank takes the rest, and every line of it is on the page")
    func refunds() async throws {
        try await SandboxDesk.with { desk in
            let charge = try await desk.charge("1005")
            _ = try await desk.payPix(charge)
            #expect(try await desk.eventually("1005", is: "paid"))
            let payment = try #require(try desk.pix.bank.receipts.first).endToEndID
            #expect(try await desk.pressPix("receipts/\(payment)/refund", [("amount", "x")]) == "bad-amount")
            #expect(try await desk.pressPix("receipts/\(payment)/refund", [("amount", "50")]) == "done")
            #expect(try await desk.eventually { try desk.pix.bank.receipts[0].refunds.count == 1 })
            #expect(try await desk.pressPix("bank/\(payment)/force") == "done")
            #expect(try await desk.pressPix("bank/\(payment)/force") == "not-possible")
            #expect(
                try await desk.eventually {
                    desk.clock.advance(milliseconds: 5_000)
                    return try await desk.status("1005") == "refunded"
                })
            let refunds = try desk.pix.bank.receipts[0].refunds
            #expect(refunds.map(\.amount) == [5_000, 10_010] && refunds.allSatisfy { $0.status == .done })
            let page = try await desk.get("/?lang=en").text
            #expect(page.contains("Given back by the shop: 50.00\u{00A0}BRL, done"))
            #expect(page.contains("Taken back by the bank: 100.10\u{00A0}BRL, done"))
        }
    }

    @Test("the shop calls a charge off, the bank takes one back, time runs out: nobody can pay it any more")
    func over() async throws {
        try await SandboxDesk.with { desk in
            let first = try await desk.charge("1005")
            #expect(
                try await desk.eventually { try await desk.pressPix("charges/\(first.txid)/cancel") == "done" })
            #expect(try await desk.eventually { try desk.pix.bank.charge(first.txid)?.status == .removedByReceiver })
            #expect(try await desk.payPix(first) == "not-possible")
            let second = try await desk.charge("1005")
            #expect(try await desk.pressPix("bank/\(second.txid)/remove") == "done")
            #expect(try await desk.pressPix("bank/\(second.txid)/remove") == "not-possible")
            desk.clock.advance(milliseconds: 60_000)
            #expect(try await desk.eventually("1005", is: "pending"))
            let third = try await desk.charge("1005")
            _ = try await desk.post("/sandbox/clock", [("then", "wait")])
            #expect(try await desk.eventually("1005", is: "pending"))
            #expect(try await desk.payerStatus(third) == "expired")
            #expect(try desk.pix.bank.charge(third.txid)?.status == .removedByReceiver)
        }
    }

    @Test("money is sent once, however often it is asked for, and a person may have to agree")
    func payouts() async throws {
        try await SandboxDesk.with { desk in
            let fields = [("key", "fulano@example.com"), ("amount", "10,00")]
            #expect(try await desk.pressPix("payouts", [("again", "yes")]) == "not-possible")
            #expect(try await desk.pressPix("payouts", fields + [("course", "approval")]) == "done")
            #expect(try await desk.pressPix("payouts", fields + [("again", "yes")]) == "done")
            #expect(try desk.pix.bank.payouts.count == 1)
            let code = try #require(try desk.pix.bank.payouts.first).code
            #expect(try await desk.get("/").text.contains(#"id="pix-approve-\#(code)""#))
            #expect(try await desk.pressPix("bank/\(code)/approve") == "done")
            #expect(try await desk.pressPix("bank/\(code)/approve") == "not-possible")
            #expect(try desk.pix.bank.payouts[0].isPaid)
            let reference = try #require(try desk.pix.lastPayout).reference
            let shop = MerchantClient(url: desk.url, key: desk.merchantKey)
            #expect(
                try await desk.eventually {
                    desk.clock.advance(milliseconds: 10_000)
                    return try await shop.get("/pix/payments/\(reference)").body["status"] == "paid"
                })
            for (key, amount, notice) in [("no key", "1", "not-possible"), ("a@b.example", "0", "bad-amount")] {
                let fields = [("key", key), ("amount", amount), ("course", "paid")]
                let said = try await desk.pressPix("payouts", fields)
                #expect(said == notice)
            }
            #expect(try desk.pix.bank.payouts.count == 1)
        }
    }

    @Test("nothing changes by what no form of the page sends")
    func badForms() async throws {
        try await SandboxDesk.with { desk in
            let charge = try await desk.charge("1005")
            for (path, fields) in [
                ("conduct", []), ("conduct", [("calls", "explode")]),
                ("charges/\(charge.txid)/pay", [("how", "never")]),
                ("payouts", [("key", "a"), ("amount", "1"), ("course", "x")]),
            ] as [(String, [(String, String)])] {
                #expect(try await desk.pressPix(path, fields) == "400", "\(path)")
            }
            #expect(try await desk.pressPix("bank/\(charge.txid)/burn") == "404")
            for path in ["charges/x/cancel", "receipts/x/refund", "bank/x/force", "bank/x/remove", "bank/x/approve"] {
                #expect(try await desk.pressPix(path) == "not-possible", "\(path)")
            }
            #expect(try await desk.pressPix("charges/x/pay", [("how", "whole")]) == "not-possible")
            for path in ["charges", "conduct", "payouts", "bank/x/force"] {
                let answer = try await desk.post("/sandbox/pix/" + path, headers: [("origin", "https://evil.example")])
                #expect(answer.status == 403, "\(path)")
            }
            #expect(try desk.pix.bank.charge(charge.txid)?.status == .active)
        }
    }

    @Test("no secret of the bank is on a page or in the timeline")
    func secrets() async throws {
        try await SandboxDesk.with { desk in
            let charge = try await desk.charge("1005")
            _ = try await desk.payPix(charge)
            #expect(try await desk.eventually("1005", is: "paid"))
            _ = try await desk.pressPix(
                "payouts", [("key", "fulano@example.com"), ("amount", "1"), ("course", "paid")])
            let seen = try await desk.get("/").text
            let said = desk.entries.map { "\($0.head ?? "") \($0.request ?? "") \($0.answer ?? "")" }.joined()
            for secret in [desk.setup.pix.clientSecret, desk.setup.pix.webhookSecret, desk.merchantKey] {
                #expect(!seen.contains(secret) && !said.contains(secret))
            }
            #expect(said.contains("client_secret=…") && said.contains(#""access_token":"…""#))
            #expect(said.contains("POST /payments/pix/confirm/…/pix"))
        }
    }

    @Test("the suite for Pix runs from the page, with a bank that the server asks, and leaves the page as it was")
    func suite() async throws {
        try await SandboxDesk.with { desk in
            let entries = desk.entries.count
            #expect(
                try await desk.post("/sandbox/conformance", [("gateway", "pix")]).location.contains("notice=suite"))
            #expect(try await desk.eventually { [.finished, .failed].contains(await desk.site.desk.progress.stage) })
            let progress = await desk.site.desk.progress
            #expect(progress.stage == .finished, "\(progress.problem ?? "")")
            #expect(progress.missed == 0, "\(progress.misses)")
            #expect(progress.skipped == 0 && progress.passed + progress.noted > 30)
            let report = try await desk.get("/sandbox/conformance/report").text
            #expect(report.contains("served by the run"))
            // Its beginning and its end.
            #expect(desk.entries.count == entries + 2, "\(desk.entries.map(\.title))")
            #expect(try await desk.get("/").text.contains("No charges yet."))
            // The bank is its own again.
            let charge = try await desk.charge("1005")
            #expect(try await desk.payPix(charge) == "done")
            #expect(try await desk.eventually("1005", is: "paid"))
        }
    }
}
