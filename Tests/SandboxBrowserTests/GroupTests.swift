import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("A group pays")
    struct AGroupPays {
        /// Opens what a link of the desk leads to, in a tab of its own, and comes back.
        private static func away(
            _ visit: Visit, by css: String, _ body: () async throws -> Void
        ) async throws {
            let desk = try await visit.browser.tab
            try await visit.press(css)
            try await visit.until("a second tab") { try await visit.browser.tabs.count == 2 }
            try await visit.browser.turn(to: try #require(try await visit.browser.tabs.last))
            try await body()
            try await visit.browser.closeTab()
            try await visit.browser.turn(to: desk)
        }

        /// Chooses a payment system on a page of the group's, pays there, and comes back to that page.
        private static func pay(_ visit: Visit, by gateway: String) async throws {
            try await visit.press("button[value=\(gateway)]")
            if gateway == "yookassa" {
                try await visit.type("5555555555554444", into: "#card")
                try await visit.press("#confirm")
                return
            }
            try await visit.press("#confirm")
            // In whatever language: Click's links carry none.
            try await visit.see(".outcome.good")
            try await visit.press("#return-link")
        }

        /// Makes a purchase; its leader names his friends and pays.
        /// - Returns: the purchase's number at the shop.
        private static func lead(
            _ visit: Visit, _ friends: [String], by gateway: String, _ currency: String = "UZS",
            plan: String = "leader_covers"
        ) async throws -> String {
            let made = try await visit.browser.all("#group-purchases .receipt").count
            try await visit.press("#group-currency option[value=\(currency)]")
            try await visit.press("#group-plan option[value=\(plan)]")
            try await visit.press("#group-make")
            try await visit.until("the purchase") {
                try await visit.browser.all("#group-purchases .receipt").count == made + 1
            }
            let row = try await visit.see("#group-purchases .receipt:first-child")
            let reference = try await row.attribute("data-order") ?? ""
            try await away(visit, by: "#group-page-\(reference)") {
                #expect(try await visit.text("h1") == "Split this payment")
                for (index, friend) in friends.enumerated() { try await visit.type(friend, into: "#email\(index + 1)") }
                try await visit.press("#save")
                try await visit.see("#shares")
                try await pay(visit, by: gateway)
                try await visit.see("#purchase[data-phase=collecting]")
            }
            return reference
        }

        /// A friend opens the link of his e-mail and pays.
        private static func pay(_ visit: Visit, _ friend: String, by gateway: String) async throws {
            try await away(visit, by: "#mails [data-to='\(friend)'] a[id^=mail-link]") {
                try await visit.see("#share[data-standing=open]")
                try await pay(visit, by: gateway)
                try await visit.see("#share:not([data-standing=open])")
            }
        }

        private static let friends = ["ann@example.com", "bob@example.com", "cyd@example.com"]

        private static func told(_ visit: Visit) async throws -> [String] {
            try await visit.timeline().filter { $0.direction == "webhook" }.map(\.name)
        }

        @Test("the leader and two friends pay by different systems, one does not, 48 hours pass: the leader covers it")
        func leaderCovers() async throws {
            try await Visit.with { visit in
                try await visit.open()
                #expect(try await visit.text("#groups .empty") == "No purchases yet.")
                #expect(try await visit.text("#mailbox .empty").hasPrefix("No e-mails yet."))
                try await visit.mark()
                let reference = try await Self.lead(visit, Self.friends, by: "payme")
                try await visit.until("the invitations") {
                    try await visit.browser.all("#mails a[id^=mail-link]").count >= 3
                }
                let group = "#group-purchases [data-order='\(reference)']"
                try await visit.until("friends") {
                    try await visit.text("\(group) .stage").hasPrefix("The leader has paid.")
                }
                try await Self.pay(visit, Self.friends[0], by: "click")
                try await Self.pay(visit, Self.friends[1], by: "payme")
                let mail = "#mails [data-to='\(Self.friends[2])']"
                try await visit.press("\(mail) summary")
                let words = try await visit.text("\(mail) pre")
                #expect(words.contains("Your share: 22,500.00 UZS"))
                try await visit.press("#group-hours-48")
                try await visit.see("\(group)[data-state=FAILED]")
                #expect(try await visit.text("\(group) .settlement").hasPrefix("The order stays paid"))
                try await visit.order(reference, is: "paid")
                try await visit.see("#timeline [data-name='purchase.failed']")
                #expect(
                    try await Self.told(visit) == ["purchase.initialized", "purchase.funded", "purchase.failed"])
                let calls = try await visit.timeline().filter { ["payme", "click"].contains($0.direction) }.map(\.name)
                #expect(calls.filter { $0 == "PerformTransaction" }.count == 2)
                #expect(calls.filter { $0 == "Complete" }.count == 1)
                // Each hears how it ended.
                try await visit.until("the last e-mails") {
                    let subjects = try await visit.browser.script(
                        "return [...document.querySelectorAll('#mails strong')].map((one) => one.innerText)")
                    return (subjects.arrayValue ?? []).count {
                        $0.stringValue?.hasPrefix("Not paid by the group") == true
                    } == 4
                }
                #expect(try await visit.isStillMarked())
                try await Self.away(visit, by: "#group-page-\(reference)") {
                    let heading = try await visit.text("h1")
                    #expect(heading == "The group payment has failed")
                }
                try await visit.browser.script("document.getElementById('groups').scrollIntoView()")
                try await visit.browser.screenshot("group-en-desk")
            }
        }

        @Test("or everybody gets it back: Click does so on the server's word")
        func refundAll() async throws {
            try await Visit.with { visit in
                try await visit.open()
                let reference = try await Self.lead(
                    visit, Array(Self.friends.prefix(2)), by: "click", plan: "refund_all")
                try await Self.pay(visit, Self.friends[0], by: "click")
                try await visit.press("#group-hours-24")
                try await visit.until("the reminder") {
                    try await visit.browser.all("#mails [data-to='\(Self.friends[1])']").count == 2
                }
                try await visit.press("#group-hours-24")
                try await visit.see("#group-purchases [data-order='\(reference)'][data-state=FAILED]")
                try await visit.until("the reversals") {
                    try await visit.browser.all(
                        "#timeline [data-direction=click_api][data-name='DELETE payment/reversal']"
                    ).count == 2
                }
                try await visit.order(reference, is: "pending")
            }
        }

        @Test("at YooKassa the leader's money is held, and everybody pays in time")
        func held() async throws {
            try await Visit.with { visit in
                try await visit.open()
                let reference = try await Self.lead(visit, [Self.friends[0]], by: "yookassa", "RUB")
                try await visit.see("#yoo-payments [data-state=waiting_for_capture]")
                try await Self.pay(visit, Self.friends[0], by: "yookassa")
                try await visit.see("#group-purchases [data-order='\(reference)'][data-state=SUCCESSFULL]")
                try await visit.until("the capture") {
                    try await visit.browser.all("#yoo-payments [data-state=succeeded]").count == 2
                }
                try await visit.order(reference, is: "paid")
                #expect(try await Self.told(visit).last == "purchase.successfull")
            }
        }

        @Test("for everybody: the group in both themes, on a desk and on a telephone", arguments: ["en", "ru", "uz"])
        func forEverybody(language: String) async throws {
            try await Visit.with { visit in
                try await visit.open(language)
                try await visit.press("#group-make")
                try await visit.see("#group-purchases .receipt")
                try await Self.away(visit, by: "#group-purchases a[id^=group-page]") {
                    try await visit.type(Self.friends[0], into: "#email1")
                    try await visit.press("#save")
                    try await visit.see("#shares")
                    try await visit.press("button[value=payme]")
                    try await visit.press("#confirm")
                    try await visit.press("#return-link")
                    try await visit.see("#purchase[data-phase=collecting]")
                }
                try await visit.see("#mails a[id^=mail-link]")
                let script = "for (const one of document.querySelectorAll('#mailbox details')) one.open = true"
                try await visit.browser.script(script)
                for (device, width, height) in [("desk", 1_280, 900), ("phone", 390, 844)] {
                    try await visit.browser.viewport(width, height)
                    for scheme in Browser.ColorScheme.allCases {
                        try await visit.browser.prefer(scheme)
                        let faults = try await visit.browser.accessibilityFaults()
                        #expect(faults == [], "\(device), \(scheme)")
                    }
                    // The checks leave another width.
                    try await visit.browser.viewport(width, height)
                    try await visit.browser.script("document.getElementById('groups').scrollIntoView()")
                    try await visit.browser.screenshot("groups-\(language)-\(device)")
                    try await visit.browser.script("document.getElementById('mailbox').scrollIntoView()")
                    try await visit.browser.screenshot("mailbox-\(language)-\(device)")
                }
            }
        }

        @Test("without a script every button works as a plain form")
        func withoutScript() async throws {
            try await Visit.with { visit in
                try await visit.browser.allowScripts(false)
                try await visit.browser.go("\(visit.sandbox.url)/?lang=en")
                try await visit.press("#group-make")
                try await visit.until("the notice") { try await visit.browser.url.contains("notice=grouped") }
                try await visit.see("#group-purchases .receipt [id^=group-page]")
                try await visit.press("#group-hours-48")
                try await visit.until("the notice") { try await visit.browser.url.contains("notice=hours-later") }
                try await visit.until("the end of the draft") {
                    try await visit.browser.go("\(visit.sandbox.url)/?lang=en")
                    return try await !visit.browser.all("#group-purchases [data-state=FAILED]").isEmpty
                }
            }
        }
    }
}
