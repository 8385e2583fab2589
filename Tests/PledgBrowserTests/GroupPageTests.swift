import BrowserSupport
import Foundation
import NIOHTTP1
import Payments
import Pledg
import PledgSupport
import StrictJSON
import TestSupport
import Testing

extension GroupPages {
    @Suite("The leader")
    struct Leader {
        @Test("names his friends, divides, pays, and sees the group pay")
        func story() async throws {
            try await GroupVisit.with(tolerating: ["status of 422"]) { visit in
                let view = try await visit.host.purchase()
                try await visit.open(visit.host.leaderPath(view))
                #expect(try await visit.text("h1") == "Split this payment")
                #expect(try await visit.text("#total") == "90.00 EUR")
                // By amounts that do not fit: he hears by how much, and nothing that he wrote is lost.
                try await visit.type("ann@example.com", into: "#email1")
                try await visit.type("bob@example.com", into: "#email2")
                try await visit.see("input[value=custom]").click()
                try await visit.type("30", into: "#number0")
                try await visit.type("40", into: "#number1")
                try await visit.type("15", into: "#number2")
                try await visit.press("#save", then: "#error")
                #expect(try await visit.text("#error").contains("5.00 EUR less"))
                #expect(try await visit.see("#email2").property("value") == "bob@example.com")
                try await visit.type("20", into: "#number2")
                try await visit.press("#save", then: "#said")
                #expect(try await visit.text("#shares").contains("ann@example.com\n40.00 EUR"))
                // Led to the gateway and back, to a page that says how his payment stands and no more.
                try await visit.press("button[value=alpha]", then: "#due")
                #expect(try await visit.text("#due") == "90.00 EUR")
                try await visit.press("#pay", then: "[data-standing=paid] #more")
                #expect(try await visit.isThere("form") == false)
                try await visit.open(visit.host.leaderPath(view))
                #expect(try await visit.text("h1") == "Your group is paying")
                #expect(try await visit.text("#progress-text") == "Paid: 0.00 EUR of 60.00 EUR")
                // Bob does not pay: Ann's friend Rob does.
                try await visit.see("#member2 summary").click()
                try await visit.type("rob@example.com", into: "#replace2")
                try await visit.press("#member2 form[action*=replace] button", then: "#said")
                #expect(try await visit.text("#member2").contains("rob@example.com"))
                try await visit.host.pay("ann", view)
                try await visit.browser.reload()
                #expect(try await visit.text("#progress-text") == "Paid: 40.00 EUR of 60.00 EUR")
                #expect(try await visit.isThere("#member1 summary") == false)
                // He pays the rest, and means it.
                try await visit.see("#cover input[name=sure]").click()
                try await visit.press("#cover button", then: "#purchase.good")
                #expect(try await visit.text("h1") == "Everything is paid")
                await visit.host.work()
                try await visit.browser.reload()
                #expect(try await visit.text("#money-back") == "40.00 EUR were given back to you.")
                #expect(try await visit.see("#shop").attribute("href") == "https://shop.example/thanks")
            }
        }

        @Test("does not pay the rest by a slip: the box has to be ticked")
        func box() async throws {
            try await GroupVisit.with { visit in
                let view = try await visit.host.collecting()
                try await visit.open(visit.host.leaderPath(view))
                try await visit.see("#cover button").click()
                #expect(try await visit.isThere("#progress-text"))
                #expect(try await visit.host.leader(view).paid < 9_000)
            }
        }

        @Test("begins again after he left the gateway's page, and gets back to it while it is under way")
        func underWay() async throws {
            try await GroupVisit.with { visit in
                let view = try await visit.host.purchase()
                try await visit.open(visit.host.leaderPath(view))
                try await visit.press("button[value=alpha]", then: "#due")
                try await visit.open(visit.host.leaderPath(view))
                try await visit.press("#resume", then: "#due")
                try await visit.open(visit.host.leaderPath(view))
                try await visit.press("#again", then: "#said")
                // By a link of the gateway's own: over a page that goes on by itself.
                try await visit.press("button[value=beta]", then: "#due")
                try await visit.press("#pay", then: "#purchase")
                try await visit.open(visit.host.leaderPath(view))
                try await visit.see("#purchase[data-phase=succeeded]")
            }
        }

