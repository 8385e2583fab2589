import Specification
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("Click's cabinet", .serialized)
struct ClickCabinetTests {
    @Test("the last call again, byte for byte: what is paid is -4, what is called off -9, what waits the same answer")
    func again() async throws {
        try await SandboxDesk.with { desk in
            let (paid, _) = try await desk.payByClick("1001")
            let (off, _) = try await desk.payByClick("1002", conduct: .refused)
            let (waiting, _) = try await desk.payByClick("1003", conduct: .leave)
            for (receipt, call, key) in [
                (paid, "Complete -4", "click_say_again_paid"), (off, "Complete -9", "say_same"),
                (waiting, "Prepare 0", "say_same"),
            ] {
                #expect(try await desk.press("repeat", receipt) == "done")
                #expect(desk.clickCalls.last == call)
                let entries = desk.entries.filter { $0.direction == .click && $0.order == receipt.order }
                #expect(entries.last?.sentence.key == key && entries.last?.tone == .good)
                #expect(entries.last?.request == entries.dropLast().last?.request)
                #expect(try await desk.payment(receipt)?.stage == receipt.stage)
            }
        }
    }

    @Test("an unfinished payment is called off, even if the answer gets lost", arguments: [-5_017, -1])
    func cancel(error: Int) async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.payByClick("1001", conduct: .leave)
            #expect(try await desk.press("cancel", receipt, [("error", "\(error)"), ("lose", "yes")]) == "done")
            #expect(desk.clickCalls == ["Prepare 0", "Complete -9", "Complete -9"])
            #expect(try await desk.payment(receipt)?.stage == .cancelled)
            #expect(try await desk.transaction(receipt.prepareID) == "-1 because of \(error)")
            #expect(try await desk.press("finish", receipt) == "not-possible")
        }
    }

    @Test("a paid one: -5017 is believed once Click itself says so, -1 is answered -4 and the payment stays")
    func cancelPaid() async throws {
        try await SandboxDesk.with { desk in
            let (kept, _) = try await desk.payByClick("1001")
            _ = try await desk.press("cancel", kept, [("error", "-1")])
            #expect(try await desk.payment(kept)?.stage == .paid)
            #expect(desk.clickCalls.last == "Complete -4" && desk.apiCalls == [])
            #expect(desk.said.contains("click_say_cancel_denied"))
            #expect(try await desk.status("1001") == "paid")
            _ = try await desk.press("cancel", kept, [("error", "-5017")])
            #expect(desk.clickCalls.last == "Complete -9")
            #expect(desk.apiCalls == ["GET payment/status_by_mti"])
            #expect(try await desk.payment(kept)?.stage == .cancelled)
            #expect(try await desk.transaction(kept.prepareID) == "-2 because of -5017")
            #expect(try await desk.status("1001") == "refunded")
        }
    }

    @Test("the shop asks for the money back, and Click gives it")
    func reversal() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.payByClick("1001", .humo)
            #expect(try await desk.press("reverse", receipt) == "done")
            #expect(try await desk.eventually { try await desk.status("1001") == "refunded" })
            #expect(try await desk.payment(receipt)?.stage == .reversed)
            #expect(desk.apiCalls == ["GET payment/status_by_mti", "DELETE payment/reversal"])
            #expect(try await desk.transaction(receipt.prepareID) == "-2 because of 5")
            #expect(try await desk.eventually { desk.said.contains("say_event_refunded") })
            #expect(desk.said.contains("say_refund_asked"))
            // There is nothing more to give.
            #expect(try await desk.press("reverse", receipt) == "not-possible")
        }
    }

    @Test(
        "a reversal whose answer is lost is not asked for again before Click has said how the payment stands",
        arguments: [ClickFault.lost, .closed, .dropped])
    func lostReversal(fault: ClickFault) async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.payByClick("1001")
            _ = try await desk.press("reverse", receipt, [("answer", fault.rawValue)])
            #expect(try await desk.eventually { desk.apiCalls.last == "DELETE payment/reversal" })
            #expect(try await desk.transaction(receipt.prepareID) == "2 refund_pending")
            #expect(try await desk.payment(receipt)?.stage == (fault == .dropped ? .paid : .reversed))
            // In five seconds the server asks.
            #expect(try await desk.eventually { try await desk.status("1001") == "refunded" })
            let asked = ["GET payment/status_by_mti", "DELETE payment/reversal", "GET payment/status"]
            #expect(desk.apiCalls == asked + (fault == .dropped ? ["DELETE payment/reversal"] : []))
            #expect(try await desk.payment(receipt)?.stage == .reversed)
            #expect(try await desk.transaction(receipt.prepareID) == "-2 because of 5")
        }
    }

    @Test("what Click refuses once is asked for again, and given back")
    func refusedOnce() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.payByClick("1001", .uzcard)
            _ = try await desk.press("reverse", receipt, [("answer", "refused")])
            #expect(try await desk.eventually { desk.said.contains("click_api_refused") })
            #expect(try await desk.eventually { try await desk.status("1001") == "refunded" })
        }
    }

    @Test("what Click does not give back stays paid and says so; it may be asked for again")
    func refusedReversal() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.payByClick("1001", .wallet)
            _ = try await desk.press("reverse", receipt)
            #expect(
                try await desk.eventually { try await desk.transaction(receipt.prepareID) == "2 refund_refused" })
            #expect(try await desk.status("1001") == "paid")
            #expect(try await desk.payment(receipt)?.stage == .paid)
            #expect(desk.said.contains("click_api_refused"))
            #expect(try await desk.press("reverse", receipt) == "done")
        }
    }

    @Test("a bill that Click sends to a telephone is paid, or deleted, in the cabinet")
    func invoices() async throws {
        try await SandboxDesk.with { desk in
            let click = try desk.click
            for order in ["1001", "1002"] {
                await click.add(
                    ClickInvoice(id: await click.number(), order: order, amount: 500_000, phone: "998901234567"))
            }
            let ids = await click.invoices.map(\.id)
            let page = try await desk.get("/?lang=en").text
            for id in ids { #expect(page.contains(#"id="invoice-pay-\#(id)""#)) }
            let paid = try await desk.post("/sandbox/click/invoices/\(ids[0])/pay")
            #expect(paid.location.contains("notice=done"))
            #expect(try await desk.status("1001") == "paid")
            #expect(await click.receipts.first?.origin == .invoice)
            _ = try await desk.post("/sandbox/click/invoices/\(ids[1])/delete")
            #expect(await click.invoices.map(\.state) == [.paid, .deleted])
            for id in ids {
                #expect(try await desk.post("/sandbox/click/invoices/\(id)/pay").location.contains("not-possible"))
            }
        }
    }

    @Test("the page offers both ways to pay, shows Click's payments, and no secret")
    func page() async throws {
        try await SandboxDesk.with { desk in
            let fresh = try await desk.get("/?lang=en").text
            #expect(fresh.contains(#"id="pay-now-1001""#) && fresh.contains(#"id="with-click-1001""#))
            #expect(fresh.contains("No payments through Click yet"))
            let (receipt, outcome) = try await desk.payByClick("1001")
            _ = try await desk.press("reverse", receipt)
            #expect(try await desk.eventually { try await desk.status("1001") == "refunded" })
            let stream = try await EventReader(desk).read(after: desk.site.timeline.id(of: 0), events: 6)
            var seen = outcome + stream.map(\.data).joined()
            for language in Language.allCases {
                seen += try await desk.get("/?lang=\(language.rawValue)").text
                seen += try await desk.get("/sandbox/panels?lang=\(language.rawValue)").text
            }
            #expect(!seen.contains(desk.setup.click.secretKey))
            #expect(seen.contains("Click → server") && seen.contains("Server → Click"))
            #expect(seen.contains("Auth: 777:…:") && seen.contains(#"id="payment-\#(receipt.paydocID)""#))
            let ids = try await desk.get("/").text.matches(of: /\sid="([^"]*)"/).map(\.output.1)
            #expect(ids.count == Set(ids).count)
        }
    }

    @Test("what changes something must come from the page itself; the Merchant API asks for its own proof")
    func crossSite() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.payByClick("1001", conduct: .leave)
            // What the shop and the server say beside it may still come.
            func fromClick() -> Int { desk.said.count { $0.hasPrefix("click") } }
            let before = fromClick()
            for path in [
                "/sandbox/click/pay", "/sandbox/click/payments/\(receipt.paydocID)/finish",
                "/sandbox/click/invoices/1/pay",
            ] {
                let answer = try await desk.post(path, headers: [("origin", "https://evil.example")])
                #expect(answer.status == 403)
            }
            #expect(fromClick() == before && before > 0)
            let api = try await desk.get("/click/api/v2/merchant/payment/status/54321/\(receipt.paydocID)")
            #expect(api.status == 401 && desk.said.last == "click_api_stranger")
            #expect(try await desk.post("/sandbox/click/payments/x/finish").status == 404)
            #expect(try await desk.post("/sandbox/click/payments/\(receipt.paydocID)/steal").status == 404)
        }
    }

    @Test("every key that Click's part of the page makes has a text")
    func keys() throws {
        let texts = try Texts.load()
        var keys = ClickConduct.allCases.map(\.key) + ClickPurse.allCases.map(\.key) + ClickStage.allCases.map(\.key)
        keys += ClickReceipt.Origin.allCases.map(\.key) + ClickInvoice.State.allCases.map(\.key)
        keys += ClickFault.offered.map(\.key) + ClickLinkError.allCases.map(\.key)
        keys +=
            ClickAPIOperation.allCases.map(\.key)
            + ["duplicate", "duplicate_refunded"].flatMap {
                ["event_\($0)", "say_event_\($0)"]
            }
        let shadowed = ["Success", "OrderUnavailable"]
        keys += Documents.all.click.answers.map(\.name).filter { !shadowed.contains($0) }.map { "why_click_\($0)" }
        for key in keys { #expect(texts.has(key), "\(key)") }
    }
}
