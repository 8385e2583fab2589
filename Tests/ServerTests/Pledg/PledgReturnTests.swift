import Foundation
import NIOHTTP1
import Payments
import Pledg
import Sandbox
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("A payer comes back from a gateway")
struct PledgReturnTests {
    private static let environment = [
        "CLICK_SERVICE_ID": "31", "CLICK_MERCHANT_ID": "46", "CLICK_SECRET_KEY": "a-secret-key",
        "PLEDG_MONEY_MODEL": "charge",
    ]

    /// Presses "Pay" on a page.
    private func pay(_ scene: PledgScene, _ path: String, _ gateway: String) async throws -> PixShop.Reply {
        let page = try await scene.web.get(path + "?lang=en")
        let start = try #require(page.text.range(of: #"name="seal" value=""#)?.upperBound, "\(page.text)")
        let seal = page.text[start...].prefix { $0 != "\"" }
        scene.clock.advance(milliseconds: 1_100)
        return try await scene.web.send(
            .POST, "\(path)/pay?lang=en", "seal=\(seal)&gateway=\(gateway)",
            headers: [("content-type", "application/x-www-form-urlencoded")])
    }

    /// Where the page leads to.
    private func link(_ page: PixShop.Reply) throws -> String {
        let start = try #require(page.text.range(of: #"<a id="go" class="button primary" href=""#)?.upperBound)
        return String(page.text[start...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
    }

    private func path(_ url: String?) throws -> String {
        let url = try #require(url)
        let origin = "https://pay.example"
        try #require(url.hasPrefix(origin + "/pledg/back/"), "\(url)")
        return String(url.dropFirst(origin.count))
    }

    /// Every row of every table, bytes too.
    private func everything(_ scene: PledgScene) async throws -> String {
        try await scene.running.server.store.engine.read(.scan) { sql in
            let tables = try sql.all(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'", []
            ) { $0.text(0) ?? "" }
            return try tables.flatMap { table in
                let columns = try sql.all("SELECT name FROM pragma_table_info('\(table)')", []) { $0.text(0) ?? "" }
                let row = columns.map { "coalesce(CAST(\"\($0)\" AS TEXT), '')" }.joined(separator: " || ' ' || ")
                return try sql.all("SELECT \(row) FROM \"\(table)\"", []) { "\(table) \($0.text(0) ?? "")" }
            }.joined(separator: "\n")
        }
    }

    @Test("no link of a member is in the database, nor with a gateway, after everybody has paid on his page")
    func tokens() async throws {
        try await PledgScene.with(Self.environment) { scene in
            let asked = Mutex("")
            scene.yookassa.observe { exchange in asked.withLock { $0 += "\(exchange)\n" } }
            let purchase = try await scene.made()
            var links: [String] = []
            links.append(try link(try await pay(scene, "/pledg/lead/\(purchase.token)", "yookassa")))
            let advance = try #require(scene.yookassa.payments.last)
            _ = try path(advance.returnURL)
            try scene.yookassa.pay(advance.id, by: .card("5555555555554444"))
            await scene.yookassa.deliverDue()
            let isFunded = try await scene.comes { try await scene.show(purchase)["funded_at"]?.isNull == false }
            try #require(isFunded)
            let (ann, bob) = (try await scene.token("ann", purchase), try await scene.token("bob", purchase))
            let payme = try link(try await pay(scene, "/pledg/share/\(ann)", "payme"))
            let code = try #require(Data(base64Encoded: String(payme.split(separator: "/").last ?? "")))
            links.append(String(decoding: code, as: UTF8.self))
            #expect(links[1].contains("c=https://pay.example/pledg/back/"))
            links.append(try link(try await pay(scene, "/pledg/share/\(ann)", "click")))
            #expect(links[2].contains("return_url="))
            links.append(try link(try await pay(scene, "/pledg/share/\(bob)", "yookassa")))
            let theirs = try #require(scene.yookassa.payments.first { $0.id != advance.id })
            _ = try path(theirs.returnURL)
            try scene.yookassa.pay(theirs.id, by: .card("5555555555554444"))
            await scene.yookassa.deliverDue()
            let rows = try await everything(scene)
            #expect(rows.contains("yookassa_attempts ") && rows.contains("pledg/back/"))
            let told = asked.withLock { $0 }
            #expect(told.contains("pledg/back/"))
            for secret in [purchase.token, ann, bob] {
                #expect(!rows.contains(secret))
                #expect(!told.contains(secret))
                #expect(!links.contains { $0.contains(secret) })
                #expect(!scene.yookassa.payments.contains { "\($0)".contains(secret) })
                #expect(!scene.book.lines.contains { $0.contains(secret) })
            }
        }
    }

    @Test("and reads how his payment stands, which is all that the address is good for")
    func stands() async throws {
        try await PledgScene.with(Self.environment) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            let token = try await scene.token("ann", purchase)
            _ = try await pay(scene, "/pledg/share/\(token)", "yookassa")
            let payment = try #require(scene.yookassa.payments.last)
            let back = try path(payment.returnURL)
            // Programs that read mail open the pages of its links: nobody is asked for that.
            for page in ["/pledg/share/\(token)", "/pledg/lead/\(purchase.token)"] {
                #expect(try await scene.web.get(page).status == 200)
            }
            let hastened = "SELECT count(*) FROM yookassa_payments WHERE hastened_at IS NOT NULL AND '' <> $1"
            #expect(try await scene.number(hastened, purchase) == 0)
            #expect(try await scene.web.get(back).status == 200)
            #expect(try await scene.number(hastened, purchase) == 1)
            let checking = try await scene.web.get(back)
            #expect(checking.status == 200)
            #expect(checking.text.contains("Your payment is being checked"))
            #expect(checking.text.contains("http-equiv=\"refresh\""))
            #expect(checking.text.contains("by the link that the shop sent you"))
            try scene.yookassa.pay(payment.id, by: .card("5555555555554444"))
            // Nobody tells: the payer's return has YooKassa asked.
            let isHere = try await scene.comes {
                try await scene.web.get(back).text.contains("Your payment is here")
            }
            #expect(isHere)
            let paid = try await scene.web.get(back)
            #expect(!paid.text.contains("http-equiv=\"refresh\""))
            for gone in [token, purchase.token, purchase.id, "<form", "Tent", "3,000", "ann@", "leader@"] {
                #expect(!paid.text.contains(gone), "\(gone)")
            }
            #expect(paid.headers.first(name: "referrer-policy") == "no-referrer")
            #expect(paid.headers.first(name: "cache-control") == "no-store")
            // It is no link of a member, and a member's link is none of these.
            let nonce = try #require(back.split(separator: "/").last?.prefix { $0 != "?" })
            #expect(try await scene.web.get("/pledg/share/\(nonce)").status == 404)
            #expect(try await scene.web.get("/pledg/lead/\(nonce)").status == 404)
            #expect(try await scene.web.get("/pledg/back/\(token)").status == 404)
            #expect(try await scene.web.get("/pledg/back/\(purchase.token)").status == 404)
            #expect(try await scene.web.send(.POST, "/pledg/back/\(nonce)/pay", "").status == 404)
            #expect(try await scene.web.send(.POST, "/pledg/back/\(nonce)", "").status == 405)
        }
    }

    @Test("and reads that it came to nothing, or does not count")
    func ended() async throws {
        try await PledgScene.with(Self.environment) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            let token = try await scene.token("ann", purchase)
            let start = try await scene.gateway.startShare(token, gateway: "payme").get()
            let back = "/pledg/back/\(start.returnToken)?lang=en"
            // Payme begins a payment when the payer has confirmed it.
            #expect(try await scene.web.get(back).text.contains("Your payment is being checked"))
            let id = try await scene.payme(start, performs: false)
            #expect(try await scene.web.get(back).text.contains("Your payment is being checked"))
            _ = try await scene.running.client.cancel(id)
            #expect(try await scene.web.get(back).text.contains("The payment did not come about"))
            try await scene.payme(start)
            #expect(try await scene.web.get(back).text.contains("Your payment is here"))
            // One that came twice, by another address.
            let bob = try await scene.token("bob", purchase)
            let other = try await scene.gateway.startShare(bob, gateway: "yookassa").get()
            let payment = try await scene.begin(other)
            try await scene.gateway.coverRest(purchase.token).get()
            try await scene.confirm(payment)
            let second = "/pledg/back/\(other.returnToken)?lang=en"
            let isStray = try await scene.comes {
                let text = try await scene.web.get(second).text
                return text.contains("This payment does not count") || text.contains("did not come about")
            }
            #expect(isStray)
        }
    }
}
