import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("The conformance suite")
    struct ConformanceSuite {
        @Test("runs at the press of a button, shows how far it is, ends green, and its report opens")
        func run() async throws {
            try await Visit.with { visit in
                try await visit.open()
                // What is shown on the way may be over before anybody can look: it is written down.
                try await visit.browser.script(
                    """
                    window.stages = [];
                    new MutationObserver(() => {
                      const suite = document.querySelector('#suite [data-stage]');
                      window.stages.push([suite.dataset.stage, suite.querySelector('progress')?.value ?? 0]);
                    }).observe(document.getElementById('suite'), { childList: true, subtree: true, attributes: true });
                    """)
                try await visit.press("#run-suite")
                try await visit.see("#suite [data-stage=finished]")
                let stages = try await visit.browser.script("return window.stages").arrayValue ?? []
                let onTheWay = stages.filter { $0[0] == "running" }.compactMap { $0[1]?.integerValue }
                #expect(onTheWay.contains { $0 > 0 } && onTheWay == onTheWay.sorted())
                #expect(try await visit.text("#suite .suite-verdict label") == "Everything conforms.")
                let tallies = try await visit.browser.all("#suite .tallies b")
                var counts: [Int] = []
                for tally in tallies { counts.append(Int(try await tally.text) ?? -1) }
                try #require(counts.count == 4)
                #expect(counts[0] + counts[1] > 100 && counts[2] == 0)
                try await visit.see("#timeline [data-direction=note][data-tone=good]")
                try await visit.press("#suite-report")
                try await visit.until("the report") { try await visit.text("h1").contains("Payme endpoint") }
                #expect(try await visit.text("body").contains("nothing missed"))
                // As it was left.
                try await visit.open()
                #expect(try await visit.text("#suite .suite-verdict label") == "Everything conforms.")
                try await visit.order("1001", is: "pending")
            }
        }
    }
}
