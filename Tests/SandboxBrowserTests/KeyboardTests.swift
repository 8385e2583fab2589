import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("By keyboard alone")
    struct Keyboard {
        /// Presses Tab until something has the focus.
        private static func tab(_ visit: Visit, to id: String) async throws {
            for _ in 0..<60 {
                try await visit.browser.press(.tab)
                if try await Self.focus(visit) == id { return }
            }
            Issue.record("the Tab key does not get to \(id)")
        }

        /// The id of what has the focus, or else its class.
        private static func focus(_ visit: Visit) async throws -> String {
            let body = "const it = document.activeElement; return it.id || it.lang || it.className || it.localName"
            return try await visit.browser.script(body).stringValue ?? ""
        }

        /// Whether a ring is drawn around what has the focus.
        private static func isRinged(_ visit: Visit) async throws -> Bool {
            let body = """
                const it = document.activeElement;
                return [it, it.parentElement].some((one) => {
                  const style = getComputedStyle(one);
                  return style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2;
                });
                """
            return try await visit.browser.script(body) == true
        }

        @Test("the Tab key goes through the page as the eye does, and one always sees where it is")
        func order() async throws {
            try await Visit.with { visit in
                try await visit.open()
                let orders = ["1001", "1002", "1003", "1004"].flatMap {
                    ["pay-now-\($0)", "pay-\($0)", "with-click-\($0)"]
                }
                let expected =
                    ["skip", "brand", "en", "ru", "uz"] + orders + ["with-pix-1005", "with-pix-1006"]
                    + ["yoo-plan-1007", "with-yookassa-1007", "yoo-plan-1008", "with-yookassa-1008"]
                    + ["amount-998901234567", "pay-now-998901234567", "pay-998901234567"]
                    + ["with-click-998901234567", "feed-scroll"]
                    + ["later-perform", "later-wait", "reconcile", "pix-calls", "pix-calls-set"]
                    + ["pix-notices", "pix-notices-set", "pix-receiver", "pix-payout-amount", "pix-course"]
                    + ["pix-send", "yoo-calls", "yoo-calls-set", "yoo-notices", "yoo-notices-set"]
                    + ["yoo-subscribe-amount", "yoo-unit", "yoo-subscribe"]
                    + ["group-what", "group-amount", "group-currency", "group-organiser", "group-plan"]
                    + ["group-make", "group-hours-24", "group-hours-48", "telegram-standing"]
                    + ["run-suite", "run-suite-click", "run-suite-pix", "run-suite-yookassa"]
                    + ["new-description", "new-amount", "new-currency", "new-id", "add-order"]
                var found: [String] = []
                for _ in expected {
                    try await visit.browser.press(.tab)
                    found.append(try await Self.focus(visit))
                    #expect(try await Self.isRinged(visit), "\(found.last ?? "")")
                }
                #expect(found == expected)
            }
        }

        @Test("Enter pays; the focus stays with the order whose button has gone, and Tab goes on from there")
        func payNow() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await Self.tab(visit, to: "pay-now-1002")
                try await visit.browser.press(.enter)
                try await visit.order("1002", is: "paid")
                try await visit.until("the focus on the order") { try await Self.focus(visit) == "order-1002" }
                #expect(try await Self.isRinged(visit))
                // What comes in afterwards does not take it away.
                try await visit.see("#timeline [data-direction=event][data-name=performed]")
                try await visit.sandbox.begin("1001", amount: 500_000, id: "5305e3bab097f420a62ced0b")
                try await visit.order("1001", is: "reserved")
                #expect(try await Self.focus(visit) == "order-1002")
                try await visit.browser.press(.tab)
                #expect(try await Self.focus(visit) == "pay-now-1003")
            }
        }

        @Test("the long road, from the order to the return")
        func longRoad() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await Self.tab(visit, to: "pay-1001")
                try await visit.browser.press(.enter)
                try await visit.see("#confirm")
                try await Self.tab(visit, to: "card-6478")
                try await visit.browser.press(.down)
                #expect(try await Self.focus(visit) == "card-6311")
                #expect(try await Self.isRinged(visit))
                for next in ["expiry", "code", "conduct", "confirm"] {
                    try await visit.browser.press(.tab)
                    #expect(try await Self.focus(visit) == next)
                    #expect(try await Self.isRinged(visit))
                }
                try await visit.browser.press(.enter)
                try await visit.see("#return-link")
                #expect(try await visit.text(".pairs").contains("•••• 6311"))
                try await Self.tab(visit, to: "return-link")
                try await visit.browser.press(.enter)
                try await visit.order("1001", is: "paid")
            }
        }

        @Test("a refund: the focus stays with the receipt")
        func refund() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-now-1001")
                try await visit.order("1001", is: "paid")
                let id = try await visit.receipt(of: "1001", is: 4)
                try await Self.tab(visit, to: "summary-\(id)")
                try await visit.browser.press(.space)
                for next in ["lose-refund-\(id)", "refund-\(id)"] {
                    try await visit.browser.press(.tab)
                    #expect(try await Self.focus(visit) == next)
                }
                try await visit.browser.press(.enter)
                try await visit.order("1001", is: "refunded")
                try await visit.until("the focus on the receipt") { try await Self.focus(visit) == "receipt-\(id)" }
                try await visit.browser.press(.tab)
                #expect(try await Self.focus(visit) == "summary-\(id)")
            }
        }

        @Test("what is being typed, opened and read stays while the page goes on living")
        func undisturbed() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press("#pay-now-1001")
                let id = try await visit.receipt(of: "1001", is: 4)
                try await visit.press("#summary-\(id)")
                try await visit.press("#lose-refund-\(id)")
                try await visit.press("#timeline [data-name=PerformTransaction] summary")
                try await visit.type("Half a sen", into: "#new-description")
                // Somebody else pays.
                let first = try await visit.browser.tab
                let second = try await visit.browser.openTab()
                try await visit.browser.turn(to: second)
                try await visit.open()
                try await visit.press("#pay-now-1002")
                try await visit.order("1002", is: "paid")
                try await visit.browser.turn(to: first)
                try await visit.order("1002", is: "paid")
                #expect(try await Self.focus(visit) == "new-description")
                try await visit.browser.focused().type("tence")
                #expect(try await visit.browser.find("#new-description").property("value") == "Half a sentence")
                #expect(try await visit.browser.find("#lose-refund-\(id)").isSelected)
                let open = "details[open]"
                #expect(try await visit.browser.all("#receipt-\(id) \(open)").count == 1)
                #expect(try await visit.browser.all("#timeline [data-name=PerformTransaction] \(open)").count == 1)
            }
        }

        @Test("the link to the content skips the languages; Escape puts a notice away")
        func shortcuts() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.browser.press(.tab)
                try await visit.browser.press(.enter)
                try await visit.browser.press(.tab)
                #expect(try await Self.focus(visit) == "pay-now-1001")
                try await visit.browser.press(.enter)
                try await visit.until("a notice") { try await !visit.text("#notice").isEmpty }
                try await visit.browser.press(.escape)
                #expect(try await visit.text("#notice").isEmpty)
            }
        }
    }
}
