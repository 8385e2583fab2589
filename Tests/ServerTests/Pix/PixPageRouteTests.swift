import Foundation
import NIOHTTP1
import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("A payer's page")
struct PixPageRouteTests {
    @Test("shows what is to be paid: amount, code, image, until when")
    func pending() async throws {
        try await PixShop.with { shop in
            let payment = try await shop.made(#"{"amount":"1234567.89","description":"Caneca <b>&\"azul\"</b>"}"#)
            let id = try #require(payment["id"]?.stringValue)
            let page = try await shop.page(id)
            #expect(page.contains("R$\u{A0}1.234.567,89"))
            let code = try #require(payment["copia_e_cola"]?.stringValue)
            #expect(page.contains(code))
            #expect(page.contains("Caneca &lt;b&gt;&amp;&quot;azul&quot;&lt;/b&gt;"))
            #expect(!page.contains("<b>"))
            #expect(page.contains("<svg xmlns="))
            #expect(page.contains(#"data-status="pending""#))
            #expect(page.contains(#"<noscript><meta http-equiv="refresh""#))
            #expect(page.contains(#"<html lang="pt-BR">"#))
        }
    }

    @Test("shows every state, in every language, and nothing of a text's key")
    func states() async throws {
        try await PixShop.with { shop in
            let headings = [
                "pt": [
                    "Pague com Pix", "Pagamento confirmado", "Esta cobrança expirou", "Esta cobrança foi cancelada",
                ],
                "en": ["Pay with Pix", "Payment confirmed", "This charge has expired", "This charge was cancelled"],
                "ru": ["Оплатите через Pix", "Платёж подтверждён", "Срок оплаты истёк", "Этот счёт отменён"],
                "uz": ["Pix orqali toʻlang", "Toʻlov tasdiqlandi", "Toʻlov muddati tugadi", "Bu hisob bekor qilindi"],
            ]
            let (paid, late, off) = (try await shop.id(), try await shop.id(), try await shop.id())
            try await shop.pay(paid)
            let cancelled = try await shop.running.server.pix?.gateway.charges.cancel(off, actor: "test")
            #expect(cancelled?.status == .cancelled)
            shop.running.clock.advance(milliseconds: 86_400_001)
            try await shop.expire(late)
            let ids = [try await shop.id(), paid, late, off]
            for (language, texts) in headings {
                for (id, heading) in zip(ids, texts) {
                    let page = try await shop.page(id, "?lang=\(language)")
                    #expect(page.contains(">\(heading)</h1>") || page.contains(" \(heading)</h1>"), "\(language) \(id)")
                    #expect(!page.contains("heading_") && !page.contains("text_") && !page.contains("{amount}"))
                    // Nobody pays what cannot be paid any more.
                    #expect(page.contains("<textarea") == (id == ids[0]))
                    #expect(page.contains("http-equiv=\"refresh\"") == (id == ids[0]))
                }
            }
            #expect(try await shop.show(late)["status"] == "expired")
            #expect(try await shop.show(off)["status"] == "cancelled")
            #expect(try await shop.show(paid)["paid"] == true)
        }
    }

    @Test("tells nobody to pay while the bank is asked for its last word, nor after money went back")
    func between() async throws {
        try await PixShop.with { shop in
            let site = try #require(shop.running.server.pix)
            let view = try #require(try await site.gateway.charges.find(try await shop.id()))
            let now = shop.running.clock.now
            // The page as it is for a charge whose time is up, or of which too little, a part, or all came or went.
            func html(_ language: PixLanguage = .en, _ change: (inout PixChargeView) -> Void) async -> String {
                var changed = view
                change(&changed)
                return await site.page.page(changed, now: now, language)
            }
            for (language, heading, sentence) in [
                (PixLanguage.pt, "Verificando com o banco", "Não pague mais"),
                (.en, "Checking with the bank", "Do not pay with this code any more"),
                (.ru, "Проверяем в банке", "Больше не платите"),
                (.uz, "Bank bilan tekshirilmoqda", "Endi bu kod bilan"),
            ] {
                let page = await html(language) { $0.charge.expiresAt = now - 1 }
                #expect(page.contains(">\(heading)</h1>"), "\(language)")
                #expect(page.contains(sentence), "\(language)")
                for part in ["<textarea", "id=\"qr\"", "id=\"left\"", "class=\"time\""] {
                    #expect(!page.contains(part), "\(language) \(part)")
                }
            }
            let short = await html { $0.transaction.phase = "underpaid" }
            #expect(short.contains("Less was paid than the charge asks for"))
            #expect(!short.contains("<textarea"))
            let part = await html {
                ($0.transaction.state, $0.transaction.performTime) = (.performed, 1)
                $0.transaction.refundedAmount = 123_456
            }
            #expect(part.contains("Returned: R$\u{A0}1.234,56"))
            let back = await html { $0.transaction.state = .cancelledAfterPerform }
            #expect(back.contains("The money was returned"))
            #expect(!back.contains("http-equiv=\"refresh\""))
        }
    }

    @Test("is JSON for those who ask for it, and tells nothing that is the merchant's")
    func json() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            for (accept, isJSON) in [
                ("application/json", true), ("application/json, text/html;q=0.9", true), ("text/html", false),
                ("*/*", false), ("text/html,application/xhtml+xml,*/*;q=0.8", false),
                ("text/html;q=0.5, application/json", true), ("application/json;q=0, */*", false),
            ] {
                let reply = try await shop.get("/payments/pix/\(id)", accept: accept)
                #expect((reply.header("content-type") == "application/json") == isJSON, "\(accept)")
                #expect(reply.header("cache-control") == "no-store")
            }
            let shown = try await shop.show(id)
            #expect(shown["id"] == .string(id))
            #expect(shown["now"] == .integer(shop.running.clock.now))
            #expect(shown["order_id"] == nil)
            #expect(shown["transaction_id"] == nil)
            #expect(shown["links"]?["events"] == .string("/payments/pix/\(id)/events"))
        }
    }

    @Test("of an id that there is not is 404, whatever the id")
    func unknown() async throws {
        try await PixShop.with { shop in
            for id in [
                String(repeating: "a", count: 26), "1", "confirmed", "%2e%2e", String(repeating: "A", count: 26),
            ] {
                let page = try await shop.get("/payments/pix/\(id)", accept: "text/html")
                #expect(page.status == 404)
                #expect(page.text.contains("Cobrança não encontrada"))
                #expect(try await shop.get("/payments/pix/\(id)", accept: "application/json").problem == "not-found")
                #expect(try await shop.get("/payments/pix/\(id)/events").status == 404)
                #expect(try await shop.get("/payments/pix/qr_code/\(id).png").status == 404)
            }
        }
    }

    @Test("lets nothing in from elsewhere, and tells nobody its address")
    func headers() async throws {
        try await PixShop.with { shop in
            let reply = try await shop.get("/payments/pix/\(try await shop.id())", accept: "text/html")
            let policy: String = try #require(reply.header("content-security-policy"))
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("script-src 'self'"))
            #expect(!policy.contains("unsafe"))
            #expect(reply.header("referrer-policy") == "no-referrer")
            #expect(reply.header("x-content-type-options") == "nosniff")
            for link in reply.text.matches(of: /(?:href|src)="([^"]*)"/).map(\.1) {
                #expect(!link.contains("//"), "\(link)")
            }
            for asset in ["pixpage.css", "pixpage.js"] {
                #expect(try await shop.get("/payments/pix/assets/\(asset)").status == 200)
            }
            #expect(try await shop.get("/payments/pix/assets/secret").status == 404)
        }
    }

    @Test("speaks the language that the browser asks for")
    func languages() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            for (header, lang) in [
                ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("fr, en;q=0.2, uz;q=0.4", "uz"), ("fr", "pt-BR"), ("", "pt-BR"),
                ("en;q=0, ru;q=0.1", "ru"), ("pt-PT", "pt-BR"), ("EN-us", "en"),
            ] {
                let reply = try await shop.get(
                    "/payments/pix/\(id)", accept: "text/html", [("accept-language", header)])
                #expect(reply.text.contains("<html lang=\"\(lang)\">"), "\(header)")
            }
        }
    }

    @Test("has its image as PNG and as SVG")
    func images() async throws {
        try await PixShop.with { shop in
            let id = try await shop.id()
            let png = try await shop.get("/payments/pix/qr_code/\(id).png")
            #expect(png.status == 200)
            #expect(png.header("content-type") == "image/png")
            #expect(png.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let svg = try await shop.get("/payments/pix/qr_code/\(id).svg")
            #expect(svg.header("content-type") == "image/svg+xml")
            #expect(svg.text.hasPrefix("<svg"))
            // The seed's name of the file has no ending.
            #expect(try await shop.get("/payments/pix/qr_code/\(id)").bytes == png.bytes)
            let tag = try #require(png.header("etag"))
            #expect(tag != svg.header("etag"))
            let again = try await shop.get("/payments/pix/qr_code/\(id).png", [("if-none-match", tag)])
            #expect(again.status == 304)
            #expect(again.bytes.isEmpty)
            for name in ["\(id).gif", "\(id).png.svg", "\(id).", ".png"] {
                #expect(try await shop.get("/payments/pix/qr_code/\(name)").status == 404, "\(name)")
            }
        }
    }

    @Test("writes amounts and times as Brazilians do")
    func brazilian() {
        for (centavos, text) in [
            (1, "0,01"), (10, "0,10"), (100, "1,00"), (99_999, "999,99"), (100_000, "1.000,00"),
            (123_456_789, "1.234.567,89"), (999_999_999_999, "9.999.999.999,99"), (0, "0,00"),
        ] as [(Int64, String)] {
            #expect(BrazilianText.amount(centavos) == "R$\u{A0}" + text)
        }
        // 2026-11-21 01:30 UTC is still the evening before.
        for (language, text) in [
            (PixLanguage.pt, "20/11/2026 22:30"), (.en, "2026-11-20 22:30"), (.ru, "20.11.2026 22:30"),
            (.uz, "20.11.2026 22:30"),
        ] {
            #expect(BrazilianText.moment(1_795_224_600_000, language) == text)
        }
    }
}

extension PixShop {
    fileprivate func get(_ path: String, _ more: [(String, String)]) async throws -> Reply {
        try await get(path, accept: nil, more)
    }
}
