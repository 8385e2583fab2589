import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("Paying with Pix")
    struct PayingWithPix {
        /// Charges an order and waits for the bank's row of it.
        /// - Returns: its txid.
        private static func charge(_ visit: Visit, _ order: String) async throws -> String {
            try await visit.press("#with-pix-\(order)")
            let row = try await visit.see("#pix-charges [data-order='\(order)'][data-state=ATIVA]")
            return String(try await row.attribute("id")?.dropFirst("charge-".count) ?? "")
        }

        /// Opens the payer's page by its link, in a tab of its own, runs the closure there, and comes back.
        private static func atThePayers(
            _ visit: Visit, _ order: String, _ body: (Browser.Tab) async throws -> Void
        ) async throws {
            let desk = try await visit.browser.tab
            try await visit.press("#pix-page-\(order)")
            try await visit.until("a second tab") { try await visit.browser.tabs.count == 2 }
            let payer = try #require(try await visit.browser.tabs.last)
            try await visit.browser.turn(to: payer)
            try await body(desk)
            try await visit.browser.turn(to: payer)
            try await visit.browser.closeTab()
            try await visit.browser.turn(to: desk)
        }

        @Test("a newcomer charges an order, opens the payer's page, pays at the bank, and gives a part back")
        func wholeStory() async throws {
            try await Visit.with { visit in
                try await visit.open()
                #expect(try await visit.text("#pix .empty") == "No charges yet.")
                #expect(try await visit.browser.all("#pay-now-1005, #with-click-1005").isEmpty)
                let txid = try await Self.charge(visit, "1005")
                try await visit.order("1005", is: "reserved")
                #expect(try await visit.text("#notice").hasPrefix("The charge was made."))
                try await Self.atThePayers(visit, "1005") { desk in
                    #expect(try await visit.text("#amount").contains("150"))
                    #expect(
                        try await visit.see("#code").property("value").stringValue?.contains("br.gov.bcb.pix") == true)
                    try await visit.see("#qr svg")
                    let payer = try await visit.browser.tab
                    try await visit.browser.turn(to: desk)
                    try await visit.press("#pix-pay-\(txid)")
                    try await visit.order("1005", is: "paid")
                    try await visit.browser.turn(to: payer)
                    // Live: nobody has loaded it again.
                    try await visit.see("#charge[data-status=paid]")
                    #expect(try await visit.text("h1") == "Payment confirmed")
                    try await visit.browser.screenshot("pix-payer-paid")
                }
                let names = try await visit.timeline().filter { ["pix", "pix_bank"].contains($0.direction) }.map(\.name)
                #expect(names.starts(with: ["POST token", "PUT cob"]) && names.contains("webhook"))
                try await visit.see("#timeline [data-direction=event][data-name=performed]")
                try await visit.mark()
                try await visit.press("#pix-summary-\(txid)")
                try await visit.type("50.00", into: "#charge-\(txid) input[name=amount]")
                try await visit.press("#charge-\(txid) [id^=pix-refund-]")
                try await visit.see("#timeline [data-direction=pix_bank][data-name='PUT devolucao']")
                try await visit.until("the refund at the bank") {
                    try await visit.text("#charge-\(txid) .returned") == "Given back by the shop: 50.00 BRL, done"
                }
                try await visit.press("#charge-\(txid) [id^=pix-refund-]")
                try await visit.order("1005", is: "refunded")
                #expect(try await visit.isStillMarked())
                #expect(try await visit.sandbox.status("1005") == "refunded")
            }
        }

        @Test("a lost answer of the bank's: the server asks again, and there is one charge")
        func lostAnswer() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pix-calls option[value=lost]")
                try await visit.press("#pix-calls-set")
                try await visit.until("the bank's conduct") {
                    try await visit.text("#pix-mishap") == "done, and the answer is lost"
                }
                _ = try await Self.charge(visit, "1006")
                let puts = try await visit.timeline().filter { $0.name == "PUT cob" }
                #expect(puts.map(\.tone) == ["lost", "good"])
                #expect(try await visit.browser.all("#pix-charges .receipt").count == 1)
                try await visit.until("a bank that is well again") {
                    try await visit.text("#pix-mishap") == "as it should be"
                }
            }
        }

        @Test("for everybody: the bank in both themes, on a desk and on a telephone", arguments: ["en", "ru", "uz"])
        func forEverybody(language: String) async throws {
            try await Visit.with { visit in
                try await visit.open(language)
                let paid = try await Self.charge(visit, "1005")
                try await visit.press("#pix-pay-\(paid)")
                try await visit.order("1005", is: "paid")
                _ = try await Self.charge(visit, "1006")
                try await visit.press("#pix-course option[value=approval]")
                try await visit.press("#pix-send")
                try await visit.see("#pix-payouts .receipt")
                let script = "for (const one of document.querySelectorAll('#pix details')) one.open = true"
                try await visit.browser.script(script)
                for (device, width, height) in [("desk", 1_280, 900), ("phone", 390, 844)] {
                    try await visit.browser.viewport(width, height)
                    for scheme in Browser.ColorScheme.allCases {
                        try await visit.browser.prefer(scheme)
                        #expect(try await visit.browser.accessibilityFaults() == [], "\(device), \(scheme)")
                    }
                    // The checks leave another width.
                    try await visit.browser.viewport(width, height)
                    try await visit.browser.script("document.getElementById('pix').scrollIntoView()")
                    try await visit.browser.screenshot("pix-\(language)-\(device)")
                }
            }
        }

        @Test("without a script every button works as a plain form")
        func withoutScript() async throws {
            try await Visit.with { visit in
                try await visit.browser.allowScripts(false)
                try await visit.browser.go("\(visit.sandbox.url)/?lang=en")
                try await visit.press("#with-pix-1005")
                try await visit.until("the notice") { try await visit.browser.url.contains("notice=charged") }
                try await visit.see("#pix-page-1005")
                try await visit.press("#pix-charges .button.primary")
                try await visit.until("the paid order") {
                    try await visit.browser.go("\(visit.sandbox.url)/?lang=en")
                    return try await !visit.browser.all("#order-1005[data-status=paid]").isEmpty
                }
            }
        }
    }
}
