import NIOHTTP1
import Pledg
import PledgSupport
import StrictJSON
import TestSupport
import Testing

@testable import Server

/// From the page where a payer pays by Pix back to his own: his link is a secret all the while.
@Suite("The way back from a Pix page")
struct PledgWayBackTests {
    private struct Scene {
        let running: RunningServer
        let shop: PixShop
        let client: GroupClient
        /// The leader's.
        let token: String

        /// He begins to pay: what the browser is told.
        func begin() async throws -> GroupClient.Reply {
            try await client.submit("/pledg/lead/\(token)", "pay", [("gateway", "pix")])
        }

        func page(_ path: String, _ cookie: String? = nil) async throws -> PixShop.Reply {
            try await shop.send(
                .GET, path, headers: [("accept", "text/html")] + (cookie.map { [("cookie", $0)] } ?? []))
        }
    }

    private func with(
        _ more: [String: String], book: LogBook = LogBook(), _ body: (Scene) async throws -> Void
    ) async throws {
        let running = try await RunningServer(PixShop.environment.merging(more) { $1 }, logger: book.logger)
        do {
            let shop = PixShop(running: running)
            let reply = try await shop.send(
                .POST, "/purchase",
                #"{"organiser_email":"lea@example.com","amount":{"value":"90.00","currency":"BRL"},"reference":"O-1"}"#,
                key: running.merchantKey)
            let token = String(try #require(reply.json["page_url"]?.stringValue).suffix(32))
            try await body(
                Scene(running: running, shop: shop, client: GroupClient(url: running.url), token: token))
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    /// `name=value`, and the path for which it is.
    private func parts(_ reply: GroupClient.Reply) throws -> (cookie: String, path: String) {
        let words = try #require(reply.header("set-cookie")).split(separator: "; ").map(String.init)
        let path = try #require(words.first { $0.hasPrefix("Path=") }).dropFirst(5)
        #expect(words.contains("HttpOnly") && words.contains("SameSite=Lax"))
        return (words[0], String(path))
    }

    @Test("is a link to the page that he came from, in his language; who is shown the Pix page alone has none")
    func back() async throws {
        let book = LogBook()
        try await with(["PLEDG_PUBLIC_URL": "https://pay.example"], book: book) { scene in
            let begun = try await scene.begin()
            #expect(begun.status == 303)
            let (cookie, path) = try parts(begun)
            #expect(begun.header("location")?.hasSuffix(path) == true)
            #expect(begun.header("location")?.contains(scene.token) == false)
            #expect(begun.header("set-cookie")?.hasSuffix("; Secure") == true)
            let link = #"<a id="back" class="button" href="https://pay.example/pledg/lead/\#(scene.token)?lang=en""#
            let page = try await scene.page(path, "other=1; \(cookie); more=2")
            #expect(page.text.contains(link))
            #expect(page.text.contains("rel=\"noreferrer\""))
            #expect(page.header("referrer-policy") == "no-referrer")
            #expect(page.header("cache-control") == "no-store")
            for stranger in [
                nil, "tiyin_group=leader.short.en", "tiyin_group=x.\(scene.token).en", "tiyin_group=leader",
                "tiyin_group=leader.\(scene.token).xx", "tiyin_groups=leader.\(scene.token).en",
            ] {
                #expect(try await !scene.page(path, stranger).text.contains("id=\"back\""), "\(stranger ?? "-")")
            }
            // A payment that is under way is led to again, from another browser too.
            let again = try parts(try await scene.client.open("/pledg/lead/\(scene.token)?lang=uz"))
            #expect(again.path == path)
            #expect(try await scene.page(path, again.cookie).text.contains("\(scene.token)?lang=uz\""))
            #expect(!book.lines.contains { $0.contains(scene.token) })
        }
    }

    @Test("is not on the page of a charge that is of no group")
    func foreign() async throws {
        try await with([:]) { scene in
            let (cookie, _) = try parts(try await scene.begin())
            let page = try await scene.page("/payments/pix/\(try await scene.shop.id())", cookie)
            #expect(page.status == 200)
            #expect(!page.text.contains(scene.token))
        }
    }

    @Test("is there wherever both are seen from outside, if a browser brings it along")
    func mounted() async throws {
        let rows: [(pledg: String?, pix: String?, path: String?, link: String)] = [
            (nil, nil, "", "../../pledg/lead/"),
            ("https://pay.example/shop", nil, "/shop", "https://pay.example/shop/pledg/lead/"),
            ("https://pay.example/a", "https://pay.example/b", "/b", "https://pay.example/a/pledg/lead/"),
            ("http://pay.example", "https://pix.example", nil, "http://pay.example/pledg/lead/"),
        ]
        for row in rows {
            var environment: [String: String] = [:]
            environment["PLEDG_PUBLIC_URL"] = row.pledg
            environment["PIX_PUBLIC_URL"] = row.pix
            try await with(environment) { scene in
                let begun = try await scene.begin()
                #expect(begun.status == (row.pix == nil ? 303 : 200), "\(begun.text)")
                guard let prefix = row.path else {
                    #expect(begun.header("set-cookie") == nil)
                    return
                }
                let (cookie, path) = try parts(begun)
                #expect(path.hasPrefix(prefix + "/payments/pix/"))
                let page = try await scene.page(String(path.dropFirst(prefix.count)), cookie)
                #expect(page.text.contains("href=\"\(row.link)\(scene.token)?lang=en\""))
            }
        }
    }
}
