import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox

@Suite("The page")
struct PageTests {
    @Test("one click pays: the first test card, the server's link")
    func payNow() async throws {
        try await SandboxDesk.with { desk in
            #expect(try await desk.get("/").text.contains(#"id="pay-now-1001""#))
            let answer = try await desk.post("/sandbox/pay", [("order", "1001"), ("lang", "en")])
            #expect(answer.status == 303 && answer.location.contains("notice=paid"))
            let page = try await desk.get(answer.location).text
            #expect(page.contains(#"id="order-1001" data-status="paid""#))
            #expect(page.contains("Paid. The timeline shows how."))
            #expect(page.contains(#"data-name="PerformTransaction""#))
        }
    }

    @Test("an account takes any amount, again and again")
    func cumulative() async throws {
        try await SandboxDesk.with { desk in
            for amount in ["1000", "2 500,50"] {
                let answer = try await desk.post("/sandbox/pay", [("order", "998901234567"), ("amount", amount)])
                #expect(answer.location.contains("notice=paid"))
            }
            #expect(try await desk.get("/?lang=en").text.contains("paid in 3\u{00A0}500.50\u{00A0}UZS"))
            let wrong = try await desk.post("/sandbox/pay", [("order", "998901234567"), ("amount", "1e3")])
            #expect(wrong.location.contains("notice=bad-amount"))
        }
    }

    @Test("an order may be called anything that the server allows, and no two elements are called the same")
    func oddNames() async throws {
        try await SandboxDesk.with { desk in
            let names = ["2026/11:a+b", "a.b", "a-b", "a_b", "A:b"]
            for name in names {
                try await desk.addOrder(name, "77.00")
                let answer = try await desk.post("/sandbox/pay", [("order", name)])
                #expect(answer.location.contains("notice=paid"))
            }
            let page = try await desk.get("/").text
            let ids = page.matches(of: /\sid="([^"]*)"/).map(\.output.1)
            #expect(ids.count == Set(ids).count && ids.count > 50)
            for name in names { #expect(page.contains(#"id="order-\#(Pages.slug(name))" data-status="paid""#)) }
        }
    }

    @Test("the script gets words instead of a redirect")
    func script() async throws {
        try await SandboxDesk.with { desk in
            let headers = [("origin", desk.url), ("accept", "application/json")]
            let answer = try await desk.post("/sandbox/pay", [("order", "1001"), ("lang", "ru")], headers: headers)
            let value = try JSONValue(parsing: answer.text)
            #expect(answer.status == 200 && value["tone"] == "good")
            #expect(value["notice"]?.stringValue?.hasPrefix("Оплачено") == true)
        }
    }

