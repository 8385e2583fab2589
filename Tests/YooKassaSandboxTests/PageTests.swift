import NIOHTTP1
import StrictJSON
import Testing

@testable import Sandbox

@Suite("The page of the simulated YooKassa")
struct PageTests {
    private static func path(_ id: String) -> String { "checkout/payments/v2/contract?orderId=\(id)" }

    private func open(_ desk: YooDesk, _ id: String, language: String = "en") async throws -> YooDesk.Answer {
        try await desk.send(.GET, Self.path(id) + "&lang=\(language)", nil, [], isPage: true)
    }

    private func token(_ page: YooDesk.Answer) throws -> String {
        try String(#require(page.text.firstMatch(of: /name="token" value="([^"]+)"/)).1)
    }

    private func submit(
        _ desk: YooDesk, _ id: String, _ fields: [String: String], token: String? = nil, origin: String? = nil
    ) async throws -> YooDesk.Answer {
        var fields = fields
        let known = token == nil ? try self.token(try await open(desk, id)) : nil
        fields["token"] = token ?? known
        fields["orderId"] = id
        fields["lang"] = fields["lang"] ?? "en"
        let form = fields.map { "\($0.key)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"), ("origin", origin ?? desk.url),
        ]
        return try await desk.send(
            .POST, "checkout/payments/v2/contract", Array(form.utf8), headers, isPage: true)
    }