        @Test("with the keyboard alone gets through the form, in the order of the page")
        func keyboard() async throws {
            try await GroupVisit.with { visit in
                let view = try await visit.host.purchase()
                try await visit.open(visit.host.leaderPath(view))
                try await visit.browser.allowScripts(true)
                let order = try await visit.browser.script(
                    """
                    return Array.from(document.querySelectorAll("a[href], button, input:not([type=hidden])"))
                      .filter((one) => one.checkVisibility() && one.tabIndex >= 0)
                      .map((one) => one.id || one.value || one.className || one.lang).join(" ")
                    """)
                #expect(
                    order
                        == """
                        skip fr en pt ru uz shop equal weighted custom email1 email2 email3 email4 save more alpha beta
                        """)
                try await visit.browser.allowScripts(false)
                // Numbers are asked for where there are some to give.
                try await visit.see("input[value=weighted]").click()
                try await visit.until("numbers") { try await visit.see("#number0").isDisplayed }
                try await visit.see("input[value=equal]").click()
                try await visit.until("no numbers") { try await !visit.see("#number0").isDisplayed }
                try await visit.see("#email1").type("ann@example.com")
                // The first button of the form is what Enter presses.
                try await visit.browser.press(.enter)
                try await visit.see("#said")
                #expect(try await visit.host.leader(view).members.count == 2)
            }
        }

