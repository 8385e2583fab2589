import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    /// Nothing is judged here: the pictures are for people. They lie beside those of other tests, in the folder
    /// `TIYIN_ARTEFACTS`, by default `.build/screenshots`; `make screenshots` takes the one of the README from there.
    @Suite("Pictures")
    struct Gallery {
        /// Takes a picture of the window, as high as wished, or of the whole page.
        private static func picture(_ visit: Visit, _ name: String, _ width: Int, _ height: Int? = nil) async throws {
            try await visit.browser.viewport(width, height ?? 800)
            if height == nil {
                let measured = try await visit.browser.script("return document.documentElement.scrollHeight")
                try await visit.browser.viewport(width, Int(measured.integerValue ?? 800))
            }
            try await visit.browser.script("scrollTo(0, 0); document.activeElement.blur();")
            try await visit.browser.screenshot(name)
        }

        /// In each language one theme at the desk, the other on a telephone; in English both on both.
        private static func pictures(_ visit: Visit, _ name: String) async throws {
            let desk: [Browser.ColorScheme] =
                name.hasSuffix("en") ? [.light, .dark] : name.hasSuffix("ru") ? [.light] : [.dark]
            let phone = desk.count == 2 ? desk : desk == [.light] ? [.dark] : [.light]
            for (device, width, schemes) in [("desktop", 1_280, desk), ("phone", 390, phone)] {
                for scheme in schemes {
                    try await visit.browser.prefer(scheme)
                    try await picture(visit, "\(name)-\(device)-\(scheme)", width)
                }
            }
            try await visit.browser.prefer(.light)
            try await visit.browser.clearViewport()
        }

        @Test("the README's: an order that has just been paid, and how")
        func forTheReadme() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-now-1001")
                try await visit.order("1001", is: "paid")
                try await visit.see("#timeline [data-name=PerformTransaction]")
                try await visit.see("#timeline [data-direction=event][data-name=performed]")
                try await visit.browser.press(.escape)
                try await Self.picture(visit, "sandbox", 1_280, 860)
            }
        }

        @Test("every page, desk and telephone, light and dark", arguments: ["en", "ru", "uz"])
        func pages(language: String) async throws {
            try await Visit.with(tolerating: ["status of 4"]) { visit in
                try await visit.open(language)
                try await Self.pictures(visit, "fresh-\(language)")
                for (order, status) in [("1001", "paid"), ("1003", "reserved"), ("1004", "paid")] {
                    try await visit.press("#pay-now-\(order)")
                    try await visit.order(order, is: status)
                }
                try await visit.press("#run-suite")
                try await visit.see("#suite [data-stage=finished]")
                try await visit.press("#later-wait")
                try await visit.see("#timeline [data-name=expired]")
                try await visit.press("#reconcile")
                try await visit.see("#reconciliation tbody tr")
                let id = try await visit.receipt(of: "1004", is: 4)
                try await visit.press("#summary-\(id)")
                try await visit.press("#summary-\(try await visit.receipt(of: "1003", is: 1))")
                try await visit.browser.press(.escape)
                try await Self.pictures(visit, "busy-\(language)")
                try await visit.press("#pay-1002")
                try await visit.see("#confirm")
                try await Self.pictures(visit, "checkout-\(language)")
                for (card, name) in [("9073", "refused"), ("6478", "paid")] {
                    try await visit.browser.go("\(visit.sandbox.url)/sandbox/checkout?order=1002&lang=\(language)")
                    try await visit.press("label:has(#card-\(card))")
                    try await visit.press("#confirm")
                    try await visit.see("#return-link")
                    try await Self.pictures(visit, "\(name)-\(language)")
                }
                try await visit.browser.go("\(visit.sandbox.url)/checkout/nonsense?lang=\(language)")
                try await Self.pictures(visit, "error-\(language)")
            }
        }
    }
}
