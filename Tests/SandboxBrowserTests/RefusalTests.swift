import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("Refusals")
    struct Refusals {
        @Test(
            "a card that Payme refuses: the payer reads why, the shop hears nothing, the second card pays",
            arguments: [
                ("0842", "This card has no SMS service."), ("4657", "The card has expired."),
                ("9073", "The card is blocked."),
            ])
        func card(ending: String, sentence: String) async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-1001")
                try await visit.press("label:has(#card-\(ending))")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Not paid")
                #expect(try await visit.text("#outcome-text") == sentence)
                try await visit.press("#return-link")
                try await visit.order("1001", is: "pending")
                _ = try await visit.receipt(of: "1001", is: 50)
                #expect(try await visit.calls() == [])
                try await visit.press("#pay-1001")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Paid")
                #expect(try await visit.sandbox.status("1001") == "paid")
            }
        }

        @Test("a wrong code and a wrong date are told apart")
        func entries() async throws {
            try await Visit.with { visit in
                try await visit.open()
                for (field, entry, sentence) in [
                    ("#code", "123456", "The code is wrong."), ("#expiry", "04/27", "The date is not the card’s."),
                ] {
                    try await visit.press("#pay-1001")
                    try await visit.type(entry, into: field)
                    try await visit.press("#confirm")
                    #expect(try await visit.text("#outcome-text") == sentence)
                    try await visit.press("#return-link")
                }
                try await visit.order("1001", is: "pending")
            }
        }

        @Test("a debit that fails: Payme cancels what it created, and the order is free again")
        func debit() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-1001")
                try await visit.press("label:has(#card-0323)")
                try await visit.press("#confirm")
                #expect(
                    try await visit.text("#outcome-text") == "The card could not be debited. Nothing was taken.")
                try await visit.press("#return-link")
                try await visit.order("1001", is: "pending")
                #expect(
                    try await visit.calls() == ["CheckPerformTransaction", "CreateTransaction", "CancelTransaction"])
                try await visit.see("#timeline [data-direction=event][data-name=cancelled]")
                try await visit.press("#pay-now-1001")
                try await visit.order("1001", is: "paid")
            }
        }

        @Test("a changed amount: the shop refuses in the payer's language, and is paid at the second attempt")
        func tampered() async throws {
            try await Visit.with { visit in
                try await visit.open("ru")
                try await visit.type("Чай", into: "#new-description")
                try await visit.type("500,15", into: "#new-amount")
                try await visit.type("tea", into: "#new-id")
                try await visit.press("#add-order")
                try await visit.order("tea", is: "pending")
                #expect(try await visit.text("#order-tea .magic") == "Покупатель меняет сумму в ссылке")
                try await visit.press("#pay-now-tea")
                let refusal = try await visit.see("#timeline [data-name=CheckPerformTransaction][data-tone=refused]")
                #expect(try await refusal.text.contains("код -31001"))
                try await visit.until("the notice") {
                    try await visit.text("#notice") == "Не оплачено. Почему, видно в ленте."
                }
                try await visit.order("tea", is: "pending")
                try await visit.press("#pay-tea")
                #expect(try await visit.see("#conduct").property("value") == "tampered")
                try await visit.press("#conduct option[value=normal]")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Оплачено")
                #expect(try await visit.sandbox.status("tea") == "paid")
            }
        }

        @Test("a link that holds nonsense: a page that says so, with a way back")
        func badLink() async throws {
            try await Visit.with(tolerating: ["status of 400"]) { visit in
                try await visit.browser.go(visit.sandbox.url + "/checkout/nonsense?lang=en")
                #expect(try await visit.text("h1") == "This link cannot be paid")
                #expect(try await visit.text("main").contains("-31610"))
                try await visit.press(".languages a[lang=uz]")
                #expect(try await visit.text("html[lang=uz] h1") == "Bu havola orqali toʻlab boʻlmaydi")
                try await visit.press("#return-link")
                try await visit.see("html[lang=uz] #live.on")
            }
        }
    }
}
