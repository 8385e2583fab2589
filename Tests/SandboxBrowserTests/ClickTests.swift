import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("Paying with Click")
    struct PayingWithClick {
        /// Names of the calls that Click has made, oldest first.
        private static func calls(_ visit: Visit) async throws -> [String] {
            try await visit.timeline().filter { $0.direction == "click" }.map(\.name)
        }

        /// Waits until the newest payment of an order stands so.
        /// - Returns: its number.
        private static func payment(_ visit: Visit, of order: String, is state: Int) async throws -> String {
            let element = try await visit.see("#click .receipt[data-order='\(order)'][data-state='\(state)']")
            return String(try await element.attribute("id")?.dropFirst("payment-".count) ?? "")
        }

        @Test("link, purse, confirmation, back to the shop; then the shop asks for the money back")
        func payAndReverse() async throws {
            try await Visit.with { visit in
                try await visit.open()
                #expect(try await visit.text("#click .empty").contains("No payments through Click yet"))
                try await visit.press("#with-click-1002")
                #expect(try await visit.text("#checkout-amount") == "129 900.00 UZS")
                #expect(try await visit.browser.url.hasPrefix(visit.sandbox.url + "/click/pay?service_id="))
                try await visit.press("label:has(#purse-humo)")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Paid")
                #expect(try await visit.text(".pairs").contains("HUMO"))
                try await visit.press("#return-link")
                try await visit.order("1002", is: "paid")
                #expect(try await Self.calls(visit) == ["Prepare", "Complete"])
                let number = try await Self.payment(visit, of: "1002", is: 2)
                try await visit.mark()
                try await visit.press("#click-summary-\(number)")
                try await visit.press("#click-reverse-\(number)")
                try await visit.order("1002", is: "refunded")
                _ = try await Self.payment(visit, of: "1002", is: -2)
                try await visit.see("#timeline [data-direction=click_api][data-name='DELETE payment/reversal']")
                try await visit.see("#timeline [data-direction=event][data-name=refunded]")
                let asked = try await visit.timeline().first { $0.name == "DELETE payment/reversal" }
                #expect(asked?.text.contains("Server → Click") == true && asked?.tone == "good")
                #expect(try await visit.isStillMarked())
                #expect(try await visit.sandbox.status("1002") == "refunded")
            }
        }

        @Test("a bank that refuses, a payer who declines, and then it is paid after all")
        func refusals() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#with-click-1001")
                try await visit.press("label:has(#purse-empty)")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Not paid")
                #expect(
                    try await visit.text("#outcome-text") == "The card could not be debited. Nothing was taken.")
                try await visit.press("#return-link")
                try await visit.order("1001", is: "pending")
                try await visit.press("#with-click-1001")
                try await visit.press("#decline")
                #expect(try await visit.text("#outcome-text") == "Cancelled by the payer or by Click.")
                try await visit.press("#return-link")
                let refused = try await visit.timeline().filter { $0.direction == "click" }
                #expect(refused.map(\.name) == ["Prepare", "Complete", "Prepare", "Complete"])
                #expect(refused.allSatisfy { $0.tone == "good" } && refused[1].text.contains("-9"))
                try await visit.press("#with-click-1001")
                try await visit.press("#confirm")
                try await visit.press("#return-link")
                try await visit.order("1001", is: "paid")
            }
        }

        @Test(
            "by keyboard alone, and for everybody: pay page, outcome and cabinet in both themes",
            arguments: ["en", "uz"])
        func forEverybody(language: String) async throws {
            try await Visit.with { visit in
                try await visit.browser.go("\(visit.sandbox.url)/sandbox/click/checkout?order=1004&lang=\(language)")
                try await Self.check(visit, "pay page")
                try await visit.browser.script("document.getElementById(\"purse-uzcard\").focus()")
                for next in ["conduct", "confirm", "decline", "back"] {
                    try await visit.browser.press(.tab)
                    #expect(try await visit.browser.script("return document.activeElement.id") == .string(next))
                }
                try await visit.press("#confirm")
                try await visit.see("#return-link")
                try await Self.check(visit, "outcome")
                try await visit.open(language)
                let number = try await Self.payment(visit, of: "1004", is: 2)
                try await visit.press("#click-summary-\(number)")
                try await visit.press("#timeline [data-direction=click] summary")
                try await Self.check(visit, "cabinet")
                try await visit.browser.viewport(390, 844)
                try await Self.check(visit, "cabinet on a telephone")
                try await visit.browser.screenshot("click-\(language)-phone")
                try await visit.browser.clearViewport()
                try await visit.browser.screenshot("click-\(language)")
            }
        }

        private static func check(_ visit: Visit, _ what: String) async throws {
            for scheme in Browser.ColorScheme.allCases {
                try await visit.browser.prefer(scheme)
                let faults = try await visit.browser.accessibilityFaults()
                #expect(faults == [], "\(what), \(scheme)")
            }
        }
    }
}
