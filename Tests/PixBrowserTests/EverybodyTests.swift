import BrowserSupport
import StrictJSON
import Testing

extension PayersPage {
    @Suite("On a narrow telephone")
    struct Narrow {
        private static let width = 360

        @Test(
            "every state of a charge is for everybody, and nothing is moved sideways",
            arguments: ["pt", "en", "ru", "uz"])
        func states(language: String) async throws {
            try await PayerVisit.atBank { visit, bank in
                var headings: [String] = []
                for status in ["pending", "paid", "refunded", "cancelled", "expired"] {
                    let charge = try await visit.bankCharge()
                    switch status {
                    case "paid": try await visit.payAtBank(charge, bank)
                    case "refunded":
                        try await visit.payAtBank(charge, bank)
                        try await visit.refund(charge)
                    case "cancelled": try await visit.cancel(charge)
                    case "expired": try await visit.expire(charge)
                    default: break
                    }
                    try await visit.open(charge.id, language, live: status == "pending" || status == "paid")
                    #expect(try await visit.see("#charge").attribute("data-status") == status)
                    for scheme in Browser.ColorScheme.allCases {
                        try await visit.browser.prefer(scheme)
                        try await visit.browser.viewport(Self.width, 780)
                        let faults = try await visit.browser.accessibilityFaults()
                        #expect(faults == [], "\(status), \(language), \(scheme)")
                    }
                    try await visit.browser.prefer(.light)
                    try await visit.browser.viewport(Self.width, 780)
                    let widths = try await visit.browser.script(
                        "return [document.documentElement.scrollWidth, document.body.scrollWidth]")
                    #expect(widths == [.integer(Int64(Self.width)), .integer(Int64(Self.width))], "\(status)")
                    let sideways = try await visit.browser.script(
                        """
                        return [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
                          && !one.closest(".skip, svg") && one.getBoundingClientRect().right > innerWidth + 0.5)
                          .map((one) => one.id || one.tagName);
                        """)
                    #expect(sideways == [], "\(status), \(language)")
                    headings.append(try await visit.text("h1"))
                    try await visit.browser.screenshot("pix-360-\(status)-\(language)")
                    try await visit.browser.clearViewport()
                    // Only what can be paid offers a code.
                    let codes = try await visit.browser.all("#code").count
                    #expect(codes == (status == "pending" ? 1 : 0), "\(status)")
                }
                #expect(headings == Self.headings[language])
            }
        }

        /// Pending, paid, refunded, cancelled, expired.
        private static let headings = [
            "pt": [
                "Pague com Pix", "Pagamento confirmado", "O valor foi devolvido", "Esta cobrança foi cancelada",
                "Esta cobrança expirou",
            ],
            "en": [
                "Pay with Pix", "Payment confirmed", "The money was returned", "This charge was cancelled",
                "This charge has expired",
            ],
            "ru": [
                "Оплатите через Pix", "Платёж подтверждён", "Деньги возвращены", "Этот счёт отменён",
                "Срок оплаты истёк",
            ],
            "uz": [
                "Pix orqali toʻlang", "Toʻlov tasdiqlandi", "Pul qaytarildi", "Bu hisob bekor qilindi",
                "Toʻlov muddati tugadi",
            ],
        ]

        @Test("the code is copied with the keyboard alone", arguments: [Browser.Key.enter, .space])
        func keyboard(key: Browser.Key) async throws {
            try await PayerVisit.with { visit in
                let id = try await visit.charge()
                try await visit.open(id)
                try await visit.browser.viewport(Self.width, 780)
                try await visit.browser.script(
                    """
                    window.copied = null;
                    Object.defineProperty(navigator, "clipboard",
                      { value: { writeText: async (text) => { window.copied = text; } }, configurable: true });
                    """)
                let button = try await visit.see("#copy")
                var stops = 0
                while try await !visit.browser.focused().isSame(as: button), stops < 20 {
                    try await visit.browser.press(.tab)
                    stops += 1
                }
                #expect(try await visit.browser.focused().isSame(as: button))
                let outline = try await button.style("outline-style")
                #expect(outline != "none")
                try await visit.browser.press(key)
                try await visit.until("the word") { try await visit.text("#notice").hasPrefix("Copied") }
                let code = try await visit.code(id)
                #expect(try await visit.browser.script("return window.copied") == .string(code))
                #expect(try await visit.browser.focused().isSame(as: button))
                // And on to what follows it.
                try await visit.browser.press(.tab)
                #expect(try await visit.browser.focused().attribute("id") == "png")
                try await visit.browser.clearViewport()
            }
        }
    }
}