    @Test("hostile text comes out as text, everywhere")
    func escaping() async throws {
        try await SandboxDesk.with { desk in
            let hostile = #"<script>alert("x")</script><img src=x onerror='y'>"#
            try await desk.addOrder("evil", "36500.11", description: hostile)
            let (receipt, outcome) = try await desk.pay("evil")
            let link = try await desk.get("/sandbox/checkout?order=1001").location
            let pages = [
                try await desk.get("/").text, try await desk.get("/sandbox/panels").text, outcome,
                try await desk.get(link).text,
                try await desk.post(
                    "/checkout",
                    [
                        ("merchant", desk.configuration.merchantID), ("amount", "5"),
                        (#"account["><b>]"#, hostile), ("description", hostile),
                        ("callback", "javascript:alert(1)"),
                    ]
                ).text,
            ]
            for page in pages {
                #expect(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("javascript:"))
                #expect(!page.contains("<b>]"))
            }
            #expect(pages[0].contains("&lt;script&gt;") && pages[4].contains("&lt;script&gt;"))
            for entry in desk.entries where entry.order == receipt.order {
                #expect(!site(desk, entry).contains("<script"))
            }
        }
    }

    private func site(_ desk: SandboxDesk, _ entry: TimelineEntry) -> String { desk.site.pages.entry(entry, .en) }

    @Test("no key and no whole card is on a page, in the timeline or in the stream")
    func secrets() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.pay("1001")
            try await desk.addOrder("new", "10.00")
            _ = try await desk.post("/sandbox/statement")
            let stream = try await EventReader(desk).read(after: desk.site.timeline.id(of: 0), events: 6)
            let seen = try await desk.get("/").text + stream.map(\.data).joined()
            let pair = Data("Paycom:\(desk.paymeKey)".utf8).base64EncodedString()
            for secret in [desk.paymeKey, desk.merchantKey, pair, desk.configuration.groups?.webhookSecret ?? "-"] {
                #expect(!seen.contains(secret))
            }
            #expect(seen.contains("Authorization: Basic …") && seen.contains("Authorization: Bearer …"))
            for entry in desk.entries {
                #expect(entry.request?.contains(TestCard.works.rawValue) != true)
            }
        }
    }

    @Test("the pay link that the server makes leads to the simulated checkout, and back to the page")
    func link() async throws {
        try await SandboxDesk.with { desk in
            let location = try await desk.get("/sandbox/checkout?order=1002&lang=uz").location
            #expect(location.hasPrefix("/checkout/"))
            let form = try await desk.get(location).text
            #expect(form.contains("129\u{00A0}900,00\u{00A0}soʻm") && form.contains(#"<html lang="uz">"#))
            #expect(form.contains(#"name="callback" value="\#(desk.url)/?lang=uz#orders""#))
            let (_, page) = try await desk.pay("1002")
            #expect(page.contains(#"href="\#(desk.url)/?lang=en#orders""#))
        }
    }

    @Test(
        "a link that cannot be paid says why",
        arguments: [
            ("m=other;ac.order_id=1;a=500", "-31601"), ("m={m};ac.order_id=1;a=abc", "-31610"),
            ("m={m};ac.order_id=1;a=0", "-31611"), ("m={m};a=500", "-31610"), ("nonsense", "-31610"),
        ])
    func badLink(text: String, code: String) async throws {
        try await SandboxDesk.with { desk in
            let whole = text.replacingOccurrences(of: "{m}", with: desk.configuration.merchantID)
            let answer = try await desk.get("/checkout/" + Data(whole.utf8).base64EncodedString())
            #expect(answer.status == 400 && answer.text.contains(code))
        }
    }

    @Test("a form of the shop's own site: the page before it is where the payer returns to, Russian is spoken")
    func postedForm() async throws {
        try await SandboxDesk.with { desk in
            var fields = [
                ("merchant", desk.configuration.merchantID), ("amount", "500000"), ("account[order_id]", "1001"),
                ("description[ru]", "Чай"), ("description[uz]", "Choy"),
            ]
            let headers = [("origin", "https://shop.example"), ("referer", "https://shop.example/cart?x=1")]
            let form = try await desk.post("/checkout", fields, headers: headers).text
            #expect(form.contains(#"name="callback" value="https://shop.example/cart?x=1""#))
            #expect(form.contains(#"<html lang="ru">"#) && form.contains("Чай") && !form.contains("Choy"))
            fields += [
                ("callback", "https://shop.example/r?t=:transaction&o=:account.order_id"),
                ("callback_timeout", "9000"), ("card", TestCard.works.rawValue), ("expiry", "03/99"),
                ("code", "666666"), ("lang", "uz"),
            ]
            let location = try await desk.post("/sandbox/checkout", fields).location
            let receipt = try #require(await desk.site.payme.receipts.first)
            let outcome = try await desk.get(location)
            let back = "https://shop.example/r?t=\(receipt.id)&o=1001"
            #expect(outcome.header("refresh") == "9; url=\(back)")
            #expect(outcome.text.contains(#"href="\#(back.replacingOccurrences(of: "&", with: "&amp;"))""#))
            #expect(outcome.text.contains(#"<html lang="uz">"#))
        }
    }

    @Test("the suite runs from the page and leaves a report")
    func suite() async throws {
        try await SandboxDesk.with { desk in
            #expect(try await desk.post("/sandbox/conformance").location.contains("notice=suite"))
            #expect(try await desk.post("/sandbox/conformance").location.contains("notice=suite-runs"))
            let isFinished = try await desk.eventually { await desk.site.desk.progress.stage == .finished }
            #expect(isFinished)
            let progress = await desk.site.desk.progress
            #expect(progress.missed == 0 && progress.done == progress.total && progress.total > 100)
            let report = try await desk.get("/sandbox/conformance/report")
            #expect(report.status == 200 && report.text.contains("conformance of"))
            #expect(!report.text.contains(desk.paymeKey) && !report.text.contains(desk.merchantKey))
            // Its orders and events do not drown those of the page.
            let page = try await desk.get("/").text
            #expect(!page.contains("conform-"))
        }
    }

    @Test("the suite of Click's protocol runs from the page as well")
    func clickSuite() async throws {
        try await SandboxDesk.with { desk in
            let started = try await desk.post("/sandbox/conformance", [("gateway", "click")])
            #expect(started.location.contains("notice=suite"))
            #expect(try await desk.eventually { await desk.site.desk.progress.stage == .finished })
            let progress = await desk.site.desk.progress
            #expect(progress.misses == [] && progress.done == progress.total && progress.total > 100)
            let report = try await desk.get("/sandbox/conformance/report")
            #expect(report.status == 200 && report.text.contains("suite-2026-08"))
            #expect(!report.text.contains(desk.merchantKey))
        }
    }

    @Test("an event of the server is on the timeline; how soon is told, not judged")
    func latency() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.pay("1001")
            #expect(try await desk.eventually { desk.said.contains("say_event_performed") })
            for entry in desk.entries where entry.direction == .event {
                let event = try JSONValue(parsing: try #require(entry.request))
                // Both by the same clock: when it was committed, and when it was shown.
                let committed = try #require(event["at"]?.integerValue)
                #expect(entry.at >= committed)
                print("page: an event was on the timeline \(entry.at - committed) ms after its commit")
            }
        }
    }
}
