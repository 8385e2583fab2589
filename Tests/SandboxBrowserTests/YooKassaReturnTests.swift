import BrowserSupport
import StrictJSON
import TestSupport
import Testing

extension ThePage {
    @Suite("Coming back from YooKassa")
    struct ComingBackFromYooKassa {
        private static let width = 360
        private static let refused = "5555555555554600"
        private static let hostile = #"<script>window.stolen = 1</script><b id="stolen">"'&"#

        /// Something that a payer confirms, and the two pages that he sees.
        private struct Errand {
            let id: String
            let confirmation: String
            let back: String
        }

        private static func payment(_ visit: Visit, capture: Bool = true) async throws -> Errand {
            let made = try await visit.sandbox.merchant.post(
                "/payments",
                [
                    "amount": ["value": "100.00", "currency": "RUB"], "description": .string(hostile),
                    "capture": .bool(capture),
                ]
            ).body
            return try errand(visit, made["id"], made["confirmation"]?["confirmation_url"])
        }

        private static func card(_ visit: Visit) async throws -> Errand {
            let made = try await visit.sandbox.merchant.post(
                "/subscriptions",
                [
                    "amount": ["value": "299.00", "currency": "RUB"], "user_id": "u-1", "first_payment": false,
                    "consent": "299 roubles a month", "description": .string(hostile),
                ]
            ).body["subscription"]
            return try errand(visit, made?["id"], made?["confirmation_url"])
        }

        private static func errand(_ visit: Visit, _ id: JSONValue?, _ place: JSONValue?) throws -> Errand {
            let id = try #require(id?.stringValue)
            return Errand(
                id: id, confirmation: try #require(place?.stringValue),
                back: "\(visit.sandbox.url)/payments/yookassa/\(id)/return")
        }

        /// Confirms, and is led back.
        private static func confirm(_ visit: Visit, _ errand: Errand, card: String = "5555555555554444") async throws {
            try await visit.browser.go(errand.confirmation)
            try await visit.type(card, into: "#card")
            try await visit.press("#confirm")
            try await visit.until("the way back") {
                try await visit.browser.script("return location.pathname").stringValue
                    == "/payments/yookassa/\(errand.id)/return"
            }
        }

        /// The page goes on by itself; nobody presses anything.
        private static func becomes(_ standing: String, _ visit: Visit) async throws {
            try await visit.see("main.\(standing)")
        }

        @Test("the payer waits on the page while he pays in another tab; it turns to paid by itself, and stays so")
        func waits() async throws {
            try await Visit.with { visit in
                let errand = try await Self.payment(visit)
                try await visit.browser.go(errand.back + "?lang=en")
                try await Self.becomes("processing", visit)
                #expect(try await visit.text("h1") == "Your payment is being checked")
                #expect(try await visit.text(".amount") == "100.00 RUB")
                let first = try #require(try await visit.browser.tabs.first)
                try await visit.browser.turn(to: visit.browser.openTab())
                try await Self.confirm(visit, errand)
                try await Self.becomes("paid", visit)
                try await visit.browser.closeTab()
                try await visit.browser.turn(to: first)
                try await Self.becomes("paid", visit)
                // In the language that he chose.
                #expect(try await visit.text("h1") == "Payment confirmed")
                #expect(try await visit.browser.all("meta[http-equiv=refresh]").isEmpty)
            }
        }

        @Test("who comes back with a refused card, or without having paid, is told what is so")
        func notPaid() async throws {
            try await Visit.with { visit in
                let refused = try await Self.payment(visit)
                try await Self.confirm(visit, refused, card: Self.refused)
                try await Self.becomes("cancelled", visit)
                let left = try await Self.payment(visit)
                try await visit.browser.go(left.confirmation)
                try await visit.press("#back")
                try await Self.becomes("processing", visit)
                let held = try await Self.payment(visit, capture: false)
                try await Self.confirm(visit, held)
                try await Self.becomes("held", visit)
            }
        }

