import BrowserSupport
import NIOHTTP1
import StrictJSON
import TestSupport
import Testing

extension PayersPage {
    @Suite("Who pays for a group")
    struct OfAGroup {
        @Test("gets from his group's page to the code, back, and to the code again", arguments: ["en", "pt"])
        func backAndForth(language: String) async throws {
            try await PayerVisit.with { visit in
                let purchase = try await visit.running.merchant(
                    .POST, "/purchase",
                    JSONValue(
                        parsing:
                            #"{"organiser_email":"lea@example.com","amount":{"value":"90.00","currency":"BRL"},"reference":"O-1"}"#
                    ))
                let page = try #require(purchase.body["page_url"]?.stringValue, "\(purchase.body.text)")
                try await visit.browser.go("\(visit.running.url)\(page)?lang=\(language)")
                try await visit.see("button[value=pix]").click()
                #expect(try await visit.text("#amount") == "R$ 90,00")
                #expect(try await !visit.browser.url.contains(page.suffix(32)))
                let back = try await visit.see("#back")
                #expect(try await back.attribute("href") == "../..\(page)?lang=\(language)")
                try await visit.browser.viewport(360, 780)
                #expect(try await visit.browser.accessibilityFaults() == [])
                try await back.click()
                try await visit.see("#under-way")
                #expect(try await visit.see("html").attribute("lang") == language)
                try await visit.see("#resume").click()
                try await visit.see("#back").click()
                try await visit.see("#under-way")
            }
        }

        @Test("has no way to a group's page if he was only shown the code")
        func shown() async throws {
            try await PayerVisit.with { visit in
                try await visit.open(try await visit.charge())
                #expect(try await visit.browser.all("#back").isEmpty)
            }
        }
    }
}
