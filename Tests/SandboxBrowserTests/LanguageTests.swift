import BrowserSupport
import StrictJSON
import Testing

extension ThePage {
    @Suite("Languages")
    struct Languages {
        /// Every text of the open page that is meant for people: to be read, to be heard, in a choice or a field. Not
        /// what is the same for everybody: code, numbers, what stands in quotation of another language.
        private static let collect = """
            const found = new Set();
            const root = document.documentElement;
            const isForeign = (element) => {
              const marked = element.closest('[lang]');
              return (marked && marked !== root) || element.closest('pre, code, .mono, script, style') !== null;
            };
            const take = (text) => {
              const words = text.replace(/\\s+/g, ' ').trim();
              if (/\\p{L}/u.test(words)) found.add(words);
            };
            const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              if (!isForeign(walker.currentNode.parentElement)) take(walker.currentNode.data);
            }
            for (const element of document.querySelectorAll('*')) {
              if (isForeign(element)) continue;
              for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-on', 'data-off'])
                if (element.hasAttribute(name)) take(element.getAttribute(name));
            }
            return [...found];
            """

        /// Names, which are the same everywhere.
        private static let names: Set<String> = [
            "Tiyin", "Payme", "HTTP 200", "Green tea, 2 boxes", "Headphones", "Theatre ticket", "Desk lamp",
            "Phone balance", "Hammock", "Coffee, 1 kg", "UZS (Payme, Click)", "BRL (Pix)",
            "RUB (YooKassa)", "Backpack", "Hotel night", "Telegram", "YooKassa",
        ]

        /// What may stay of a text in every language: a method's name, a duration (the Uzbek one is in the same units),
        /// and one word that Uzbek has taken over.
        private static func isTheSame(_ text: String) -> Bool {
            let rest = text.replacing(
                /[A-Z][A-Za-z]+(Transaction|Statement|Data)|[0-9][.,][0-9]\sm?s|(Payme|Click) → server|Server → Click/,
                with: ""
            ).replacing(/\b(Prepare|Complete)\b|(GET|DELETE) payment\/[a-z]+|[0-9]+,[0-9]{2}\s(BRL|RUB)/, with: "")
            return !rest.contains(where: \.isLetter)
        }

        private static func texts(_ visit: Visit) async throws -> Set<String> {
            let found = try await visit.browser.script(Self.collect).arrayValue ?? []
            return Set(found.compactMap(\.stringValue)).subtracting(names).filter { !isTheSame($0) }
        }

        /// Opens a page in every language and compares: no text may be the same in two, none may be a key.
        private static func compare(_ visit: Visit, _ what: String, _ path: (String) -> String) async throws {
            var all: [String: Set<String>] = [:]
            for language in ["en", "ru", "uz"] {
                try await visit.browser.go(visit.sandbox.url + path(language))
                #expect(try await visit.browser.find("html").attribute("lang") == language)
                if try await !visit.browser.all("#live").isEmpty { try await visit.see("#live.on") }
                let texts = try await texts(visit)
                #expect(texts.count >= 5, "\(what)")
                #expect(texts.filter { $0.contains(/\b[a-z]+_[a-z_]+\b/) } == [], "\(what)")
                for (other, theirs) in all {
                    #expect(texts.intersection(theirs) == [], "\(what): \(language) and \(other)")
                }
                all[language] = texts
            }
        }

        @Test("every word of the page changes with the language, fresh and after much has happened")
        func mainPage() async throws {
            try await Visit.with { visit in
                try await Self.compare(visit, "fresh") { "/?lang=\($0)" }
                try await visit.open()
                try await visit.press("#pay-now-1001")
                try await visit.press("#pay-now-1003")
                try await visit.press("#pay-now-1004")
                try await visit.order("1001", is: "paid")
                try await visit.order("1003", is: "reserved")
                let paid = try await visit.receipt(of: "1004", is: 4)
                try await visit.press("#summary-\(paid)")
                try await visit.press("#refund-\(paid)")
                try await visit.order("1004", is: "refunded")
                try await visit.press("#later-wait")
                try await visit.see("#timeline [data-direction=event][data-name=expired]")
                try await visit.press("#reconcile")
                try await visit.see("#reconciliation .verdict.refused")
                try await visit.browser.go("\(visit.sandbox.url)/sandbox/click/checkout?order=1002&lang=en")
                try await visit.press("#conduct option[value=twice]")
                try await visit.press("#confirm")
                try await visit.press("#return-link")
                try await visit.see("#timeline [data-name=duplicate_refunded]")
                try await visit.press("#run-suite")
                try await visit.see("#suite [data-stage=finished]")
                try await Self.compare(visit, "after much") { "/?lang=\($0)&notice=not-paid" }
            }
        }

