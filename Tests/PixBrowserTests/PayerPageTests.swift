import BrowserSupport
import Foundation
import StrictJSON
import TestSupport
import Testing

extension PayersPage {
    @Suite("The payer")
    struct Payer {
        @Test("sees the amount, the code, the image, and how much time is left by the server's clock")
        func pending() async throws {
            try await PayerVisit.with { visit in
                let id = try await visit.charge()
                try await visit.open(id, "pt")
                #expect(try await visit.text("h1") == "Pague com Pix")
                // The driver writes a space that does not break as any other.
                #expect(try await visit.text("#amount") == "R$ 1.234,56")
                #expect(try await visit.text("#note") == "Caneca azul")
                let code = try await visit.code(id)
                #expect(try await visit.see("#code").property("value") == .string(code))
                #expect(try await visit.see("#code").property("readOnly") == true)
                let image = try await visit.see("#qr svg")
                #expect(try await image.isDisplayed)
                try await visit.until("a countdown") { try await visit.text("#countdown").hasPrefix("09:") }
                // The server's clock stands still, this machine's does not.
                let first = try await visit.text("#countdown")
                try await visit.until("a second less") { try await visit.text("#countdown") != first }
            }
        }

        @Test("sees the payment the moment it is there, without loading the page again")
        func paid() async throws {
            try await PayerVisit.with { visit in
                let id = try await visit.charge()
                try await visit.open(id)
                try await visit.browser.script("window.stays = true")
                try await visit.pay(id)
                let end = ContinuousClock.now
                try await visit.see("#charge[data-status=paid]")
                #expect(ContinuousClock.now - end < .seconds(2))
                #expect(try await visit.browser.script("return window.stays") == true)
                #expect(try await visit.text("h1") == "Payment confirmed")
                #expect(try await visit.text("#notice") == "Payment confirmed")
                #expect(try await visit.browser.title.hasPrefix("Payment confirmed"))
                #expect(try await visit.browser.all("#code, #qr, #countdown").isEmpty)
            }
        }

        @Test("sees that the charge was called off, or that its time is up, and no code to pay with")
        func over() async throws {
            try await PayerVisit.with { visit in
                let id = try await visit.charge()
                try await visit.open(id)
                visit.running.clock.advance(milliseconds: 600_001)
                // The job looks within a minute; a look at the bank's word is not needed for a static code.
                await visit.running.expirePix()
                try await visit.see("#charge[data-status=expired]")
                #expect(try await visit.browser.all("#code, #qr").isEmpty)
                try await visit.open(id, live: false)
                #expect(try await visit.text("h1") == "This charge has expired")
            }
        }

        @Test("is shown no code once its time is up, even while nobody can say whether it was paid")
        func timeIsUp() async throws {
            try await PayerVisit.with { visit in
                let id = try await visit.charge()
                try await visit.open(id)
                try await visit.see("#code").click()
                // As if ten minutes had passed at the page, which hears nothing from the server.
                try await visit.browser.script("document.getElementById('charge').dataset.expires = '0'")
                try await visit.until("no code") { try await visit.browser.all("#code, #qr, .tools, #left").isEmpty }
                #expect(try await visit.text("#notice").hasPrefix("Do not pay"))
                #expect(try await visit.text("#explanation").hasPrefix("Do not pay"))
                #expect(try await visit.browser.focused().isSame(as: try await visit.see("#heading")))
                #expect(try await visit.browser.accessibilityFaults() == [])
                // And what comes then is shown all the same.
                try await visit.pay(id)
                try await visit.see("#charge[data-status=paid]")
            }
        }

        @Test("with the keyboard alone gets to everything, in the order of the page")
        func keyboard() async throws {
            try await PayerVisit.with { visit in
                try await visit.open(try await visit.charge())
                let order = try await visit.browser.script(
                    """
                    return Array.from(document.querySelectorAll("a[href], button, textarea"))
                      .filter((one) => one.checkVisibility() && one.tabIndex >= 0)
                      .map((one) => one.id || one.className || one.lang).join(" ")
                    """)
                #expect(order == "skip pt en ru uz code copy png")
            }
        }