    @Test("is where the payment says; a payer who pays by a test card goes back to the shop")
    func paid() async throws {
        try await YooDesk.with { desk async throws in
            let made = try await desk.create(["description": "Order 7"])
            let url = made.json["confirmation"]?["confirmation_url"]?.stringValue
            #expect(url == "\(desk.url)/\(Self.path(made.id))")
            let page = try await open(desk, made.id)
            #expect(page.status == 200)
            #expect(page.text.contains("100.00 RUB"))
            #expect(page.text.contains("Order 7"))
            for card in YooKassaTestCard.all { #expect(page.text.contains(card.number)) }
            #expect(!page.text.contains("<script"))
            let answer = try await submit(desk, made.id, ["card": "5555 5555 5555 4444"])
            #expect(answer.status == 303)
            #expect(answer.headers.first(name: "location") == YooDesk.returnURL)
            #expect(try await desk.get("payments/\(made.id)").state == "succeeded")
            let after = try await open(desk, made.id)
            #expect(after.text.contains(">Done<"))
            #expect(after.text.contains(YooDesk.returnURL))
        }
    }

    @Test("asks for a code when the card does, and a wrong one is a refusal")
    func code() async throws {
        try await YooDesk.with { desk async throws in
            let (good, bad) = (try await desk.create().id, try await desk.create().id)
            let card = "5555555555554477"
            let asked = try await submit(desk, good, ["card": card])
            #expect(asked.status == 200)
            #expect(asked.text.contains("•••• 4477"))
            #expect(try await desk.get("payments/\(good)").state == "pending")
            #expect(try await submit(desk, good, ["card": card, "code": "1"]).status == 303)
            #expect(try await submit(desk, bad, ["card": card, "code": "1", "fail": "yes"]).status == 303)
            #expect(desk.yookassa.payment(good)?.status == .succeeded)
            #expect(desk.yookassa.payment(bad)?.cancellation?.reason == "3d_secure_failed")
        }
    }

    @Test("lets a payer choose another way, or refuse, and shows why it failed")
    func ways() async throws {
        try await YooDesk.with { desk async throws in
            for type in YooKassaMethodType.allCases where type != .bankCard {
                let id = try await desk.create().id
                #expect(try await open(desk, id).text.contains("by-\(type.rawValue)"))
                #expect(try await submit(desk, id, ["by": type.rawValue]).status == 303)
                #expect(desk.yookassa.payment(id)?.method?.type == type)
            }
            let refused = try await desk.create().id
            #expect(try await submit(desk, refused, ["decline": "yes"]).status == 303)
            #expect(desk.yookassa.payment(refused)?.cancellation?.reason == "general_decline")
            let poor = try await desk.create().id
            #expect(try await submit(desk, poor, ["card": "5555555555554600"]).status == 303)
            #expect(try await open(desk, poor).text.contains("insufficient_funds"))
        }
    }

    @Test("refuses what cannot be, and the payer may try again")
    func wrong() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create(["capture": false]).id
            let unknown = try await submit(desk, id, ["card": "4000000000000002"])
            #expect(unknown.status == 400)
            #expect(unknown.text.contains("none of the test cards"))
            let sbp = try await submit(desk, id, ["by": "sbp"])
            #expect(sbp.status == 400)
            #expect(try await !open(desk, id).text.contains("by-sbp"))
            #expect(desk.yookassa.payment(id)?.status == .pending)
            #expect(try await submit(desk, id, ["card": "4111111111111111"]).status == 303)
            // A second click changes nothing.
            let token = desk.yookassa.change { $0.payments[id]?.formToken } ?? ""
            let again = try await submit(desk, id, ["card": "4111111111111111"], token: token)
            #expect(again.status == 200)
            #expect(desk.yookassa.charges.count == 1)
            #expect(try await open(desk, "none").status == 404)
        }
    }

    @Test("takes a form from itself alone")
    func guarded() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create().id
            let card = ["card": "5555555555554444"]
            #expect(try await submit(desk, id, card, token: "").status == 403)
            #expect(try await submit(desk, id, card, token: String(repeating: "a", count: 32)).status == 403)
            let other = try token(try await open(desk, try await desk.create().id))
            #expect(try await submit(desk, id, card, token: other).status == 403)
            let own = try token(try await open(desk, id))
            #expect(try await submit(desk, id, card, token: own, origin: "https://evil.example").status == 403)
            #expect(desk.yookassa.payment(id)?.status == .pending)
            let rebound = try await desk.send(.GET, Self.path(id), nil, [("host", "evil.example")], isPage: true)
            #expect(rebound.status == 403)
        }
    }

    @Test("lets nothing of a shop's words become a part of the page")
    func escaped() async throws {
        try await YooDesk.with { desk async throws in
            let evil = #""><script>alert(1)</script>"#
            let id = try await desk.create([
                "description": .string(evil),
                "confirmation": ["type": "redirect", "return_url": .string("https://shop.example/\(evil)")],
            ]).id
            let page = try await open(desk, id)
            #expect(!page.text.contains("<script"))
            #expect(page.text.contains("&lt;script"))
            let policy = page.headers.first(name: "content-security-policy") ?? ""
            #expect(policy.contains("default-src 'none'"))
            #expect(!policy.contains("alert"))
        }
    }

    @Test(
        "allows the way back in its policy, and no script as an address",
        arguments: [
            ("https://Shop.Example:8443/a?b=c;d", "https://shop.example:8443"), ("http://a.b/", "http://a.b"),
            ("myapp://back", "myapp:"), ("javascript://%0aalert(1)", nil), ("data://x", nil), ("https://", nil),
            ("https://a b/", nil), ("https://a;script-src *//", nil), ("://x", nil),
        ] as [(String, String?)])
    func origins(address: String, origin: String?) {
        #expect(YooPageRoutes.origin(address) == origin)
    }

    @Test("goes nowhere that is no address: it says how it ended instead")
    func noReturn() async throws {
        try await YooDesk.with { desk async throws in
            for url in [nil, "javascript://%0aalert(1)"] as [String?] {
                let confirmation: JSONValue =
                    url.map { ["type": "redirect", "return_url": .string($0)] } ?? ["type": "qr"]
                let id = try await desk.create(["confirmation": confirmation]).id
                let page = try await open(desk, id)
                #expect(!page.text.contains("javascript:"))
                let answer = try await submit(desk, id, ["card": "5555555555554444"])
                #expect(answer.status == 200)
                #expect(answer.text.contains(">Done<"))
                #expect(!answer.text.contains("javascript:"))
            }
        }
    }

    @Test("speaks the three languages, and shows no name of a text instead of the text", arguments: Language.allCases)
    func languages(language: Language) async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create(["save_payment_method": true]).id
            let texts = try YooPage().texts
            var pages = [try await open(desk, id, language: language.rawValue)]
            pages.append(try await submit(desk, id, ["card": "5555555555554477", "lang": language.rawValue]))
            pages.append(try await submit(desk, id, ["card": "1", "lang": language.rawValue]))
            _ = try await submit(desk, id, ["card": "5555555555554600", "lang": language.rawValue])
            pages.append(try await open(desk, id, language: language.rawValue))
            for page in pages {
                #expect(page.text.contains(#"<html lang="\#(language.rawValue)">"#))
                let words = Set(page.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
                #expect(words.intersection(texts.keys.filter { $0.contains("_") }) == [])
            }
            #expect(pages[0].text.contains(texts.text("saving", language)))
            for type in YooKassaMethodType.allCases where type != .bankCard {
                #expect(texts.has("by_\(type.rawValue)"))
            }
        }
    }

    @Test("saves a card without a payment")
    func saving() async throws {
        try await YooDesk.with { desk async throws in
            let body: JSONValue = [
                "type": "bank_card",
                "confirmation": ["type": "redirect", "return_url": .string(YooDesk.returnURL)],
            ]
            let (good, bad) = (
                try await desk.post("payment_methods", body).id, try await desk.post("payment_methods", body).id
            )
            #expect(try await open(desk, good).text.contains("Save a card"))
            #expect(try await submit(desk, good, ["card": "5555555555554444"]).status == 303)
            #expect(try await submit(desk, bad, ["decline": "yes"]).status == 303)
            #expect(try await desk.get("payment_methods/\(good)").json["status"] == "active")
            #expect(try await desk.get("payment_methods/\(bad)").json["status"] == "inactive")
        }
    }

    @Test("has its style beside it, and no other")
    func style() async throws {
        try await YooDesk.with { desk async throws in
            let page = try await open(desk, try await desk.create().id)
            #expect(page.text.contains(#"href="/checkout/style.css""#))
            let style = try await desk.send(.GET, "checkout/style.css", nil, [], isPage: true)
            #expect(style.status == 200)
            #expect(style.headers.first(name: "content-type") == "text/css; charset=utf-8")
        }
    }
}