        @Test("hears what the page is made of, and what is wrong with which field")
        func heard() async throws {
            try await GroupVisit.with(tolerating: ["status of 422"]) { visit in
                let view = try await visit.host.purchase()
                try await visit.open(visit.host.leaderPath(view))
                for (css, role, label) in [
                    ("nav", "navigation", "Language"), ("#email1", "textbox", "E-mail of friend 1"),
                    ("input[value=weighted]", "radio", "In proportion: the number says how many parts each takes"),
                    ("fieldset", "group", "How is it divided?"),
                    ("button[value=alpha]", "button", "Pay 90.00\u{A0}EUR with Alpha Pay"),
                ] {
                    let element = try await visit.browser.find(css)
                    let (foundRole, foundLabel) = (try await element.role, try await element.label)
                    #expect(foundRole == role, "\(css)")
                    #expect(foundLabel == label, "\(css)")
                }
                try await visit.type("ann@", into: "#email1")
                try await visit.press("#save", then: "#error")
                #expect(try await visit.see("#error").role == "alert")
                let words = try await visit.text("#error")
                #expect(words.hasSuffix(try await visit.text("#email1 + .wrong")))
                let field = try await visit.see("#email1")
                #expect(try await field.attribute("aria-invalid") == "true")
                #expect(try await field.attribute("aria-describedby") == "error members-help")
                #expect(try await visit.browser.focused().isSame(as: field))
            }
        }
    }

    @Suite("A pledger")
    struct Pledger {
        @Test("opens his link, pays, and sees that it is paid")
        func story() async throws {
            try await GroupVisit.with { visit in
                let view = try await visit.host.collecting()
                let path = try await visit.host.sharePath("ann", view)
                try await visit.open(path)
                #expect(try await visit.text("h1") == "Lea asks you to share a payment")
                #expect(try await visit.text("#amount") == "30.00 EUR")
                try await visit.press("button[value=alpha]", then: "#due")
                #expect(try await visit.text("#due") == "30.00 EUR")
                try await visit.press("#pay", then: "[data-standing=paid] #more")
                #expect(try await visit.text("h1") == "Your payment is here")
                try await visit.open(path)
                try await visit.see("#share[data-standing=paid]")
                #expect(try await visit.text("h1") == "Thank you, your share is paid")
                #expect(try await visit.isThere("form") == false)
            }
        }

        @Test("is refused by one gateway and pays by the other")
        func other() async throws {
            try await GroupVisit.with { visit in
                let view = try await visit.host.collecting()
                let path = try await visit.host.sharePath("bob", view)
                try await visit.open(path)
                try await visit.press("button[value=alpha]", then: "#due")
                try await visit.press("#refuse", then: "[data-standing=ended] #more")
                try await visit.open(path)
                try await visit.press("button[value=beta]", then: "#due")
                try await visit.press("#pay", then: "#share[data-standing=paid]")
            }
        }

        @Test("declines, stops reminders, and sees in the end that nothing was charged")
        func declines() async throws {
            try await GroupVisit.with { visit in
                let view = try await visit.host.collecting()
                let path = try await visit.host.sharePath("ann", view)
                try await visit.open(path)
                try await visit.press("#decline button", then: "#share[data-standing=declined]")
                try await visit.press("#reminders button", then: "#said")
                #expect(try await visit.text("#said") == "You get no more reminders.")
                await visit.host.advance(hours: 48)
                try await visit.open(path)
                try await visit.see("#share[data-standing=unpaid]")
                #expect(try await visit.text("h1") == "The time is up")
            }
        }

        @Test("sees that the shop cancelled, and cannot stop reminders that there are none of any more")
        func cancelled() async throws {
            try await GroupVisit.with(tolerating: ["status of 409"]) { visit in
                let view = try await visit.host.collecting()
                try await visit.host.pay("ann", view)
                let ann = try await visit.host.sharePath("ann", view)
                let bob = try await visit.host.sharePath("bob", view)
                try await visit.open(bob)
                _ = try await visit.host.gateway.cancel(view.id, actor: "shop").get()
                try await visit.press("#reminders button", then: "#error")
                #expect(try await visit.text("#error").contains("cannot be changed any more"))
                await visit.host.work()
                for (path, standing, words) in [
                    (bob, "cancelled", "Nothing was charged."), (ann, "recalled", "Your money goes back to you"),
                ] {
                    try await visit.open(path)
                    try await visit.see("#share[data-standing=\(standing)]")
                    #expect(try await visit.text("h1") == "The shop has cancelled this purchase")
                    #expect(try await visit.text("#share").contains(words))
                    #expect(try await visit.isThere("form") == false)
                }
            }
        }

        @Test("sees the page go on by itself while his payment is under way")
        func underWay() async throws {
            try await GroupVisit.with { visit in
                let view = try await visit.host.collecting()
                let path = try await visit.host.sharePath("ann", view)
                try await visit.open(path)
                try await visit.press("button[value=alpha]", then: "#due")
                let gate = try await visit.browser.url
                try await visit.open(path)
                try await visit.see("#under-way")
                // The gateway tells; nobody presses anything.
                _ = try await GroupClient(visit.host).send(
                    .POST, String(gate.dropFirst(visit.host.url.count)) + "/pay")
                try await visit.see("#share[data-standing=paid]")
            }
        }
    }

    @Suite("Everybody")
    struct Everybody {
        @Test(
            "reads it in five languages, light and dark, and nothing is wider than a telephone",
            arguments: ["fr", "en", "pt", "ru", "uz"])
        func languages(_ language: String) async throws {
            try await GroupVisit.with(tolerating: ["status of 404", "status of 422"], onFailure: .refundAll) { visit in
                let host = visit.host
                let draft = try await host.purchase("ORD-2")
                let leader = host.leaderPath(draft)
                try await look(visit, "draft", leader, language)
                // With an error on it.
                try await visit.open(leader, language)
                try await visit.type("ann", into: "#email1")
                try await visit.press("#save", then: "#error")
                try await judge(visit, "refused", language)
                try await visit.see("input[value=custom]").click()
                try await judge(visit, "by-amounts", language)
                let view = try await host.collecting(["ann", "a-very-long-name-that-goes-on-and-on.and-on", "bob"])
                let (ann, bob) = (try await host.sharePath("ann", view), try await host.sharePath("bob", view))
                try await look(visit, "collecting", host.leaderPath(view), language)
                // Everything that can be unfolded, unfolded.
                try await visit.see("#member1 summary").click()
                try await judge(visit, "unfolded", language)
                try await look(visit, "share", ann, language)
                _ = try await host.gateway.startShare(try await host.token("bob", view), gateway: "alpha").get()
                let client = GroupClient(host)
                _ = try await client.submit(bob, "pay", [("gateway", "alpha")])
                try await look(visit, "under-way", bob, language)
                try await host.pay("ann", view)
                try await look(visit, "paid", ann, language)
                try await visit.open("/pledg/lead/nobody", language)
                try await judge(visit, "lost", language)
                await host.advance(hours: 48)
                try await look(visit, "failed", host.leaderPath(view), language)
                try await look(visit, "returned", ann, language)
            }
        }

        private func look(
            _ visit: GroupVisit, _ name: String, _ path: String, _ language: String
        ) async throws {
            try await visit.open(path, language)
            try await judge(visit, name, language)
        }

        private func judge(_ visit: GroupVisit, _ name: String, _ language: String) async throws {
            try await visit.browser.allowScripts(true)
            for scheme in Browser.ColorScheme.allCases {
                try await visit.browser.prefer(scheme)
                let faults = try await visit.browser.accessibilityFaults()
                #expect(faults == [], "\(name), \(language), \(scheme)")
            }
            try await visit.browser.prefer(.light)
            try await visit.browser.viewport(360, 780)
            let width = try await visit.browser.script("return document.documentElement.scrollWidth")
            #expect(width == 360, "\(name), \(language)")
            try await visit.browser.screenshot("pledg-\(name)-\(language)")
            try await visit.browser.clearViewport()
            try await visit.browser.allowScripts(false)
        }
    }
}
