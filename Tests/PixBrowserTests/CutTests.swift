import BrowserSupport
import Foundation
import StrictJSON
import TestSupport
import Testing

extension PayersPage {
    @Suite("A connection that breaks")
    struct Cut {
        @Test("the stream comes back by itself, and what happened meanwhile is shown, once")
        func reconnection() async throws {
            try await PayerVisit.with(tolerating: ["net::ERR_"]) { visit in
                let id = try await visit.charge()
                let relay = try await Relay(to: visit.running.port)
                try await visit.browser.go("\(relay.url)/payments/pix/\(id)?lang=en")
                try await visit.see("main[data-live=on]")
                // The stream alone may bring it: whoever asks meanwhile gets no answer.
                try await visit.browser.script(
                    """
                    window.stays = true;
                    window.fetch = () => Promise.reject(new TypeError("cut"));
                    window.shown = [];
                    new MutationObserver(() => window.shown.push(document.getElementById("charge").dataset.status))
                      .observe(document.getElementById("main"), { childList: true });
                    """)
                try await relay.cut()
                try await visit.see("main[data-live=off]")
                visit.running.clock.advance(milliseconds: 1_000)
                try await visit.pay(id)
                try await relay.mend()
                try await visit.see("#charge[data-status=paid]")
                try await visit.see("main[data-live=on]")
                #expect(try await visit.browser.script("return window.shown") == ["paid"])
                #expect(try await visit.browser.script("return window.stays") == true)
                #expect(try await visit.text("#notice") == "Payment confirmed")
                try await visit.browser.go("about:blank")
                try await relay.cut()
            }
        }

        @Test("a cut between two changes: the newer one is shown, and it stays")
        func twoChanges() async throws {
            try await PayerVisit.atBank(tolerating: ["net::ERR_"]) { visit, bank in
                let made = try await visit.bankCharge()
                let relay = try await Relay(to: visit.running.port)
                try await visit.browser.go("\(relay.url)/payments/pix/\(made.id)?lang=en")
                try await visit.see("main[data-live=on]")
                try await visit.browser.script("window.stays = true")
                try await relay.cut()
                try await visit.see("main[data-live=off]")
                try await visit.payAtBank(made, bank)
                try await visit.refund(made)
                try await relay.mend()
                try await visit.see("#charge[data-status=refunded]")
                #expect(try await visit.text("h1") == "The money was returned")
                #expect(try await visit.browser.script("return window.stays") == true)
                try await visit.browser.go("about:blank")
                try await relay.cut()
            }
        }

        @Test("an answer that was long on its way does not bring back what is over")
        func delayedAnswer() async throws {
            try await PayerVisit.with(tolerating: ["events", "net::ERR_"]) { visit in
                let id = try await visit.charge()
                try await visit.browser.go("\(visit.running.url)/payments/pix/\(id)?lang=en")
                // No stream at first: the page asks.
                try await visit.browser.devTools("Network.enable")
                try await visit.browser.devTools("Network.setBlockedURLs", ["urls": ["*/events*"]])
                try await visit.browser.reload()
                try await visit.see("main[data-live=off]")
                try await visit.browser.script(
                    """
                    window.asked = 0;
                    const real = window.fetch;
                    window.fetch = async (...what) => {
                      const answer = await real(...what);
                      const text = await answer.text();
                      window.asked += 1;
                      window.old = text.includes('data-status="pending"');
                      await new Promise((release) => { window.release = release; });
                      return { ok: answer.ok, text: async () => text };
                    };
                    """)
                try await visit.until("an answer under way") {
                    try await visit.browser.script("return window.asked === 1 && window.old") == true
                }
                try await visit.browser.devTools("Network.setBlockedURLs", ["urls": []])
                try await visit.see("main[data-live=on]")
                visit.running.clock.advance(milliseconds: 1_000)
                try await visit.pay(id)
                try await visit.see("#charge[data-status=paid]")
                // What comes late has been dealt with when the page is painted again.
                try await visit.browser.script(
                    """
                    window.release();
                    return new Promise((done) =>
                      requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 50)));
                    """)
                #expect(try await visit.see("#charge").attribute("data-status") == "paid")
                #expect(try await visit.browser.all("#code, #qr, #countdown").isEmpty)
                #expect(try await visit.text("h1") == "Payment confirmed")
            }
        }
    }
}