        @Test("copies the code with one press, and hears that it was copied")
        func copies() async throws {
            try await PayerVisit.with { visit in
                let id = try await visit.charge()
                try await visit.open(id)
                let code = try await visit.code(id)
                try await visit.browser.script(
                    """
                    window.copied = null;
                    Object.defineProperty(navigator, "clipboard",
                      { value: { writeText: async (text) => { window.copied = text; } }, configurable: true });
                    """)
                let button = try await visit.see("#copy")
                #expect(try await button.isDisplayed)
                try await button.click()
                try await visit.until("the word") { try await visit.text("#notice").hasPrefix("Copied") }
                #expect(try await visit.browser.script("return window.copied") == .string(code))
                // Without HTTPS browsers have no such clipboard: the field itself is copied from.
                try await visit.browser.script(
                    """
                    Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
                    document.execCommand = (what) => { window.copied = what + getSelection(); return true; };
                    document.getElementById("notice").textContent = "";
                    """)
                try await button.click()
                try await visit.until("the word") { try await visit.text("#notice").hasPrefix("Copied") }
                #expect(try await visit.browser.script("return window.copied") == .string("copy" + code))
                #expect(try await visit.browser.focused().isSame(as: button))
            }
        }

        @Test("needs no scripts: the page loads itself again")
        func withoutScripts() async throws {
            try await PayerVisit.with { visit in
                let id = try await visit.charge()
                try await visit.browser.allowScripts(false)
                try await visit.open(id, live: false)
                #expect(try await visit.see("#code").isDisplayed)
                #expect(try await visit.see("#copy").isDisplayed == false)
                #expect(try await visit.see("#left").isDisplayed == false)
                try await visit.pay(id)
                try await visit.see("#charge[data-status=paid]")
            }
        }

        @Test("is brought up to date by asking where no events come through")
        func polling() async throws {
            try await PayerVisit.with(["HTTP_CONNECTIONS_MAX": "1000"], tolerating: ["events", "503"]) { visit in
                let id = try await visit.charge()
                try await visit.browser.go("\(visit.running.url)/payments/pix/\(id)?lang=en")
                // The stream is shut, as a proxy might shut it.
                try await visit.browser.devTools("Network.enable")
                try await visit.browser.devTools("Network.setBlockedURLs", ["urls": ["*/events*"]])
                try await visit.browser.reload()
                try await visit.see("main[data-live=off]")
                try await visit.pay(id)
                try await visit.see("#charge[data-status=paid]")
                try await visit.browser.devTools("Network.setBlockedURLs", ["urls": []])
            }
        }

        @Test("reads it in four languages, and nothing is wider than a telephone", arguments: ["pt", "en", "ru", "uz"])
        func everybody(language: String) async throws {
            try await PayerVisit.with(tolerating: ["status of 404"]) { visit in
                let id = try await visit.charge()
                for status in ["pending", "paid"] {
                    if status == "paid" { try await visit.pay(id) }
                    try await visit.open(id, language)
                    #expect(try await visit.see("#charge").attribute("data-status") == status)
                    for scheme in Browser.ColorScheme.allCases {
                        try await visit.browser.prefer(scheme)
                        let faults = try await visit.browser.accessibilityFaults()
                        #expect(faults == [], "\(status), \(language), \(scheme)")
                    }
                    try await visit.browser.prefer(.light)
                    try await visit.browser.viewport(360, 780)
                    let width = try await visit.browser.script("return document.documentElement.scrollWidth")
                    #expect(width == 360)
                    try await visit.browser.screenshot("pix-\(status)-\(language)")
                    try await visit.browser.clearViewport()
                }
                try await visit.browser.go(
                    "\(visit.running.url)/payments/pix/\(String(repeating: "a", count: 26))?lang=\(language)")
                let faults = try await visit.browser.accessibilityFaults()
                #expect(faults == [], "lost, \(language)")
            }
        }

        @Test("hears what the page is made of")
        func heard() async throws {
            try await PayerVisit.with { visit in
                try await visit.open(try await visit.charge())
                for (css, role, label) in [
                    ("#charge", "region", "Pay with Pix"), ("#code", "textbox", "Pix copy and paste code"),
                    ("#copy", "button", "Copy the code"), ("#png", "link", "Save the image"),
                    ("#qr", "image", "Pix QR code. Its text is in the field below."), ("#notice", "status", ""),
                    ("#countdown", "timer", ""), ("nav", "navigation", "Language"),
                ] {
                    let element = try await visit.browser.find(css)
                    let (foundRole, foundLabel) = (try await element.role, try await element.label)
                    #expect(foundRole == role || (role == "image" && foundRole == "img"), "\(css)")
                    #expect(foundLabel == label, "\(css)")
                }
            }
        }
    }
}
