import Foundation
import NIOHTTP1
import Payments
import Pledg
import Storage
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("What a shop hears of a group's purchase")
struct PledgNewsTests {
    private func data(_ scene: PledgScene, _ type: String) throws -> JSONValue {
        let letter = try #require(scene.shop.letters.first { $0.type == type })
        return try JSONValue(parsing: letter.body)
    }

    @Test("each event once, with the links while no e-mail is sent, although the shop was down for an hour")
    func told() async throws {
        try await PledgScene.with { scene in
            await scene.shop.goDown()
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            scene.clock.advance(milliseconds: PledgScene.hour)
            try await scene.shop.comeBack()
            let isFunded = try await scene.comes {
                scene.clock.advance(milliseconds: 60_000)
                return scene.events().count == 2
            }
            #expect(isFunded)
            let funded = try data(scene, "purchase.funded")
            let at = try #require(try await scene.show(purchase)["funded_at"]?.integerValue)
            #expect(funded["timestamp"]?.stringValue == RFC3339.text(at))
            let told = try #require(funded["data"]?["purchase"])
            #expect(told["id"]?.stringValue == purchase.id)
            #expect(told["state"] == "INITIALIZED")
            #expect(told["reference"] == "ORD-1")
            #expect(told["amount"] == ["value": "9000.00", "currency": "UZS"])
            #expect(told["pledger_emails"] == ["ann@example.com", "bob@example.com"])
            let links = try #require(told["links"]?.arrayValue)
            let roles = links.map { "\($0["role"]?.stringValue ?? "") \($0["email"]?.stringValue ?? "")" }
            #expect(
                roles == ["leader leader@example.com", "pledger ann@example.com", "pledger bob@example.com"])
            let token = try await scene.token("ann", purchase)
            #expect(links[1]["url"]?.stringValue == "https://pay.example/pledg/share/\(token)")
            // Whoever lists deliveries sees no link.
            let deliveries = try await scene.call(.GET, "/deliveries")
            #expect(deliveries.status == 200)
            #expect(!deliveries.text.contains(token))
            #expect(!deliveries.text.contains(purchase.token))

            for name in ["ann", "bob"] { try await scene.pay(name, purchase) }
            let isTold = try await scene.comes {
                scene.clock.advance(milliseconds: 60_000)
                return scene.events().count == 3
            }
            #expect(isTold)
            #expect(scene.events() == ["purchase.initialized", "purchase.funded", "purchase.successfull"])
            let ended = try data(scene, "purchase.successfull")["data"]?["purchase"]
            #expect(ended?["state"] == "SUCCESSFULL")
            #expect(ended?["links"] == nil)
            let ids = scene.shop.letters.map(\.id)
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test("links are told anew for a member who took another's place, and the old link is dead")
    func replaced() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase)
            let old = try await scene.token("ann", purchase)
            let leader = try #require(try await scene.gateway.leaderView(purchase.token))
            let ann = try #require(leader.members.first { $0.email == "ann@example.com" })
            try await scene.gateway.replace(purchase.token, ann.id, email: "carl@example.com").get()
            let reply = try await scene.call(.GET, "/purchase/\(purchase.id)/links")
            #expect(reply.status == 200)
            #expect(reply.text.contains("carl@example.com"))
            #expect(!reply.text.contains(old))
            #expect(!reply.text.contains("amount"))
            // Nobody else tells the shop of the new link: no e-mail is sent.
            let isTold = try await scene.comes { scene.events().count == 3 }
            #expect(isTold)
            #expect(scene.events() == ["purchase.initialized", "purchase.funded", "purchase.funded"])
            let letters = scene.shop.letters.filter { $0.type == "purchase.funded" }
            #expect(letters[0].id != letters[1].id)
            let new = try await scene.token("carl", purchase)
            #expect(String(decoding: letters[1].body, as: UTF8.self).contains("/pledg/share/\(new)"))
            // And once more, for another.
            let bob = try #require(leader.members.first { $0.email == "bob@example.com" })
            try await scene.gateway.replace(purchase.token, bob.id, email: "dora@example.com").get()
            let isToldAgain = try await scene.comes { scene.events().count == 4 }
            #expect(isToldAgain)
            #expect(Set(scene.shop.letters.map(\.id)).count == scene.shop.letters.count)
        }
    }

    @Test("shares are nobody's business: no event and no list has one, however their payments go")
    func hidden() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made("ORD-1", #","on_failure":"refund_all""#)
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase)
            try await scene.pay("bob", purchase, by: "yookassa")
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isTold = try await scene.comes { scene.events().count == 3 }
            #expect(isTold)
            let orders = Set(scene.shop.letters.map(\.order))
            #expect(orders == ["ORD-1"])
            let types = scene.shop.letters.map(\.type).filter { !$0.hasPrefix("purchase.") }
            #expect(types == ["transaction.created", "transaction.performed", "order.paid"])
            let queued = try await scene.number(
                "SELECT count(*) FROM outbox o WHERE o.order_id LIKE 'pledg-%' AND '' <> $1", purchase)
            #expect(queued == 0)
            for path in ["/transactions", "/transactions?limit=1", "/orders", "/orders?limit=1", "/deliveries"] {
                let list = try await scene.call(.GET, path)
                #expect(list.status == 200)
                #expect(!list.text.contains("pledg-"), "\(path)")
                #expect(!list.text.contains("3000.00"), "\(path)")
            }
            let listed = try await scene.call(.GET, "/transactions").json["items"]?.arrayValue ?? []
            #expect(listed.map { $0["gateway"] } == ["pledg"])
            let mine = try await scene.call(.GET, "/orders").json["items"]?.arrayValue ?? []
            #expect(mine.map { $0["id"] } == ["ORD-1"])
            let hidden = try await scene.running.server.store.engine.read(.scan) { sql in
                try sql.all("SELECT id, order_id FROM transactions WHERE order_id LIKE 'pledg-%'", []) {
                    (id: $0.integer(0) ?? 0, order: $0.text(1) ?? "")
                }
            }
            #expect(hidden.count == 3)
            for (id, order) in hidden {
                #expect(try await scene.call(.GET, "/transactions/\(id)").status == 404)
                #expect(try await scene.call(.GET, "/orders/\(order)").status == 404)
                let none = try await scene.call(.GET, "/transactions?order_id=\(order)")
                #expect(none.json["items"] == [])
            }
            // What the operator asks on the machine itself sees all.
            let all = try await scene.running.server.store.engine.read(.scan) { sql in
                try SQLPaymentSession(sql: sql).transactions(TransactionFilter(), before: nil, limit: 10)
            }
            #expect(all.count == 4)
        }
    }

    @Test("a server that was stopped in the middle goes on: what is overdue is closed before it takes calls")
    func restarted() async throws {
        try await PledgScene.world { world in
            var purchase: PledgScene.Purchase?
            try await world.running { scene in
                let made = try await scene.made()
                try await scene.advance(made, by: "yookassa")
                try await scene.pay("ann", made)
                let isTold = try await scene.comes { scene.events().count == 2 }
                #expect(isTold)
                purchase = made
            }
            let made = try #require(purchase)
            world.clock.advance(milliseconds: 49 * PledgScene.hour)
            try await world.running { scene in
                // The first thing that anybody hears.
                #expect(try await scene.line(made) == "FAILED 0.00 unpaid")
                let isTaken = try await scene.comes { try await scene.kept(made) == 900_000 }
                #expect(isTaken)
                let isTold = try await scene.comes { scene.events().count == 3 }
                #expect(isTold)
                #expect(scene.events() == ["purchase.initialized", "purchase.funded", "purchase.failed"])
                // The leader's link is what it was.
                #expect(try await scene.gateway.leaderView(made.token) != nil)
                try await scene.expectOrder()
            }
        }
    }

    @Test("links, addresses and keys stand in no log and no metric")
    func secrets() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            var secrets = [purchase.token, PledgScene.leader, "ann@example.com", scene.running.merchantKey]
            for name in ["ann", "bob"] {
                secrets.append(try await scene.token(name, purchase))
                try await scene.pay(name, purchase)
            }
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            _ = try await scene.web.get("/pledg/lead/\(purchase.token)")
            _ = try await scene.call(.POST, "/purchase", "{")
            let isTold = try await scene.comes { scene.events().count == 3 }
            #expect(isTold)
            let secret = try scene.gateway.configuration.linkSecret
            secrets.append(Data(secret).base64EncodedString())
            let metrics = try await scene.web.get("/metrics").text
            #expect(metrics.contains("tiyin_pledg_purchases_open 0"))
            #expect(scene.book.lines.count > 3)
            for secret in secrets {
                #expect(scene.book.lines.first { $0.contains(secret) } == nil, "\(secret)")
                #expect(!metrics.contains(secret))
            }
            // Nor in the database: a copy of it opens nothing.
            let rows = try await scene.running.server.store.engine.read(.scan) { sql in
                try sql.all("SELECT hash || ' ' || nonce FROM pledg_links", []) { $0.text(0) ?? "" }
            }
            #expect(rows.count == 3)
            #expect(!rows.contains { $0.contains(purchase.token) })
        }
    }
}
