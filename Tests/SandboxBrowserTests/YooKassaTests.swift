import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("Paying with YooKassa")
    struct PayingWithYooKassa {
        /// Has a payment made for an order, and arrives at the page where it is confirmed.
        private static func make(_ visit: Visit, _ order: String, _ plan: String = "now") async throws {
            try await visit.press("#yoo-plan-\(order) option[value=\(plan)]")
            try await visit.press("#with-yookassa-\(order)")
            try await visit.see("#card-form")
        }

        /// Types a card's number, and is back at the desk.
        private static func confirm(_ visit: Visit, card: String = "5555555555554444") async throws {
            try await visit.type(card, into: "#card")
            try await visit.press("#confirm")
            try await visit.see("#yookassa")
            try await visit.see("#live.on")
        }

        /// - Returns: the id of the newest payment of an order that stands so.
        private static func payment(_ visit: Visit, _ order: String, is state: String) async throws -> String {
            let row = try await visit.see("#yoo-payments [data-order='\(order)'][data-state=\(state)]")
            return String(try await row.attribute("id")?.dropFirst("yoo-".count) ?? "")
        }

        @Test("a newcomer pays by a test card, sees every call and the message in the chat, and gives the money back")
        func wholeStory() async throws {
            try await Visit.with { visit in
                try await visit.open()
                #expect(try await visit.text("#yookassa .empty") == "No payments yet.")
                #expect(try await visit.text("#telegram .empty") == "No messages yet. Pay an order.")
                #expect(try await visit.browser.all("#pay-now-1007, #with-click-1007, #with-pix-1007").isEmpty)
                try await Self.make(visit, "1007")
                #expect(try await visit.text("#amount") == "1490.00 RUB")
                #expect(try await visit.text("#description") == "Backpack")
                try await Self.confirm(visit)
                try await visit.order("1007", is: "paid")
                let id = try await Self.payment(visit, "1007", is: "succeeded")
                try await visit.see("#timeline [data-direction=event][data-name=performed]")
                let names = try await visit.timeline().filter { $0.direction.hasPrefix("yookassa") }.map(\.name)
                #expect(names.starts(with: ["POST payments", "payment.succeeded", "GET payments"]))
                try await visit.until("the message") {
                    try await visit.browser.all("#telegram .bubble").count == 1
                }
                #expect(try await visit.text("#telegram .bubble").contains("1007"))
                try await visit.mark()
                try await visit.press("#yoo-summary-\(id)")
                try await visit.type("490", into: "#yoo-refund-amount-\(id)")
                try await visit.press("#yoo-refund-\(id)")
                try await visit.until("the refund") {
                    try await visit.text("#yoo-\(id) .returned") == "Given back by the shop: 490.00 RUB"
                }
                try await visit.press("#yoo-refund-\(id)")
                try await visit.order("1007", is: "refunded")
                try await visit.until("the other messages") {
                    try await visit.browser.all("#telegram .bubble").count == 3
                }
                #expect(try await visit.isStillMarked())
                #expect(try await visit.sandbox.status("1007") == "refunded")
            }
        }

        @Test("a card is refused with its reason, 3-D Secure asks for a code, and the order is paid at last")
        func refused() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await Self.make(visit, "1007")
                try await Self.confirm(visit, card: "5555555555554600")
                let refused = try await Self.payment(visit, "1007", is: "canceled")
                #expect(try await visit.text("#yoo-\(refused) .failure") == "Cancelled because: insufficient_funds")
                try await visit.order("1007", is: "pending")
                try await Self.make(visit, "1007")
                try await visit.type("5555555555554477", into: "#card")
                try await visit.press("#confirm")
                try await visit.see("#code-form")
                let faults = try await visit.browser.accessibilityFaults()
                #expect(faults == [])
                try await visit.press("#code-confirm")
                try await visit.see("#live.on")
                try await visit.order("1007", is: "paid")
            }
        }

        @Test("money is held, and a part of it taken; another hold is given up")
        func holds() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await Self.make(visit, "1008", "hold")
                try await Self.confirm(visit)
                let id = try await Self.payment(visit, "1008", is: "waiting_for_capture")
                try await visit.order("1008", is: "reserved")
                // The server has to have heard that it is held.
                try await visit.see("#timeline [data-direction=yookassa_api][data-name='GET payments']")
                try await visit.type("7000", into: "#yoo-capture-amount-\(id)")
                try await visit.press("#yoo-capture-\(id)")
                try await visit.order("1008", is: "paid")
                #expect(try await visit.text("#yoo-\(id) strong") == "7 000.00 RUB")
                try await Self.make(visit, "1007", "hold")
                try await Self.confirm(visit)
                let other = try await Self.payment(visit, "1007", is: "waiting_for_capture")
                try await visit.until("the second look") {
                    let looks = "#timeline [data-direction=yookassa_api][data-name='GET payments']"
                    return try await visit.browser.all(looks).count >= 2
                }
                try await visit.press("#yoo-summary-\(other)")
                try await visit.press("#yoo-cancel-\(other)")
                _ = try await Self.payment(visit, "1007", is: "canceled")
                try await visit.order("1007", is: "pending")
            }
        }

        @Test("a subscription: the clock is moved to the next charge, which is refused, repeated, and made")
        func subscription() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#yoo-subscribe")
                #expect(try await visit.see("#saving").isDisplayed)
                try await Self.confirm(visit)
                let row = try await visit.see("#yoo-subscriptions [data-state=active]")
                let id = String(try await row.attribute("id")?.dropFirst("subscription-".count) ?? "")
                try await visit.see("#yoo-cards .receipt")
                try await visit.mark()
                try await visit.press("#yoo-next-\(id) option[value=insufficient_funds]")
                try await visit.press("#yoo-jump-\(id)")
                try await visit.see("#subscription-\(id)[data-state=past_due]")
                try await visit.see("#yoo-payments .receipt:nth-child(2)")
                #expect(try await visit.text("#yoo-payments .failure").hasSuffix("insufficient_funds"))
                try await visit.press("#yoo-next-\(id) option[value=good]")
                try await visit.press("#yoo-jump-\(id)")
                try await visit.see("#subscription-\(id)[data-state=active]")
                try await visit.see("#yoo-payments .receipt:nth-child(3)")
                #expect(try await visit.browser.all("#yoo-payments [data-state=succeeded]").count == 2)
                #expect(try await visit.isStillMarked())
                try await visit.press("#yoo-end-\(id)")
                try await visit.see("#subscription-\(id)[data-state=cancelled]")
            }
        }

        @Test("a lost answer: the server asks again with the same key, and there is one payment")
        func lostAnswer() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#yoo-calls option[value=failed_after]")
                try await visit.press("#yoo-calls-set")
                try await visit.until("YooKassa's conduct") {
                    try await visit.text("#yoo-mishap") == "done, and yet error 500"
                }
                try await visit.press("#with-yookassa-1007")
                try await visit.until("the second call") {
                    try await visit.timeline().filter { $0.name == "POST payments" }.map(\.tone) == ["refused", "good"]
                }
                try await visit.browser.go("\(visit.sandbox.url)/?lang=en")
                #expect(try await visit.browser.all("#yoo-payments .receipt").count == 1)
                try await visit.press("#yoo-payments .button.primary")
                try await Self.confirm(visit)
                try await visit.order("1007", is: "paid")
            }
        }

        @Test("the suite for YooKassa, to its end, by one press")
        func suite() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#run-suite-yookassa")
                _ = try await visit.browser.awaited("#suite [data-stage=finished]", within: .seconds(240))
                #expect(try await visit.text("#suite .suite-verdict").hasPrefix("Everything conforms."))
                #expect(try await visit.text("#yookassa .empty") == "No payments yet.")
            }
        }

        @Test(
            "for everybody: YooKassa and the chat in both themes, on a desk and on a telephone",
            arguments: ["en", "ru", "uz"])
        func forEverybody(language: String) async throws {
            try await Visit.with { visit in
                try await visit.open(language)
                try await Self.make(visit, "1007", "save")
                let faults = try await visit.browser.accessibilityFaults()
                #expect(faults == [], "the payer's page")
                try await Self.confirm(visit)
                try await visit.order("1007", is: "paid")
                try await Self.make(visit, "1008", "hold")
                try await Self.confirm(visit)
                _ = try await Self.payment(visit, "1008", is: "waiting_for_capture")
                try await visit.press("#yoo-subscribe")
                try await Self.confirm(visit)
                try await visit.see("#yoo-subscriptions [data-state=active]")
                try await visit.see("#telegram .bubble")
                let script = "for (const one of document.querySelectorAll('#yookassa details')) one.open = true"
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
                    for part in ["yookassa", "telegram"] {
                        try await visit.browser.script("document.getElementById('\(part)').scrollIntoView()")
                        try await visit.browser.screenshot("\(part)-\(language)-\(device)")
                    }
                }
            }
        }

        @Test("without a script every button works as a plain form")
        func withoutScript() async throws {
            try await Visit.with { visit in
                try await visit.browser.allowScripts(false)
                try await visit.browser.go("\(visit.sandbox.url)/?lang=en")
                try await visit.press("#with-yookassa-1007")
                try await visit.press("#confirm")
                try await visit.until("the paid order") {
                    try await visit.browser.go("\(visit.sandbox.url)/?lang=en")
                    return try await !visit.browser.all("#order-1007[data-status=paid]").isEmpty
                }
                try await visit.press("#telegram-standing")
                try await visit.see("#telegram-blocked")
            }
        }
    }
}
