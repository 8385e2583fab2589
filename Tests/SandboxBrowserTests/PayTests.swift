import BrowserSupport
import Foundation
import StrictJSON
import Testing

extension ThePage {
    @Suite("Paying")
    struct Paying {
        @Test("one click: the order is paid, and the timeline tells how, without a reload")
        func oneClick() async throws {
            try await Visit.with { visit in
                try await visit.open()
                #expect(try await visit.text("#timeline-empty").contains("Nothing has happened yet"))
                try await visit.mark()
                try await visit.press("#pay-now-1001")
                try await visit.order("1001", is: "paid")
                try await visit.see("#timeline [data-name=PerformTransaction][data-tone=good]")
                try await visit.see("#timeline [data-direction=event][data-name=performed]")
                #expect(
                    try await visit.calls() == [
                        "CheckPerformTransaction", "CreateTransaction", "PerformTransaction",
                    ])
                #expect(try await visit.text("#order-1001 .badge") == "Paid")
                #expect(try await visit.text("#notice") == "Paid. The timeline shows how.")
                #expect(try await visit.browser.find("#timeline-empty").isDisplayed == false)
                #expect(try await visit.browser.all("#pay-now-1001").isEmpty)
                #expect(try await visit.isStillMarked())
                #expect(try await visit.sandbox.status("1001") == "paid")
            }
        }

        @Test("a call of the timeline opens: what was sent, what was answered, how long it took")
        func bodies() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-now-1001")
                let call = "#timeline [data-name=PerformTransaction]"
                try await visit.press("\(call) summary")
                let bodies = try await visit.browser.all("\(call) pre")
                try #require(bodies.count == 2)
                let (sent, answered) = (try await bodies[0].text, try await bodies[1].text)
                #expect(sent.hasPrefix("POST /payments/payme/webhook\nAuthorization: Basic …"))
                #expect(sent.contains(#""method": "PerformTransaction""#))
                #expect(answered.hasPrefix("HTTP 200") && answered.contains(#""state": 2"#))
                let title = try await visit.text("\(call) .entry-title")
                #expect(title.contains(/[0-9]+\.[0-9]\sms/) && title.contains("accepted") && title.contains("1001"))
            }
        }

        @Test("the long road: link, checkout, card, code, confirmation, and back to the shop")
        func longRoad() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-1002")
                #expect(try await visit.text("#checkout-amount") == "129 900.00 UZS")
                #expect(try await visit.browser.url.hasPrefix(visit.sandbox.url + "/checkout/"))
                #expect(try await visit.text(".pairs").contains("order_id"))
                try await visit.press("label:has(#card-6311)")
                #expect(try await visit.browser.find("#card-6311").isSelected)
                try await visit.type("666666", into: "#code")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Paid")
                #expect(try await visit.text("#outcome-text") == "The shop has confirmed the payment.")
                #expect(try await visit.text(".pairs").contains("•••• 6311"))
                #expect(try await visit.text("#returns").contains("after 15 seconds"))
                try await visit.press("#return-link")
                try await visit.order("1002", is: "paid")
                #expect(try await visit.browser.url == visit.sandbox.url + "/?lang=en#orders")
                _ = try await visit.receipt(of: "1002", is: 4)
            }
        }

        @Test("a payer who waits is taken back to the shop")
        func takenBack() async throws {
            try await Visit.with { visit in
                let link =
                    "m=587f72c72cac0d162c722ae2;ac.order_id=1001;a=500000;l=en;ct=5000;"
                    + "c=\(visit.sandbox.url)/?lang=en#orders"
                try await visit.browser.go("\(visit.sandbox.url)/checkout/\(Data(link.utf8).base64EncodedString())")
                try await visit.press("#confirm")
                #expect(try await visit.text("#returns") == "This page returns to the shop by itself after 5 seconds.")
                try await visit.order("1001", is: "paid")
            }
        }

        @Test("an account takes a sum of one's own, and keeps count")
        func account() async throws {
            try await Visit.with { visit in
                try await visit.open()
                for (sum, total) in [("1 250,50", "1 250.50"), ("749.5", "2 000.00")] {
                    try await visit.type(sum, into: "#amount-998901234567")
                    try await visit.press("#pay-now-998901234567")
                    try await visit.until("\(total) paid in") {
                        try await visit.text("#order-998901234567").contains("paid in \(total) UZS")
                    }
                }
            }
        }

        @Test("without scripts every step is a plain form")
        func withoutScripts() async throws {
            try await Visit.with { visit in
                try await visit.browser.allowScripts(false)
                try await visit.browser.go(visit.sandbox.url + "/?lang=en")
                #expect(try await visit.text("#live") == "Reload to see news")
                try await visit.press("#pay-now-1001")
                try await visit.order("1001", is: "paid")
                #expect(try await visit.text("#notice") == "Paid. The timeline shows how.")
                try await visit.press("#pay-1002")
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Paid")
                try await visit.press("#return-link")
                let id = try await visit.receipt(of: "1002", is: 4)
                try await visit.press("#summary-\(id)")
                try await visit.press("#refund-\(id)")
                try await visit.order("1002", is: "refunded")
                try await visit.type("-1", into: "#new-amount")
                try await visit.type("Nothing", into: "#new-description")
                try await visit.press("#add-order")
                try await visit.until("the notice") {
                    try await visit.text("#notice").hasPrefix("The amount must be a number above 0")
                }
            }
        }

        @Test("hostile text is shown as text")
        func hostile() async throws {
            try await Visit.with { visit in
                let text = #"<img src=x onerror="window.isHurt=1"><script>window.isHurt=1</script> & '"`{{lang}}"#
                try await visit.open()
                try await visit.type(text, into: "#new-description")
                try await visit.type("77.00", into: "#new-amount")
                try await visit.type("evil", into: "#new-id")
                try await visit.press("#add-order")
                #expect(try await visit.text("#order-evil h3") == text)
                try await visit.press("#pay-now-evil")
                try await visit.order("evil", is: "paid")
                // Came by the stream of events, by the panels, and with the whole page.
                try await visit.open()
                #expect(try await visit.text("#order-evil h3") == text)
                #expect(try await visit.browser.script("return window.isHurt === undefined") == true)
                #expect(try await visit.browser.all("#main img, #main script").isEmpty)
            }
        }
    }
}
