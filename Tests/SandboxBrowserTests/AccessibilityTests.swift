import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("For everybody")
    struct Accessibility {
        /// The rules on the open page, in both themes; and on a telephone, nothing has to be moved sideways.
        private static func check(_ visit: Visit, _ what: String, navigation: Bool = true) async throws {
            for scheme in Browser.ColorScheme.allCases {
                try await visit.browser.prefer(scheme)
                let faults = try await visit.browser.accessibilityFaults(navigation: navigation)
                #expect(faults == [], "\(what), \(scheme)")
            }
        }

        @Test("the page, when fresh and after much has happened, everything opened", arguments: ["en", "ru", "uz"])
        func mainPage(language: String) async throws {
            try await Visit.with { visit in
                try await visit.open(language)
                try await Self.check(visit, "fresh")
                try await visit.press("#pay-now-1001")
                try await visit.order("1001", is: "paid")
                try await visit.press("#pay-now-1003")
                try await visit.order("1003", is: "reserved")
                try await visit.press("#run-suite")
                try await visit.see("#suite [data-stage=finished]")
                try await visit.press("#later-wait")
                try await visit.see("#timeline [data-name=expired]")
                try await visit.press("#reconcile")
                try await visit.see("#reconciliation tbody tr")
                let script = "for (const one of document.querySelectorAll('.receipt details')) one.open = true"
                try await visit.browser.script(script)
                try await visit.press("#timeline [data-name=PerformTransaction] summary")
                try await Self.check(visit, "after much")
            }
        }

        @Test("checkout, outcomes and errors", arguments: ["en", "ru", "uz"])
        func otherPages(language: String) async throws {
            try await Visit.with(tolerating: ["status of 4"]) { visit in
                let checkout = visit.sandbox.url + "/sandbox/checkout?order=1002&lang=\(language)"
                for card in ["9073", "6478"] {
                    try await visit.browser.go(checkout)
                    if card == "9073" { try await Self.check(visit, "checkout") }
                    try await visit.press("label:has(#card-\(card))")
                    try await visit.press("#confirm")
                    try await visit.see("#return-link")
                    // So that it does not go back to the shop in the middle.
                    try await visit.browser.go(visit.browser.url)
                    try await Self.check(visit, "outcome of \(card)")
                }
                try await visit.browser.go(visit.sandbox.url + "/checkout/nonsense?lang=\(language)")
                try await Self.check(visit, "error")
            }
        }

        @Test("the longest description, number and amount fit on a telephone")
        func longest() async throws {
            try await Visit.with { visit in
                try await visit.open("uz")
                let id = String(repeating: "W", count: 64)
                try await visit.type(String(repeating: "Щ", count: 200), into: "#new-description")
                try await visit.type("92233720368547758,07", into: "#new-amount")
                try await visit.type(id, into: "#new-id")
                try await visit.press("#add-order")
                try await visit.press("#pay-now-\(id)")
                try await visit.order(id, is: "paid")
                try await visit.see("#timeline [data-name=performed]")
                try await visit.browser.viewport(390, 844)
                try await visit.browser.screenshot("longest")
                try await visit.browser.clearViewport()
                let page = try await visit.browser.accessibilityFaults()
                #expect(page == [])
                let receipt = try await visit.receipt(of: id, is: 4)
                try await visit.browser.go("\(visit.sandbox.url)/sandbox/receipts/\(receipt)?lang=uz")
                let outcome = try await visit.browser.accessibilityFaults()
                #expect(outcome == [])
            }
        }

        @Test("the report of the suite")
        func report() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#run-suite")
                try await visit.press("#suite-report")
                try await visit.until("the report") { try await visit.text("h1").contains("Payme endpoint") }
                try await Self.check(visit, "report", navigation: false)
            }
        }

        @Test("a screen reader hears what the page is made of")
        func heard() async throws {
            try await Visit.with { visit in
                try await visit.open()
                for (css, role, label) in [
                    ("#pay-now-1001", "button", "Pay now Order 1001"),
                    ("#pay-1002", "button", "Open the checkout Order 1002"),
                    ("#amount-998901234567", "textbox", "Amount, UZS, Order 998901234567"),
                    (".feed-scroll", "log", "Timeline"), ("#notice", "status", ""), ("#orders", "region", "Orders"),
                    ("nav", "navigation", "Language"), ("#later-wait", "button", "Twelve hours later: Nobody calls"),
                ] {
                    let element = try await visit.browser.find(css)
                    #expect(try await element.role == role)
                    #expect(try await element.label == label)
                }
            }
        }
    }
}