        @Test("so do checkout, outcomes and errors")
        func otherPages() async throws {
            try await Visit.with(tolerating: ["status of 4"]) { visit in
                try await Self.compare(visit, "checkout") { "/sandbox/checkout?order=1002&lang=\($0)" }
                try await visit.press("#confirm")
                try await visit.see("#return-link")
                let paid = Self.path(try await visit.browser.url)
                try await Self.compare(visit, "paid") { "\(paid)?lang=\($0)" }
                try await visit.browser.go(visit.sandbox.url + "/sandbox/checkout?order=1001&lang=en")
                try await visit.press("label:has(#card-9073)")
                try await visit.press("#confirm")
                try await visit.see("#return-link")
                let refused = Self.path(try await visit.browser.url)
                try await Self.compare(visit, "refused") { "\(refused)?lang=\($0)" }
                try await Self.compare(visit, "bad link") { "/checkout/nonsense?lang=\($0)" }
                try await Self.compare(visit, "no receipt") { "/sandbox/receipts/none?lang=\($0)" }
                try await Self.compare(visit, "Click's page") { "/sandbox/click/checkout?order=1003&lang=\($0)" }
                try await visit.press("#confirm")
                try await visit.see("#return-link")
                let waiting = Self.path(try await visit.browser.url)
                try await Self.compare(visit, "silence") { "\(waiting)?lang=\($0)" }
                try await Self.compare(visit, "bad link to Click") { "/click/pay?lang=\($0)" }
            }
        }

        private static func path(_ url: String) -> String {
            let address = url.prefix { $0 != "?" }
            return "/" + address.split(separator: "/").dropFirst(2).joined(separator: "/")
        }

        @Test("the language stays on the whole way, and what comes live speaks it")
        func stays() async throws {
            try await Visit.with { visit in
                try await visit.open()
                try await visit.press(".languages a[lang=uz]")
                try await visit.see("html[lang=uz] #live.on")
                #expect(try await visit.text("h1") == "Toʻlov qanday oʻtishini koʻring")
                #expect(try await visit.browser.all(".languages a[aria-current=true]").count == 1)
                try await visit.press("#pay-1002")
                #expect(try await visit.text("#confirm").hasPrefix("Tasdiqlash va toʻlash"))
                try await visit.press("#confirm")
                #expect(try await visit.text("#outcome-title") == "Toʻlandi")
                try await visit.press("#return-link")
                try await visit.see("#live.on")
                try await visit.press("#pay-now-1001")
                try await visit.order("1001", is: "paid")
                try await visit.see("#timeline [data-direction=event][data-name=performed]")
                #expect(try await visit.text("#order-1001 .badge") == "Toʻlangan")
                #expect(try await visit.timeline().last { $0.name == "performed" }?.text.contains("toʻlandi") == true)
                try await visit.press(".brand")
                #expect(try await visit.see("html[lang=uz] #orders-title").text == "Buyurtmalar")
            }
        }

        @Test("without a wish in the address, the browser's own language is spoken")
        func preferred() async throws {
            try await Visit.with { visit in
                for (wish, language) in [("ru-RU,ru;q=0.9", "ru"), ("uz", "uz"), ("de", "en"), ("en", "en")] {
                    try await visit.browser.prefer(language: wish)
                    try await visit.browser.go(visit.sandbox.url + "/")
                    #expect(try await visit.see("html").attribute("lang") == language)
                }
            }
        }
    }
}
