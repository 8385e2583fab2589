import NIOHTTP1
import Payments
import Pledg
import PledgSupport
import Specification
import TestSupport
import Testing

@testable import Server

@Suite("The leader's page")
struct PledgLeaderPageTests {
    /// Numbers of the members form, the leader's first.
    private func members(
        _ client: GroupClient, _ path: String, _ split: String, _ emails: [String], _ numbers: [String] = [],
        do action: String = "save", language: String = "en"
    ) async throws -> GroupClient.Reply {
        try await client.submit(
            path, "members",
            [("split", split)] + emails.map { ("email", $0) } + numbers.map { ("number", $0) } + [("do", action)],
            language: language)
    }

    private func amounts(_ host: GroupHost, _ view: PledgPurchaseView) async throws -> [Int64] {
        try await host.leader(view).members.map(\.amount.minor)
    }

    @Test("shows what is bought, what it costs and until when, and what came from outside stays text")
    func draft() async throws {
        try await GroupHost.with { host in
            let view = try await host.purchase(amount: 123_456_789, title: "Tent <b>&\"two\"</b>")
            let page = try await GroupClient(host).open(host.leaderPath(view))
            #expect(page.status == 200)
            #expect(page.heading == "Split this payment")
            #expect(page.text.contains("1,234,567.89\u{A0}EUR"))
            #expect(page.text.contains("Tent &lt;b&gt;&amp;&quot;two&quot;&lt;/b&gt;"))
            #expect(!page.text.contains("<b>"))
            // 48 hours, by the server's clock, with its zone.
            #expect(page.text.contains("2026-11-23 00:00 (UTC)"))
            #expect(page.text.contains("<strong>48\u{A0}h</strong>"))
            #expect(page.text.contains("Pay 1,234,567.89\u{A0}EUR with Alpha Pay"))
            // Where no page leads nobody is led.
            #expect(!page.text.contains("gamma"))
            #expect(page.text.contains("https://shop.example/basket"))
        }
    }

