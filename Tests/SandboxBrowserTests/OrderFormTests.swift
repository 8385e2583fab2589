import BrowserSupport
import StrictJSON
import TestSupport
import Testing

extension ThePage {
    @Suite("A new order")
    struct NewOrder {
        @Test("is there at once, can be paid, and the form is empty again")
        func add() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.type("Бисквит с вишней", into: "#new-description")
                try await visit.type("25 000,50", into: "#new-amount")
                try await visit.type("cake-1", into: "#new-id")
                try await visit.press("#add-order")
                #expect(try await visit.text("#order-cake-1 h3") == "Бисквит с вишней")
                #expect(try await visit.text("#order-cake-1 .amount") == "25 000.50 UZS")
                try await visit.until("an empty form") {
                    try await visit.browser.find("#new-amount").property("value") == ""
                }
                try await visit.press("#pay-now-cake-1")
                try await visit.order("cake-1", is: "paid")
            }
        }

        @Test("that cannot be: the page says what is wrong, points at it, and stores nothing")
        func badAmount() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.type("Cake", into: "#new-description")
                let field = try await visit.see("#new-amount")
                for amount in ["abc", "-5", "0", "1.234", "1e6", "99999999999999999999"] {
                    try await visit.type(amount, into: "#new-amount")
                    #expect(try await field.attribute("aria-invalid") == nil)
                    try await visit.press("#add-order")
                    try await visit.until("the notice of \(amount)") {
                        try await visit.text("#notice")
                            == "The amount must be a number above 0 with at most two decimals."
                    }
                    #expect(try await field.attribute("aria-invalid") == "true")
                    #expect(try await visit.browser.focused().isSame(as: field))
                    // What was typed stays, so that it can be mended.
                    #expect(try await field.property("value") == .string(amount))
                    #expect(try await visit.sandbox.merchant.get("/orders").body["items"]?.arrayValue?.count == 9)
                }
                #expect(try await visit.browser.find("#notice").role == "status")
                try await visit.type("12", into: "#new-amount")
                try await visit.press("#add-order")
                try await visit.until("a tenth order") { try await visit.browser.all(".order").count == 10 }
            }
        }

        @Test("with a number that is taken, or one that no number may look like, is refused")
        func badNumber() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.type("Cake", into: "#new-description")
                try await visit.type("10", into: "#new-amount")
                try await visit.type("1001", into: "#new-id")
                try await visit.press("#add-order")
                try await visit.until("the notice") {
                    try await visit.text("#notice") == "The server refused the order. The timeline says why."
                }
                let refusal = try await visit.see("#timeline [data-direction=shop][data-tone=refused]")
                #expect(try await refusal.text.contains("1001"))
                // The browser itself stops what the pattern does not allow, and says what is.
                try await visit.type("no spaces", into: "#new-id")
                try await visit.press("#add-order")
                let field = try await visit.browser.find("#new-id")
                let isBad = try await visit.browser.script(
                    "return arguments[0].validity.patternMismatch", [field.reference])
                #expect(isBad == true)
                #expect(try await field.attribute("title") == "Latin letters, digits and + - . / : _")
                #expect(try await visit.sandbox.merchant.get("/orders").body["items"]?.arrayValue?.count == 9)
            }
        }
    }
}
