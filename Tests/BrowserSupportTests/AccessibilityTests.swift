import BrowserSupport
import StrictJSON
import Testing

extension InABrowser {
    @Suite("The accessibility rules")
    struct Accessibility {
        /// A page on which nothing is wrong, though much looks like it. `§` marks where faults are put in.
        private static let good = """
            <!doctype html>
            <html lang="uz-Latn"><head><meta charset="utf-8"><title>Toʻlov</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
              body { font: 16px/1.5 sans-serif; color: #222; background: #fff; margin: 1rem }
              a { color: #0645ad } button, select, input { min-height: 32px; font: inherit; color: #111 }
              :focus-visible { outline: 3px solid #0645ad }
              .card { background: rgba(0, 0, 0, .85); color: #eee; padding: 1rem }
              .sweep { background: linear-gradient(#004d40, #00251a); color: #fff }
              .big { font-size: 24px; color: #888 } .gone { display: none }
              .reader { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
              .check { display: inline-flex; min-height: 32px; align-items: center }
            </style></head>
            <body>
            <header><nav aria-label="Main"><a href="#a" style="display: inline-block; padding: 8px">Orders</a></nav></header>
            <main id="a"><h1>Orders</h1><h2>Waiting</h2><h3>Today</h3><h2>Paid</h2>
              <p>A link in a <a href="#a">sentence</a> may be as low as its line.</p>
              <p class="big">Large text may be paler.</p>
              <div class="card"><p>Light on dark <span class="reader">and a word for readers</span></p></div>
              <p class="sweep">On a gradient</p>
              <p class="gone" style="color: #fff">Nobody sees this.</p>
              <img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="30" height="30">
              <svg aria-hidden="true" width="30" height="30"></svg>
              <form>
                <label for="sum">Sum</label> <input id="sum">
                <span id="cur">Currency</span> <select aria-labelledby="cur"><option>UZS</option></select>
                <label class="check"><input type="checkbox"> I agree</label>
                <fieldset><legend>Gateway</legend>
                  <label class="check"><input type="radio" name="g" checked> Payme</label>
                  <label class="check"><input type="radio" name="g"> Click</label>
                </fieldset>
                <input type="hidden" name="secret">
                <button aria-label="Pay now"><svg width="20" height="20"></svg></button>
                <button disabled style="color: #ccc">Refund</button>
              </form>
              <div style="overflow-x: auto"><div style="width: 900px">A wide table moves by itself.</div></div>
              §
            </main></body></html>
            """

