import Specification
import Testing

@testable import Sandbox

@Suite("What happens on the way through Click", .serialized)
struct ClickConductTests {
    @Test("all goes well: Prepare, Complete, the order is paid")
    func normal() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.payByClick("1001")
            #expect(receipt.stage == .paid && receipt.isDebited)
            #expect(page.contains(#"id="outcome-title">Paid<"#))
            #expect(desk.clickCalls == ["Prepare 0", "Complete 0"])
            #expect(desk.apiCalls == [])
            #expect(try await desk.status("1001") == "paid")
            #expect(try await desk.transaction(receipt.prepareID) == "2")
            #expect(try await desk.eventually { desk.said.contains("say_event_performed") })
        }
    }

    @Test("the fields of a call stand as the document has them, and the secret in none")
    func fields() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, _) = try await desk.payByClick("1001")
            let requests = desk.entries.filter { $0.direction == .click }.compactMap(\.request)
            try #require(requests.count == 2)
            let names = requests.map { request in
                request.split(separator: "\n&").map { String($0.prefix { $0 != "=" }) }
            }
            let required = Documents.all.click.fields.filter(\.isRequired).map(\.name)
            #expect(Set(names[0]) == Set(required))
            #expect(Set(names[1]) == Set(required + ["merchant_prepare_id"]))
            #expect(
                requests[0].contains("click_paydoc_id=\(receipt.paydocID)\n&merchant_trans_id=1001\n&amount=5000.00"))
            #expect(receipt.paydocID > Int64(Int32.max) && receipt.transID != receipt.paydocID)
        }
    }

    @Test(
        "a lost answer is repeated with the same bytes; what was paid meanwhile says so",
        arguments: [
            ("36500.12", ["Prepare 0", "Prepare 0", "Complete 0"], "say_same"),
            ("36500.13", ["Prepare 0", "Complete 0", "Complete -4"], "click_say_again_paid"),
            ("36500.18", ["Prepare 0", "Complete 0", "Prepare -4"], "click_say_paid_already"),
        ])
    func lostAnswer(amount: String, calls: [String], sentence: String) async throws {
        try await SandboxDesk.with { desk in
            try await desk.addOrder("lost", amount)
            let (receipt, _) = try await desk.payByClick("lost")
            #expect(receipt.stage == .paid && receipt.failure == nil)
            #expect(desk.clickCalls == calls)
            let entries = desk.entries.filter { $0.direction == .click }
            let lost = try #require(entries.firstIndex { $0.tone == .lost })
            #expect(entries[lost].sentence.key == "click_say_lost" && entries[lost + 1].sentence.key == sentence)
            #expect(entries[lost + 1].tone == .good)
            if entries[lost].title == entries[lost + 1].title {
                #expect(entries[lost].request == entries[lost + 1].request)
            }
            #expect(try await desk.status("lost") == "paid")
            // Nothing happened twice.
            #expect(try await desk.eventually { desk.said.contains("say_event_performed") })
            #expect(desk.said.count { $0.hasPrefix("say_event") } == 2)
        }
    }

    @Test(
        "what comes to nothing is called off, and the order can be paid again",
        arguments: [
            (ClickConduct.refused, ClickPurse.uzcard, -5_017), (.declined, .uzcard, -1), (.normal, .empty, -5_017),
        ]
            as [(ClickConduct, ClickPurse, Int64)])
    func calledOff(conduct: ClickConduct, purse: ClickPurse, reason: Int64) async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.payByClick("1001", purse, conduct: conduct)
            #expect(receipt.stage == .cancelled && page.contains("Not paid"))
            #expect(desk.clickCalls == ["Prepare 0", "Complete -9"])
            #expect(try await desk.transaction(receipt.prepareID) == "-1 because of \(reason)")
            #expect(try await desk.status("1001") == "pending")
            #expect(try await desk.payByClick("1001").receipt.stage == .paid)
        }
    }

    @Test("the payer may decline on the page")
    func declineButton() async throws {
        try await SandboxDesk.with { desk in
            let fields = [
                ("service_id", "54321"), ("merchant_id", "12345"), ("transaction_param", "1001"),
                ("amount", "5000.00"), ("purse", "humo"), ("decline", "yes"), ("lang", "en"),
            ]
            let outcome = try await desk.post("/sandbox/click/pay", fields)
            #expect(try await desk.get(outcome.location).text.contains("Cancelled by the payer"))
            #expect(desk.clickCalls == ["Prepare 0", "Complete -9"])
        }
    }

    @Test("an amount that the payer changed in the link is noticed at Prepare; Click gives up, and no row is made")
    func tampered() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.payByClick("1001", conduct: .tampered)
            #expect(receipt.stage == .cancelled && receipt.prepareID == nil)
            #expect(page.contains("Incorrect parameter amount") && page.contains("code -2"))
            #expect(desk.clickCalls == ["Prepare -2", "Complete -9"])
            #expect(desk.entries.contains { $0.sentence.also == "why_click_IncorrectAmount" })
            #expect(try await desk.transaction(1) == "HTTP 404")
            #expect(try await desk.status("1001") == "pending")
        }
    }

    @Test("silence after Prepare: the attempt stays open, and neither holds the order nor ends by itself")
    func silence() async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.payByClick("1001", conduct: .leave)
            #expect(receipt.stage == .underWay && page.contains("Not finished"))
            _ = try await desk.post("/sandbox/clock", [("then", "wait")])
            #expect(try await desk.transaction(receipt.prepareID) == "1")
            #expect(try await desk.press("finish", receipt) == "done")
            #expect(try await desk.payment(receipt)?.stage == .paid)
            #expect(desk.clickCalls == ["Prepare 0", "Complete 0"])
            #expect(try await desk.status("1001") == "paid")
        }
    }

    @Test("a one-time order that is paid twice: both are taken, the second goes back through the Merchant API")
    func twice() async throws {
        try await SandboxDesk.with { desk in
            let (first, _) = try await desk.payByClick("1001", conduct: .twice)
            #expect(first.stage == .paid)
            #expect(desk.clickCalls == ["Prepare 0", "Prepare 0", "Complete 0", "Complete 0"])
            let second = try #require(try await desk.click.receipts.first)
            #expect(second.paydocID != first.paydocID)
            #expect(try await desk.eventually { try await desk.payment(second)?.stage == .reversed })
            #expect(
                try await desk.eventually { try await desk.transaction(second.prepareID).hasPrefix("-2") })
            // Once more if Click had not read the answer to Complete when it was first asked.
            #expect(desk.apiCalls.last == "DELETE payment/reversal")
            #expect(desk.apiCalls.dropLast().allSatisfy { $0.hasPrefix("GET payment/status") })
            #expect(try await desk.transaction(first.prepareID) == "2")
            #expect(try await desk.status("1001") == "paid")
            #expect(try await desk.eventually { desk.said.contains("say_event_duplicate_refunded") })
            #expect(desk.said.contains("say_event_duplicate"))
            #expect(try await desk.payment(first)?.stage == .paid)
        }
    }

    @Test("an account takes both of two payments, and any amount")
    func account() async throws {
        try await SandboxDesk.with { desk in
            let link = try await desk.get("/sandbox/click/checkout?lang=en&order=998901234567&amount=1000.16").location
            #expect(link.contains("amount=1000.16"))
            let form = try await desk.get(link).text
            let fields =
                SandboxDesk.hiddenFields(form) + [
                    ("purse", "uzcard"), ("conduct", SandboxDesk.chosenConduct(form)),
                ]
            _ = try await desk.post("/sandbox/click/pay", fields)
            #expect(desk.clickCalls == ["Prepare 0", "Prepare 0", "Complete 0", "Complete 0"])
            #expect(try await desk.get("/?lang=en").text.contains("paid in 2\u{00A0}000.32\u{00A0}UZS"))
            #expect(desk.apiCalls == [])
        }
    }

    @Test("the same link paid twice is answered -4, and Click takes nothing and says nothing more")
    func paidBefore() async throws {
        try await SandboxDesk.with { desk in
            let link = try await desk.get("/sandbox/click/checkout?lang=en&order=1001").location
            _ = try await desk.payByClick("1001")
            let fields = SandboxDesk.hiddenFields(try await desk.get(link).text) + [("purse", "uzcard")]
            let outcome = try await desk.post("/sandbox/click/pay", fields)
            #expect(try await desk.get(outcome.location).text.contains("The order was paid before"))
            #expect(desk.clickCalls == ["Prepare 0", "Complete 0", "Prepare -4"])
        }
    }

    @Test(
        "a link that cannot be paid says why",
        arguments: [
            ("service_id=1&merchant_id=12345&amount=5&transaction_param=1", "service"),
            ("service_id=54321&merchant_id=1&amount=5&transaction_param=1", "service"),
            ("service_id=54321&merchant_id=12345&amount=0&transaction_param=1", "amount"),
            ("service_id=54321&merchant_id=12345&amount=1e3&transaction_param=1", "amount"),
            ("service_id=54321&merchant_id=12345&amount=5", "order"), ("", "service"),
        ])
    func badLink(query: String, cause: String) async throws {
        try await SandboxDesk.with { desk in
            let answer = try await desk.get("/click/pay?lang=en&" + query)
            #expect(answer.status == 400)
            #expect(answer.text.contains(try Texts.load().text("click_link_\(cause)", .en)))
        }
    }

    @Test("a link leads nowhere but to the web")
    func returnURL() async throws {
        try await SandboxDesk.with { desk in
            let base = "/click/pay?service_id=54321&merchant_id=12345&amount=5&transaction_param=1&return_url="
            #expect(try await !desk.get(base + "javascript:alert(1)").text.contains("javascript:"))
            let good = try await desk.get(base + "https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2").text
            #expect(good.contains(#"id="back" href="https://shop.example/?a=1&amp;b=2""#))
        }
    }
}
