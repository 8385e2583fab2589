import Foundation
import NIOHTTP1
import Payments
import PledgSupport
import Storage
import TestSupport
import Testing

@testable import Pledg
@testable import Server

@Suite("The pages of a group are safe")
struct PledgPageSafetyTests {
    /// Every row of every table that a page could change.
    private func everything(_ host: GroupHost) async throws -> [String] {
        let tables = try await host.shop.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name", columns: 1)
        var rows: [String] = []
        for table in tables {
            let columns = Int(
                try await host.shop.number("SELECT count(*) FROM pragma_table_info('\(table)')"))
            rows += try await host.shop.rows("SELECT * FROM \(table)", columns: columns).map { "\(table) \($0)" }
        }
        return rows
    }

    /// Where Ann comes back to from a gateway.
    private func back(_ host: GroupHost, _ view: PledgPurchaseView) async throws -> String {
        let start = try await host.gateway.startShare(try await host.token("ann", view), gateway: "beta").get()
        return "/pledg/back/\(start.returnToken)"
    }

    @Test("opening a link changes nothing, whoever opens it and however often")
    func scanners() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let draft = try await host.purchase("ORD-2")
            let paths = [
                host.leaderPath(view), host.leaderPath(draft), try await host.sharePath("ann", view),
                try await host.sharePath("bob", view), try await back(host, view),
            ]
            let before = try await everything(host)
            #expect(before.count > 20)
            for path in paths {
                for query in ["", "?lang=fr", "?said=covered", "?gateway=alpha", "/"] {
                    #expect([200, 308].contains(try await client.open(path + query).status))
                    #expect([200, 308].contains(try await client.send(.HEAD, path + query).status))
                }
                // What only a form sends is not to be had by opening it.
                for action in ["pay", "cover", "decline", "mute", "members"] {
                    let answer = try await client.open("\(path)/\(action)")
                    #expect([404, 405].contains(answer.status), "\(action)")
                }
            }
            #expect(try await everything(host) == before)
        }
    }

    @Test("a form without the page's seal, with another's, or with one of old is refused, and nothing is done")
    func seals() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let (ann, bob) = (try await host.sharePath("ann", view), try await host.sharePath("bob", view))
            let path = host.leaderPath(view)
            let good = try await client.open(ann).seal
            let others = [
                "", "x", ".", "0.x", String(good.dropLast()), good + "a", try await client.open(bob).seal,
                try await client.open(path).seal, "9999999\(good.drop { $0 != "." })",
            ]
            let before = try await everything(host)
            for seal in others {
                let refused = try await client.post(ann, "decline", [("seal", seal)])
                #expect(refused.status == 403, "\(seal)")
                #expect(refused.error.contains("open for too long"))
            }
            for site in ["cross-site", "same-site"] {
                let foreign = try await client.post(
                    ann, "decline", [("seal", good)], headers: [("sec-fetch-site", site)])
                #expect(foreign.status == 403)
            }
            let json = try await client.send(
                .POST, ann + "/decline", "seal=\(good)", headers: [("content-type", "text/plain")])
            #expect(json.status == 415)
            let large = try await client.post(
                ann, "decline", [("seal", good), ("x", String(repeating: "x", count: 40_000))])
            #expect(large.status == 413)
            for body in ["seal=%zz", "%ff=1", String(repeating: "a=1&", count: 90)] {
                let answer = try await client.send(
                    .POST, ann + "/decline", body, headers: [("content-type", "application/x-www-form-urlencoded")])
                #expect(answer.status == 400, "\(body.prefix(10))")
            }
            #expect(try await everything(host) == before)
            let fine = try await client.post(
                ann, "decline", [("seal", good)], headers: [("sec-fetch-site", "same-origin")])
            #expect(fine.status == 303)
            // Two days later it is none.
            let draft = try await host.purchase("ORD-2")
            let seal = PledgSeal(secret: GroupHost.secret)
            let (token, now) = (draft.pageToken, host.clock.now)
            let made = seal.make(token, .leader, now: now)
            let hour: Int64 = 3_600_000
            #expect(seal.isGood(made, token, .leader, now: now + 48 * hour))
            #expect(!seal.isGood(made, token, .leader, now: now + 49 * hour))
            #expect(!seal.isGood(made, token, .leader, now: now - hour))
            #expect(!seal.isGood(made, token, .pledger, now: now))
            #expect(!PledgSeal(secret: Array("another secret of 16".utf8)).isGood(made, token, .leader, now: now))
        }
    }

    @Test("what was written is not lost when a form was open for too long")
    func stale() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            let page = try await client.post(
                host.leaderPath(view), "members", [("seal", "x"), ("split", "equal"), ("email", "ann@example.com")])
            #expect(page.status == 403)
            #expect(page.text.contains(#"value="ann@example.com""#))
            let fields = [("seal", page.seal), ("split", "equal"), ("email", "ann@example.com")]
            #expect(try await client.post(host.leaderPath(view), "members", fields).status == 303)
        }
    }

    @Test("every page says: keep me nowhere, frame me nowhere, tell nobody where you come from, run nothing")
    func headers() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let ann = try await host.sharePath("ann", view)
            var pages = [
                try await client.open(host.leaderPath(view)), try await client.open(ann),
                try await client.open("/pledg/lead/nobody"), try await client.post(ann, "decline", [("seal", "x")]),
                try await client.open(try await back(host, view)),
            ]
            pages.append(try await client.submit(ann, "pay", [("gateway", "beta")]))
            for page in pages {
                #expect(page.header("cache-control") == "no-store")
                #expect(page.header("referrer-policy") == "no-referrer")
                #expect(page.header("x-robots-tag") == "noindex")
                #expect(page.header("x-content-type-options") == "nosniff")
                let policy = try #require(page.header("content-security-policy"))
                for rule in ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
                    #expect(policy.contains(rule), "\(rule)")
                }
                #expect(!policy.contains("unsafe") && !policy.contains("script-src"))
                for word in ["<script", "javascript:", " onclick", " style="] { #expect(!page.text.contains(word)) }
            }
            let moved = try await client.submit(ann, "decline")
            #expect(moved.header("referrer-policy") == "no-referrer")
            #expect(moved.header("cache-control") == "no-store")
        }
    }

    @Test("a link that nobody has, one of the other kind, and a dead one are answered alike")
    func strangers() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let ann = try await host.token("ann", view)
            let lost = try await client.open("/pledg/share/\(String(repeating: "a", count: 32))")
            #expect(lost.status == 404)
            #expect(lost.heading == "This link leads nowhere")
            for path in [
                "/pledg/share/\(view.pageToken)", "/pledg/lead/\(ann)", "/pledg/share/short", "/pledg/share/%00",
                "/pledg/share/\(ann)x", "/pledg/share/\(ann.dropLast())%27",
            ] {
                let other = try await client.open(path)
                #expect(other.status == 404, "\(path)")
                #expect(other.text == lost.text, "\(path)")
            }
            let form = try await client.post("/pledg/share/\(view.pageToken)", "decline", [("seal", "x")])
            #expect(form.status == 404)
        }
    }

    @Test("whoever tries links out, or sends form after form, waits")
    func pace() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let path = try await host.sharePath("ann", view)
            let seal = try await client.open(path).seal
            for _ in 1...12 {
                // It is never begun: no gateway is asked twelve times for nothing.
                let answer = try await client.post(
                    path, "pay", [("seal", seal), ("gateway", "alpha"), ("payer", "x")])
                #expect(answer.status == 422)
            }
            let refused = try await client.post(path, "pay", [("seal", seal), ("gateway", "alpha")])
            #expect(refused.status == 429)
            #expect(refused.header("retry-after") == "600")
            #expect(refused.heading == "Too many attempts")
            #expect(try await client.open(path).status == 200)
            // Another's link is not held up.
            let bob = try await host.sharePath("bob", view)
            #expect(try await client.submit(bob, "pay", [("gateway", "alpha")]).status == 303)
            host.clock.advance(milliseconds: 600_000)
            #expect(try await client.post(path, "pay", [("seal", seal), ("gateway", "beta")]).status == 200)

            for _ in 1...30 { #expect(try await client.open("/pledg/lead/nobody").status == 404) }
            #expect(try await client.open("/pledg/lead/nobody").status == 429)
            let stranger = try await client.open("/pledg/back/\(String(repeating: "a", count: 32))")
            #expect(stranger.status == 429)
            #expect(stranger.header("retry-after") == "60")
            // Whoever has a link is not shut out by who tries some from the same office.
            #expect(try await client.open(path).status == 200)
            #expect(try await client.submit(bob, "again").status == 303)
            host.clock.advance(milliseconds: 60_000)
            #expect(try await client.open("/pledg/lead/nobody").status == 404)
        }
    }

    @Test("no link, address or name stands in the log")
    func logs() async throws {
        let book = LogBook()
        try await GroupHost.with(logger: book.logger) { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let path = try await host.sharePath("ann", view)
            _ = try await client.submit(path, "pay", [("gateway", "beta"), ("payer", "zoe@example.com")])
            _ = try await client.open(host.leaderPath(view))
            // Something that cannot be answered.
            await host.shop.close()
            let trouble = try await client.open(path)
            #expect(trouble.status == 500)
            #expect(trouble.heading == "Something went wrong")
            let tokens = [view.pageToken, String(path.split(separator: "/")[2])]
            #expect(book.lines.contains { $0.contains("a group's page failed") })
            for secret in tokens + ["example.com", "Lea"] {
                #expect(!book.lines.contains { $0.contains(secret) }, "\(secret)")
            }
        }
    }

    @Test("every language has every word, in every state", arguments: PledgLanguage.allCases)
    func languages(_ language: PledgLanguage) async throws {
        try await GroupHost.with { host in
            let client = GroupClient(host)
            let draft = try await host.purchase("ORD-2")
            let view = try await host.collecting()
            let texts = try PledgTexts(PackageResources.pledgtexts_json)
            let keys = Set(texts.all(language).keys)
            var seen: [String: String] = [:]
            let ann = try await host.sharePath("ann", view)
            for (name, path) in [("draft", host.leaderPath(draft)), ("leader", host.leaderPath(view)), ("ann", ann)] {
                let page = try await client.open("\(path)?lang=\(language)")
                #expect(page.text.contains("<html lang=\"\(language)\">"))
                seen[name] = page.text
            }
            let form = [("split", "custom"), ("email", "x@example.com"), ("number", "1"), ("number", "2")]
            seen["refused"] = try await client.submit(
                host.leaderPath(draft), "members", form, language: language.rawValue
            ).text
            await host.advance(hours: 48)
            for standing in [PledgReturnView.Standing.checking, .paid, .stray, .ended] {
                for isLeader in [true, false] {
                    let maker = try PledgPageMaker(host.gateway.specification, zone: .utc, sendsMail: isLeader)
                    let view = PledgReturnView(standing: standing, isLeader: isLeader, language: nil, transaction: nil)
                    seen["\(standing) \(isLeader)"] = maker.arrived(view, language, base: "x")
                }
            }
            seen["failed"] = try await client.open("\(host.leaderPath(view))?lang=\(language)").text
            seen["unpaid"] = try await client.open("\(ann)?lang=\(language)").text
            for (name, page) in seen {
                let text = String(page[(page.range(of: "</style>")?.upperBound ?? page.startIndex)...])
                let isClosed = !text.contains("{")
                #expect(isClosed, "\(name)")
                let words = Set(text.split { !$0.isLetter && $0 != "_" }.map(String.init))
                #expect(words.filter { $0.contains("_") && keys.contains($0) } == [], "\(name)")
            }
        }
    }

    @Test("the language is the asked one, else the browser's, else the purchase's, else English")
    func choosesLanguage() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase(language: "pt-BR"))
            let path = host.leaderPath(view)
            let accept = [("accept-language", "de, ru;q=0.5, fr-CH;q=0.8")]
            #expect(try await client.open(path + "?lang=uz", accept).text.contains(#"<html lang="uz">"#))
            #expect(try await client.open(path, accept).text.contains(#"<html lang="fr">"#))
            #expect(try await client.open(path + "?lang=de").text.contains(#"<html lang="pt">"#))
            let other = host.leaderPath(try await host.purchase("ORD-2", language: "de"))
            #expect(try await client.open(other).text.contains(#"<html lang="en">"#))
        }
    }
}