    @Test("divides equally, by parts and by amounts")
    func splits() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase(amount: 10_000))
            let path = host.leaderPath(view)
            let saved = try await members(client, path, "equal", ["ann@example.com", "", "bob@example.com"])
            #expect(saved.status == 303)
            #expect(saved.header("location") == "../\(view.pageToken)?lang=en&said=members")
            #expect(try await amounts(host, view) == [3_334, 3_333, 3_333])
            _ = try await members(
                client, path, "weighted", ["ann@example.com", "bob@example.com"], ["2", "1", ""])
            #expect(try await amounts(host, view) == [5_000, 2_500, 2_500])
            _ = try await members(
                client, path, "custom", ["ann@example.com", "bob@example.com"], ["0", "99,50", "0.50"])
            #expect(try await amounts(host, view) == [0, 9_950, 50])
            let page = try await client.open(path + "?said=members")
            #expect(page.text.contains("The shares are saved."))
            #expect(page.text.contains(#"value="custom" checked"#))
            #expect(page.text.contains(#"value="99.50""#))
        }
    }

    @Test(
        "says by how much amounts do not fit, and keeps what was written",
        arguments: [("20", "40", "20", "less", "10.00"), ("50", "40", "20", "more", "20.00")])
    func mismatch(_ own: String, _ ann: String, _ bob: String, _ word: String, _ difference: String) async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            let path = host.leaderPath(view)
            let refused = try await members(
                client, path, "custom", ["ann@example.com", "bob@example.com"], [own, ann, bob])
            #expect(refused.status == 422)
            #expect(refused.error.contains("The shares are \(difference)\u{A0}EUR \(word) than the total"))
            #expect(refused.text.contains(#"value="ann@example.com""#))
            #expect(refused.text.contains(#"value="\#(ann)""#))
            #expect(try await host.leader(view).members.count == 1)
        }
    }

    @Test(
        "says which address is wrong and why",
        arguments: [
            (["ann@example.com", "bob"], 2, "must have one @"), (["ann@x"], 1, "must be a domain"),
            (["ann@example.com", "ANN@example.com"], 2, "ANN@example.com” is there twice"),
            ([" LEA@Example.com "], 1, "LEA@Example.com” is there twice, or it is your own"),
            (["b\r\nBcc: c@example.com"], 1, "invisible"), (["a b@example.com"], 1, "spaces"),
            (["é@example.com"], 1, "before the @"),
            ([String(repeating: "x", count: 70) + "@example.com"], 1, "before the @"),
        ])
    func wrongAddress(_ emails: [String], _ line: Int, _ words: String) async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            let refused = try await members(client, host.leaderPath(view), "equal", emails)
            #expect(refused.status == 422)
            #expect(refused.error.contains(words), "\(refused.error)")
            let wrong = refused.text.split(separator: "<input ").first { $0.contains("aria-invalid=") }
            #expect(wrong?.hasPrefix("id=\"email\(line)\"") == true)
            #expect(try await host.leader(view).members.count == 1)
        }
    }

    @Test("refuses numbers that are none, shares below the least, and too many")
    func wrongNumbers() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            let path = host.leaderPath(view)
            let word = try await members(client, path, "custom", ["ann@example.com"], ["10", "1,234"])
            #expect(word.error.contains("“1,234” is no number"))
            let weight = try await members(client, path, "weighted", ["ann@example.com"], ["1", "-1"])
            #expect(weight.error.contains("“-1” is no number"))
            let none = try await members(client, path, "weighted", ["ann@example.com"], ["0", "0"])
            #expect(none.error.contains("not all 0"))
            let small = try await members(client, path, "custom", ["ann@example.com"], ["89.90", "0.10"])
            #expect(small.error.contains("A share would be 0.10\u{A0}EUR; the least is 0.50\u{A0}EUR"))
            let many = (1...15).map { "m\($0)@example.com" }
            #expect(try await members(client, path, "equal", many).status == 303)
            #expect(try await host.leader(view).members.count == 16)
            let more = try await members(client, path, "equal", many + ["m16@example.com"])
            #expect(more.error.contains("A group has 16 members at most"))
            #expect(try await host.leader(view).members.count == 16)
        }
    }

    @Test("more lines are only shown")
    func more() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            let page = try await members(
                client, host.leaderPath(view), "custom", ["ann@example.com", "x", "", ""], ["1"], do: "more")
            #expect(page.status == 200)
            #expect(page.error.isEmpty)
            #expect(page.text.contains("id=\"email8\""))
            #expect(!page.text.contains("id=\"email9\""))
            #expect(page.text.contains(#"value="ann@example.com""#))
            #expect(try await host.leader(view).members.count == 1)
        }
    }

    @Test("says before he pays what becomes of his money, and which gateway gives nothing back")
    func terms() async throws {
        for (setting, words) in [
            (PledgConfiguration.OnFailure.leaderCovers, "the order stays paid by you"),
            (.refundAll, "the order is cancelled"),
        ] {
            try await GroupHost.with(onFailure: setting) { host in
                let (client, view) = (GroupClient(host), try await host.purchase())
                let path = host.leaderPath(view)
                let alone = try await client.open(path)
                #expect(alone.text.contains("You pay alone."))
                #expect(!alone.text.contains(words))
                _ = try await members(client, path, "equal", ["ann@example.com", "bob@example.com"])
                let page = try await client.open(path)
                #expect(page.text.contains("You pay the whole 90.00\u{A0}EUR now."))
                #expect(page.text.contains("60.00\u{A0}EUR if everybody pays"))
                #expect(page.text.contains(words))
                #expect(page.text.contains("Beta Bank: what your friends pay does not come back by itself"))
                #expect(!page.text.contains("Alpha Pay: what"))
            }
        }
    }

    @Test("pays: led to the gateway, back to it while it is under way, away from it, and then the group pays")
    func pays() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            let path = host.leaderPath(view)
            _ = try await members(client, path, "equal", ["ann@example.com"])
            let go = try await client.submit(path, "pay", [("gateway", "alpha")])
            #expect(go.status == 303)
            #expect(go.header("location") == "../../../gate/alpha-1")
            let waiting = try await client.open(path)
            #expect(waiting.text.contains("A payment is under way"))
            #expect(waiting.text.contains(#"http-equiv="refresh" content="10""#))
            #expect(waiting.text.contains(#"href="../../gate/alpha-1""#))
            #expect(!waiting.text.contains("id=\"members\""))
            // Another tab.
            let twice = try await client.post(path, "pay", [("seal", waiting.seal), ("gateway", "alpha")])
            #expect(twice.status == 409)
            #expect(twice.error.contains("under way"))
            // What stands on an answer to a form is one level deeper.
            #expect(twice.text.contains(#"href="../../../gate/alpha-1""#))
            #expect(try await client.post(path, "again", [("seal", waiting.seal)]).status == 303)
            #expect(try await client.open(path).text.contains("Pay 90.00"))
            let other = try await client.submit(path, "pay", [("gateway", "beta")])
            #expect(other.status == 200)
            #expect(other.text.contains("http-equiv=\"refresh\" content=\"0;url=\(host.url)/gate/beta-2\""))
            #expect(other.text.contains("href=\"\(host.url)/gate/beta-2\""))
            let paid = try await client.send(.POST, "/gate/beta-2/pay")
            let back = try #require(paid.header("location"))
            #expect(back.hasPrefix("\(host.url)/pledg/back/"))
            // The browser in which he began is led to his page; no other is.
            let cookie = try #require(other.header("set-cookie"))
            let backPath = back.dropFirst(host.url.count).prefix { $0 != "?" }
            #expect(cookie.contains("; Path=\(backPath);") && cookie.contains("HttpOnly"))
            let own = try await client.send(
                .GET, String(backPath), headers: [("cookie", String(cookie.prefix { $0 != ";" }))])
            #expect(own.status == 303)
            #expect(own.header("location") == "../../pledg/lead/\(view.pageToken)?lang=en")
            let arrived = try await client.open(String(back.dropFirst(host.url.count)))
            #expect(arrived.heading == "Your payment is here")
            #expect(arrived.text.contains("open your group’s page"))
            #expect(!arrived.text.contains(view.pageToken))
            let page = try await client.open(path)
            #expect(page.heading == "Your group is paying")
            #expect(page.text.contains("Paid: 0.00\u{A0}EUR of 45.00\u{A0}EUR"))
            #expect(page.text.contains("Friends who have paid: 0 of 1"))
            #expect(page.text.contains("2026-11-23 00:00 (UTC)"))
        }
    }

    @Test("friends who were typed and not saved are not lost when he presses Pay: he sees their shares first")
    func unsaved() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            let path = host.leaderPath(view)
            let page = try await client.open(path)
            // The buttons that pay send what stands in the form of the names.
            let button = try #require(page.text.split(separator: "<button ").first { $0.contains("value=\"alpha\"") })
            #expect(button.contains("form=\"members\""))
            #expect(button.contains("formaction=\"\(view.pageToken)/pay?lang=en\""))
            var typed = [("split", "equal"), ("number", ""), ("email", "ann@example.com"), ("number", "")]
            let answer = try await client.submit(path, "pay", typed + [("gateway", "alpha")])
            #expect(answer.header("location") == "../\(view.pageToken)?lang=en&said=to_pay")
            let saved = try await client.open("\(path)?lang=en&said=to_pay")
            #expect(saved.text.contains("The shares are saved. Look at them, then pay."))
            #expect(saved.text.contains("You pay the whole 90.00\u{A0}EUR now."))
            #expect(try await amounts(host, view) == [4_500, 4_500])
            #expect(try await host.shop.number("SELECT count(*) FROM pledg_attempts") == 0)
            typed[2].1 = "ann@"
            let wrong = try await client.submit(path, "pay", typed + [("gateway", "alpha")])
            #expect(wrong.status == 422)
            #expect(wrong.text.contains(#"value="ann@""#))
            #expect(try await host.shop.number("SELECT count(*) FROM pledg_attempts") == 0)
            typed[2].1 = "ann@example.com"
            let gone = [("split", "equal"), ("number", "")]
            #expect(try await client.submit(path, "pay", typed + [("gateway", "alpha")]).status == 303)
            #expect(try await host.shop.number("SELECT count(*) FROM pledg_attempts") == 1)
            // Two lines of which one was emptied: he pays alone, and sees that, too.
            let other = try await host.purchase("ORD-2")
            _ = try await members(client, host.leaderPath(other), "equal", ["ann@example.com"])
            _ = try await client.submit(
                host.leaderPath(other), "pay", gone + [("email", ""), ("number", ""), ("gateway", "alpha")])
            #expect(try await client.open(host.leaderPath(other)).text.contains("You pay alone."))
            #expect(try await client.submit(host.leaderPath(other), "pay", [("gateway", "alpha")]).status == 303)
        }
    }

    @Test("a gateway that does not take it is told of, and another can be chosen")
    func refused() async throws {
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            host.setGatewaysDown(true)
            let refused = try await client.submit(host.leaderPath(view), "pay", [("gateway", "alpha")])
            #expect(refused.status == 422)
            #expect(refused.error.contains("could not be begun"))
            #expect(refused.text.contains("with Beta Bank"))
            for unknown in ["gamma", "payme", ""] {
                let answer = try await client.submit(host.leaderPath(view), "pay", [("gateway", unknown)])
                #expect(answer.error.contains("Choose another"))
            }
        }
    }

    @Test("replaces a member: the old link is dead; moves a share; pays the rest, if he says that he is sure")
    func changes() async throws {
        try await GroupHost.with { host in
            let client = GroupClient(host)
            let view = try await host.collecting(["ann", "bob", "cid"])
            let (path, old) = (host.leaderPath(view), try await host.sharePath("bob", view))
            let ids = try await host.leader(view).members.map(\.id)
            let wrong = try await client.submit(path, "replace", [("share", ids[2]), ("email", "bob@")])
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("<details open>"))
            #expect(wrong.text.contains(#"value="bob@""#))
            #expect(try await client.open(old).status == 200)
            let done = try await client.submit(path, "replace", [("share", ids[2]), ("email", "rob@example.com")])
            #expect(done.header("location") == "../\(view.pageToken)?lang=en&said=replaced")
            #expect(try await client.open(old).status == 404)
            let rob = try #require(try await host.leader(view).members.first { $0.email == "rob@example.com" }).id
            // Ten of Rob's 22.50 to Cid, then the rest to the leader.
            let part = try await client.submit(path, "move", [("share", rob), ("to", ids[3]), ("amount", "10,00")])
            #expect(part.status == 303)
            #expect(try await amounts(host, view) == [2_250, 2_250, 1_250, 3_250])
            let number = try await client.submit(path, "move", [("share", rob), ("amount", "ten")])
            #expect(number.error.contains("“ten” is no number"))
            _ = try await client.submit(path, "move", [("share", rob)])
            #expect(try await amounts(host, view) == [3_500, 2_250, 3_250])
            #expect(try await client.submit(path, "move", [("share", rob)]).error.contains("not there any more"))
            try await host.pay("ann", view)
            let unsure = try await client.submit(path, "cover")
            #expect(unsure.status == 422)
            #expect(unsure.text.contains("Yes, I pay 32.50\u{A0}EUR for the others"))
            let covered = try await client.submit(path, "cover", [("sure", "yes")])
            #expect(covered.status == 303)
            await host.work()
            let end = try await client.open(path + "?said=covered")
            #expect(end.heading == "Everything is paid")
            #expect(end.text.contains("22.50\u{A0}EUR were given back to you."))
            #expect(end.text.contains("https://shop.example/thanks"))
            #expect(!end.text.contains("<form"))
        }
    }

    @Test("what is over says how it ended, and nothing can be sent any more")
    func ends() async throws {
        for (setting, words) in [
            (PledgConfiguration.OnFailure.leaderCovers, "The order stays paid by you"),
            (.refundAll, "everybody gets all money back"),
        ] {
            try await GroupHost.with(onFailure: setting) { host in
                let (client, view) = (GroupClient(host), try await host.collecting())
                let path = host.leaderPath(view)
                let seal = try await client.open(path).seal
                try await host.pay("ann", view)
                host.clock.advance(hours: 48)
                let closing = try await client.open(path)
                #expect(closing.heading == "The payment is being completed")
                #expect(!closing.text.contains("<form"))
                await host.work()
                let end = try await client.open(path)
                #expect(end.heading == "The group payment has failed")
                #expect(end.text.contains(words))
                #expect(end.text.contains("https://shop.example/basket"))
                // Where everybody has his money back nobody is blamed.
                #expect(end.text.contains("not paid") == (setting == .leaderCovers))
                let late = try await client.post(path, "cover", [("seal", seal), ("sure", "yes")])
                // The seal is as old as the purchase: both say no.
                #expect(late.status == 409 || late.status == 403)
                #expect(try await host.leader(view).phase == .failed)
            }
        }
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.purchase())
            await host.advance(hours: 48)
            #expect(try await client.open(host.leaderPath(view)).text.contains("It was not paid in time."))
            let other = try await host.purchase("ORD-2")
            _ = try await host.gateway.cancel(other.id, actor: "merchant").get()
            #expect(try await client.open(host.leaderPath(other)).text.contains("The shop has cancelled"))
        }
        // His own payment is gone, and it is nobody else's fault.
        try await GroupHost.with { host in
            let (client, view) = (GroupClient(host), try await host.collecting())
            let key = TransactionKey(gateway: "alpha", cashbox: "", externalID: "alpha-1")
            _ = try await host.service.cancel(key, reason: 5).get()
            let page = try await client.open(host.leaderPath(view))
            #expect(page.heading == "The group payment has failed")
            #expect(page.text.contains("Your own payment could not be completed."))
        }
    }
}
