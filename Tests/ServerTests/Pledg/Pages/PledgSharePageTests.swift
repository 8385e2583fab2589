import NIOHTTP1
import Payments
import Pledg
import PledgSupport
import TestSupport
import Testing

@testable import Server

@Suite("A pledger's page")
struct PledgSharePageTests {
    @Test("shows what, how much and until when, and nobody else's address or share")
    func open() async throws {
        try await GroupHost.with { host in
            let view = try await host.collecting()
            let page = try await GroupClient(host).open(try await host.sharePath("ann", view))
            #expect(page.status == 200)
            #expect(page.heading == "Lea asks you to share a payment")
            #expect(page.text.contains("Tent"))
            #expect(page.text.contains("30.00\u{A0}EUR"))
            #expect(page.text.contains("2026-11-23 00:00 (UTC)"))
            #expect(page.text.contains("Pay 30.00\u{A0}EUR with Alpha Pay"))
            #expect(page.text.contains("with Beta Bank"))
            for secret in ["bob@", "lea@", "ann@", "90.00", view.id, view.pageToken] {
                #expect(!page.text.contains(secret), "\(secret)")
            }
        }
    }

    @Test("pays, and sees it at once")
    func pays() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let path = try await host.sharePath("ann", view)
            let go = try await client.submit(path, "pay", [("gateway", "alpha"), ("payer", "")])
            #expect(go.header("location") == "../../../gate/alpha-2")
            #expect(try await client.open(path).text.contains("A payment is under way"))
            _ = try await client.send(.POST, "/gate/alpha-2/pay")
            let page = try await client.open(path)
            #expect(page.heading == "Thank you, your share is paid")
            #expect(!page.text.contains("<form"))
            let again = try await client.post(path, "pay", [("seal", go.seal), ("gateway", "alpha")])
            #expect(again.status == 403)
            try await host.pay("bob", view)
            await host.work()
            let end = try await client.open(path)
            #expect(end.heading == "Your share is paid")
            // After the end nothing of it is shown any more.
            for gone in ["Lea", "Tent", "30.00"] { #expect(!end.text.contains(gone), "\(gone)") }
        }
    }

    @Test("a payment that is refused leaves the share open")
    func refused() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let path = try await host.sharePath("ann", view)
            _ = try await client.submit(path, "pay", [("gateway", "alpha")])
            let answer = try await client.send(.POST, "/gate/alpha-2/refuse")
            let back = try #require(answer.header("location"))
            #expect(back.hasPrefix("\(host.url)/pledg/back/"))
            #expect(!back.contains(path.split(separator: "/")[2]))
            let arrived = try await client.open(String(back.dropFirst(host.url.count)))
            #expect(arrived.heading == "The payment did not come about")
            #expect(arrived.text.contains("by the link in your e-mail"))
            #expect(try await client.open(path).text.contains("Pay 30.00"))
        }
    }

    @Test("somebody else pays: his address is checked, and he hears if the money goes back")
    func payer() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let path = try await host.sharePath("ann", view)
            let wrong = try await client.submit(path, "pay", [("gateway", "alpha"), ("payer", "x@y")])
            #expect(wrong.status == 422)
            #expect(wrong.error.contains("must be a domain"))
            #expect(wrong.text.contains(#"value="x@y""#))
            let go = try await client.submit(path, "pay", [("gateway", "alpha"), ("payer", "zoe@example.com")])
            #expect(go.status == 303)
            let stored = try await host.shop.rows(
                "SELECT payer_email FROM pledg_shares WHERE email = 'ann@example.com'", columns: 1)
            #expect(stored == ["zoe@example.com"])
        }
    }

    @Test("declines, may pay all the same, and is reminded no more if he says so")
    func declines() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let path = try await host.sharePath("ann", view)
            #expect(try await client.submit(path, "decline").header("location")?.hasSuffix("said=declined") == true)
            let page = try await client.open(path)
            #expect(page.text.contains("You have said that you will not pay."))
            #expect(page.text.contains("Pay 30.00"))
            #expect(!page.text.contains("/decline"))
            #expect(try await client.open(host.leaderPath(view)).text.contains("will not pay"))
            #expect(try await client.submit(path, "mute").header("location")?.hasSuffix("said=muted") == true)
            #expect(
                try await host.shop.number("SELECT count(*) FROM pledg_shares WHERE muted_at IS NOT NULL") == 1)
        }
    }

    @Test("where no e-mails are sent, none are promised")
    func quiet() async throws {
        try await GroupHost.with(mailer: nil) { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let draft = try await host.purchase("ORD-2")
            #expect(try await client.open(host.leaderPath(draft)).text.contains("the shop sends each his link"))
            let leader = try await client.open(host.leaderPath(view))
            #expect(leader.text.contains("the shop sends the new one"))
            let path = try await host.sharePath("ann", view)
            let page = try await client.open(path)
            #expect(page.text.contains("this page says what becomes of your money"))
            try await host.pay("ann", view)
            let paid = try await client.open(path)
            #expect(paid.text.contains("This page will say how it ended."))
            for text in [page.text, paid.text] {
                for word in ["by e-mail", "eminder", "id=\"payer\""] { #expect(!text.contains(word), "\(word)") }
            }
        }
    }

    @Test("is told before he pays, and after it failed, that the shop gives his money back where the gateway does not")
    func byHand() async throws {
        try await GroupHost.with(onFailure: .refundAll) { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let ann = try await host.sharePath("ann", view)
            let page = try await client.open(ann)
            #expect(page.text.contains("Beta Bank: if the money goes back, it is the shop that gives it back to you."))
            #expect(!page.text.contains("Alpha Pay: if"))
            _ = try await client.submit(ann, "pay", [("gateway", "beta")])
            _ = try await client.send(.POST, "/gate/beta-2/pay")
            await host.advance(hours: 48)
            let end = try await client.open(ann)
            #expect(end.heading == "The shop gives your money back to you")
            #expect(!end.text.contains("the way that it was paid"))
            let movement = try await host.shop.rows(
                "SELECT id FROM pledg_movements WHERE state = 'operator'", columns: 1)[0]
            _ = try await host.gateway.settleByHand(movement, of: view.id, actor: "merchant")
            #expect(try await client.open(ann).heading == "Your money goes back to you")
        }
    }

    @Test("sees how it ended for him: paid, not paid, given back, paid by the leader")
    func endings() async throws {
        for (setting, paid) in [
            (PledgConfiguration.OnFailure.leaderCovers, "Your share is paid"),
            (.refundAll, "Your money goes back to you"),
        ] {
            try await GroupHost.with(onFailure: setting) { host in
                let (client, view) = (GroupClient(host), try await host.collecting())
                let (ann, bob) = (try await host.sharePath("ann", view), try await host.sharePath("bob", view))
                try await host.pay("ann", view)
                host.clock.advance(milliseconds: 48 * 3_600_000 - 1)
                #expect(try await client.open(bob).text.contains("Pay 30.00"))
                host.clock.advance(milliseconds: 1)
                // Nobody knows yet; nobody begins any more.
                let closing = try await client.open(bob)
                #expect(closing.heading == "The time is up")
                #expect(closing.text.contains("http-equiv=\"refresh\""))
                #expect(!closing.text.contains("<form"))
                await host.work()
                #expect(try await client.open(ann).heading == paid)
                let end = try await client.open(bob)
                #expect(end.text.contains("Nothing was charged."))
                #expect(!end.text.contains("http-equiv=\"refresh\""))
            }
        }
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let ann = try await host.sharePath("ann", view)
            try await host.gateway.coverRest(view.pageToken).get()
            #expect(try await client.open(ann).heading == "Your share was paid for you")
        }
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting(["ann"]))
            let ann = try await host.sharePath("ann", view)
            try await host.pay("ann", view)
            await host.work()
            #expect(try await client.open(ann).heading == "Your share is paid")
            _ = try await host.gateway.refund(view.id, key: "r", actor: "merchant").get()
            await host.work()
            #expect(try await client.open(ann).heading == "Your money goes back to you")
        }
    }
    @Test(
        "sees that the shop cancelled, or that the leader's payment failed: his time was not up",
        arguments: [true, false])
    func notTime(isCancelled: Bool) async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let (ann, bob) = (try await host.sharePath("ann", view), try await host.sharePath("bob", view))
            try await host.pay("ann", view)
            let seal = try await client.open(bob).seal
            if isCancelled {
                _ = try await host.gateway.cancel(view.id, actor: "shop").get()
            } else {
                try await host.shop.execute(
                    "UPDATE pledg_purchases SET phase = 'failed', reason = 'holdLost', ended_at = 1")
            }
            await host.work()
            let end = try await client.open(bob)
            #expect(
                end.heading == (isCancelled ? "The shop has cancelled this purchase" : "The group payment has failed"))
            #expect(end.text.contains("othing was charged."))
            #expect(!end.text.contains("The time is up"))
            // Reminders that there are none of are not muted.
            let late = try await client.post(bob, "mute", [("seal", seal)])
            #expect(late.status == 409)
            #expect(late.error.contains("cannot be changed any more"))
            guard isCancelled else { return }
            let back = try await client.open(ann)
            #expect(back.heading == "The shop has cancelled this purchase")
            #expect(back.text.contains("Your money goes back to you"))
        }
    }
}