        @Test("a card that is saved without a payment: it is being checked, it is saved, and nothing was charged")
        func savedCard() async throws {
            try await Visit.with { visit in
                let errand = try await Self.card(visit)
                try await visit.browser.go(errand.back + "?lang=en")
                try await Self.becomes("saving", visit)
                #expect(try await visit.text("h1") == "Your card is being checked")
                try await Self.confirm(visit, errand)
                try await Self.becomes("saved", visit)
                #expect(try await visit.browser.all(".amount").isEmpty)
                let state = try await visit.sandbox.merchant.get("/subscriptions/\(errand.id)").body["state"]
                #expect(state == "active")
            }
        }

        @Test("nothing that comes from outside becomes a part of the page")
        func hostile() async throws {
            try await Visit.with(tolerating: ["404"]) { visit in
                let errand = try await Self.payment(visit)
                try await visit.browser.go(errand.confirmation)
                #expect(try await visit.text("#description") == Self.hostile)
                let mark = "%22%3E%3Cscript%3Ewindow.stolen=1%3C/script%3E%3Cb%20id=%22stolen%22%3E"
                let site = visit.sandbox.url + "/payments/yookassa"
                for address in [
                    errand.back + "?lang=" + mark, "\(site)/\(mark)/return?lang=en",
                    "\(site)/\(String(repeating: "a", count: 26))/return?lang=" + mark,
                ] {
                    try await visit.browser.go(address)
                    try await visit.see("body")
                    #expect(try await visit.browser.all("#stolen, script").isEmpty, "\(address)")
                    let stolen = try await visit.browser.script("return window.stolen === undefined")
                    #expect(stolen == true, "\(address)")
                }
            }
        }

        @Test(
            "every standing is for everybody, in both themes, and nothing is moved sideways at 360 pixels",
            arguments: ["pt", "en", "ru", "uz"])
        func narrow(language: String) async throws {
            try await Visit.with(tolerating: ["404"]) { visit in
                let (paid, refused) = (try await Self.payment(visit), try await Self.payment(visit))
                let (open, held) = (try await Self.payment(visit), try await Self.payment(visit, capture: false))
                let (saved, unsaved) = (try await Self.card(visit), try await Self.card(visit))
                try await Self.confirm(visit, paid)
                try await Self.becomes("paid", visit)
                try await Self.confirm(visit, refused, card: Self.refused)
                try await Self.becomes("cancelled", visit)
                try await Self.confirm(visit, held)
                try await Self.becomes("held", visit)
                try await Self.confirm(visit, saved)
                try await Self.becomes("saved", visit)
                _ = try await visit.sandbox.merchant.post("/subscriptions/\(unsaved.id)/cancel", [:])
                var standings = [
                    ("processing", open.back), ("paid", paid.back), ("cancelled", refused.back), ("held", held.back),
                    ("saved", saved.back), ("unsaved", unsaved.back),
                ]
                standings.append(("lost", paid.back.replacing(paid.id, with: String(repeating: "a", count: 26))))
                for (standing, address) in standings {
                    try await visit.browser.go("\(address)?lang=\(language)")
                    try await Self.becomes(standing, visit)
                    try await Self.judge(visit, "\(standing), \(language)")
                    try await visit.browser.screenshot("yooreturn-360-\(standing)-\(language)")
                    try await visit.browser.clearViewport()
                }
            }
        }

        private static func judge(_ visit: Visit, _ what: String) async throws {
            // One that asks again by itself must not do so in the middle of a look.
            try await visit.browser.script(
                "window.stop(); document.querySelector('meta[http-equiv=refresh]')?.remove()")
            for scheme in Browser.ColorScheme.allCases {
                try await visit.browser.prefer(scheme)
                try await visit.browser.viewport(Self.width, 780)
                let faults = try await visit.browser.accessibilityFaults()
                #expect(faults == [], "\(what), \(scheme)")
            }
            let isDark = try await visit.browser.script("return matchMedia('(prefers-color-scheme: dark)').matches")
            #expect(isDark == true)
            try await visit.browser.viewport(Self.width, 780)
            let sideways = try await visit.browser.script(
                """
                return [document.documentElement.scrollWidth <= innerWidth,
                  [...document.querySelectorAll("body *")].filter((one) =>
                    one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.tagName)];
                """)
            #expect(sideways == [true, []], "\(what)")
            try await visit.browser.prefer(.light)
        }
    }
}
