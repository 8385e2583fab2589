import Testing

@testable import Sandbox

@Suite("Cards")
struct CardTests {
    @Test("a good card pays the order of the server's own link", arguments: [TestCard.works, .worksToo])
    func works(card: TestCard) async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.pay("1001", card: card)
            #expect(receipt.state == .paid)
            #expect(try await desk.status("1001") == "paid")
            #expect(desk.calls == ["CheckPerformTransaction", "CreateTransaction", "PerformTransaction"])
            #expect(page.contains("The shop has confirmed the payment."))
            #expect(page.contains("•••• \(card.ending)") && !page.contains(card.rawValue))
        }
    }

    @Test(
        "a card that Payme refuses is never heard of at the shop",
        arguments: [
            (TestCard.noMessage, "note_card_no_message", "no SMS service"),
            (.expired, "note_card_expired", "has expired"), (.blocked, "note_card_blocked", "is blocked"),
        ])
    func refused(card: TestCard, said: String, shown: String) async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.pay("1001", card: card)
            #expect(receipt.state == .cancelled && !receipt.isKnownToShop)
            #expect(desk.calls == [])
            #expect(desk.said == [said])
            #expect(page.contains(shown))
            #expect(try await desk.status("1001") == "pending")
        }
    }

    @Test(
        "a debit that fails after the shop created the transaction cancels it, with the reason of the failure",
        arguments: [(TestCard.systemError, Int64(3)), (.slowError, 2)])
    func debitFails(card: TestCard, reason: Int64) async throws {
        try await SandboxDesk.with { desk in
            let (receipt, page) = try await desk.pay("1001", card: card)
            #expect(receipt.state == .cancelled && receipt.reason == reason && receipt.shopState == -1)
            #expect(desk.calls == ["CheckPerformTransaction", "CreateTransaction", "CancelTransaction"])
            #expect(page.contains("could not be debited"))
            #expect(try await desk.status("1001") == "pending")
            let (second, _) = try await desk.pay("1001")
            #expect(second.state == .paid)
        }
    }

    @Test("a wrong code and a wrong date are refused before the shop hears of them")
    func wrongEntries() async throws {
        try await SandboxDesk.with { desk in
            let (code, _) = try await desk.pay("1001", code: "666667")
            let (date, _) = try await desk.pay("1001", expiry: "04/99")
            #expect(code.state == .cancelled && date.state == .cancelled)
            #expect(desk.said == ["note_code_wrong", "note_card_date"])
        }
    }

    @Test("a number that is no test card is refused by the checkout")
    func unknownCard() async throws {
        try await SandboxDesk.with { desk in
            let answer = try await desk.post(
                "/sandbox/checkout",
                [
                    ("merchant", desk.configuration.merchantID), ("amount", "500000"),
                    ("account[order_id]", "1001"), ("card", "4111111111111111"), ("code", "666666"),
                ])
            #expect(answer.status == 400)
            #expect(answer.text.contains("none of the test cards") && answer.text.contains("-31630"))
        }
    }
}