        /// A fault, by the text that is put in or what is replaced, and the rule that must tell of it, alone.
        private static let faulty: [(name: String, rule: AccessibilityRule, page: String)] = [
            ("no-lang", .language, good.replacing(#" lang="uz-Latn""#, with: "")),
            ("bad-lang", .language, good.replacing("uz-Latn", with: "O'zbek")),
            ("no-title", .title, good.replacing("<title>Toʻlov</title>", with: "")),
            ("twice", .uniqueID, added(#"<p id="sum">again</p>"#)),
            ("two-h1", .oneHeading, added("<h1>Another</h1>")),
            (
                "no-h1", .oneHeading,
                good.replacing("<h1>Orders</h1><h2>Waiting</h2><h3>Today</h3><h2>Paid</h2>", with: "")
            ),
            ("skipped", .headingOrder, added("<h4>Too deep</h4>")),
            ("two-main", .landmarks, added("</main><main><p>Another</p>")),
            ("no-nav", .landmarks, good.replacing("<nav ", with: "<div ").replacing("</nav>", with: "</div>")),
            ("nameless-nav", .landmarks, added("<nav><p>Which?</p></nav>")),
            ("placeholder", .controlName, added(#"<input placeholder="Phone">"#)),
            ("bare-select", .controlName, added("<select><option>1</option></select>")),
            ("empty-label", .controlName, added(#"<label for="x"></label><textarea id="x" rows="3"></textarea>"#)),
            (
                "mute-button", .actionName,
                added(#"<button style="min-width: 40px"><svg width="20" height="20"></svg></button>"#)
            ),
            (
                "mute-link", .actionName,
                added(#"<a href="/" style="display: inline-block"><img alt="" src="x.png" width="30" height="30"></a>"#)
            ),
            (
                "no-alt", .imageText,
                added(#"<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="9" height="9">"#)
            ),
            ("svg", .imageText, added(#"<svg role="img" width="30" height="30"></svg>"#)),
            ("jumps", .tabIndex, added(#"<button tabindex="3">First</button>"#)),
            (
                "small", .targetSize,
                added(#"<button style="min-height: 0; height: 20px; font-size: 12px">Small</button>"#)
            ),
            (
                "small-box", .targetSize,
                added(#"<input type="checkbox" aria-label="Small" style="min-height: 0; width: 13px; height: 13px">"#)
            ),
            ("pale", .contrast, added(#"<p style="color: #888">Pale</p>"#)),
            ("half-seen", .contrast, added(#"<p style="opacity: .5">Half seen</p>"#)),
            ("inherited", .contrast, added(#"<div style="background: #777"><div><p>On grey</p></div></div>"#)),
            (
                "pale-gradient", .contrast,
                added(#"<p class="sweep" style="background-image: linear-gradient(#004d40, #b2dfdb)">Ends pale</p>"#)
            ),
            ("on-picture", .contrast, added(#"<p style="background-image: url(x.png)">On a picture</p>"#)),
            ("pale-value", .contrast, added(#"<input aria-label="Value" value="5000" style="color: #aaa">"#)),
            ("modern-color", .contrast, added(#"<p style="color: oklch(70% 0.1 200)">Another notation</p>"#)),
            ("unseen-focus", .focusVisible, added(#"<button style="outline: none">Where am I</button>"#)),
            (
                "trap", .focusReach,
                added(#"<button onkeydown="if (event.key === 'Tab') event.preventDefault()">No way out</button>"#)
            ),
            (
                "unreachable", .focusReach,
                added(#"<button id="skip" onfocus="this.blur()">Runs away</button>"#)
            ),
            ("wide", .reflow, added(#"<p style="width: 600px">Wider than a telephone</p>"#)),
        ]

        private static func added(_ html: String) -> String { good.replacing("§", with: html) }

        private static let pages = Dictionary(
            uniqueKeysWithValues: [("/good", good.replacing("§", with: ""))]
                + faulty.map { ("/" + $0.name, $0.page.replacing("§", with: "")) })

        @Test("let a good page pass, light and dark, and leave it as it was")
        func good() async throws {
            try await PageServer.browse(Self.pages) { browser, server in
                try await browser.go(server.url + "/good")
                let state = "return [document.documentElement.outerHTML, innerWidth + ' by ' + innerHeight]"
                let before = try await browser.script(state)
                #expect(try await browser.accessibilityFaults() == [])
                try await browser.prefer(.dark)
                #expect(try await browser.accessibilityFaults() == [])
                let after = try await browser.script(state)
                #expect(after.arrayValue == before.arrayValue)
            }
        }

        @Test("each finds its fault, and no other rule does")
        func faults() async throws {
            #expect(Set(Self.faulty.map(\.rule)) == Set(AccessibilityRule.allCases))
            try await PageServer.browse(Self.pages) { browser, server in
                for (name, rule, _) in Self.faulty {
                    try await browser.go(server.url + "/" + name)
                    let found = try await browser.accessibilityFaults()
                    #expect(Set(found.map(\.rule)) == [rule], "\(name): \(found)")
                }
            }
        }

        @Test("begin at the top, wherever somebody has pressed something")
        func beginning() async throws {
            try await PageServer.browse(Self.pages) { browser, server in
                try await browser.go(server.url + "/good")
                try await browser.find("#sum").click()
                #expect(try await browser.accessibilityFaults() == [])
            }
        }

        @Test("work where the page's policy forbids styles that stand in it")
        func policy() async throws {
            let policy = #"<meta http-equiv="Content-Security-Policy" content="style-src 'none'">"#
            let page = Self.good.replacing("§", with: "").replacing("<head>", with: "<head>\(policy)")
            try await PageServer.browse(["/": page]) { browser, server in
                try await browser.go(server.url + "/")
                _ = try await browser.console()
                _ = try await browser.accessibilityFaults()
                // The browser asks for an icon when it likes.
                let lines = try await browser.console().filter { $0.isError && !$0.message.contains("favicon") }
                #expect(lines.map(\.description) == [])
            }
        }

        @Test("a page without navigation is asked for none if one says so")
        func navigation() async throws {
            try await PageServer.browse(Self.pages) { browser, server in
                try await browser.go(server.url + "/no-nav")
                #expect(try await browser.accessibilityFaults(navigation: false) == [])
                try await browser.go(server.url + "/two-h1")
                let found = try await browser.accessibilityFaults()
                #expect(found.map(\.description) == ["one-h1: main#a > h1:nth-of-type(2): there are 2 headings h1"])
            }
        }
    }
}
