import Payments
import Pledg
import Specification
import TestSupport
import Testing

/// Rows 17, 18, 26 to 28 of section 9: what the leader may change, and what links show.
@Suite("The members of a group")
struct MembersTests {
    @Test("9.17 a pledger declines: the leader is told, and moves his share to himself or to another who has not paid")
    func row17() async throws {
        let group = try await Group()
        let view = try await group.collecting(members: ["ann", "bob", "cid"])
        await group.work()
        _ = group.mailbox.take()
        let bob = try await group.token("bob", view)
        for _ in 0..<2 { try await group.gateway.decline(bob).get() }
        await group.work()
        #expect(group.mailbox.take() == ["declined leader"])
        #expect(try await group.member("bob", view).hasDeclined)
        #expect(try await group.member("bob", view).state == "INITIALIZED")
        // Half of it to Cid, the rest to the leader.
        let (b, c) = (try await group.member("bob", view).id, try await group.member("cid", view).id)
        try await group.gateway.reassign(view.pageToken, b, amount: 1_000, to: c).get()
        #expect(
            try await group.shares(view)
                == ["leader SUCCESSFULL 2250", "ann INITIALIZED 2250", "bob INITIALIZED 1250", "cid INITIALIZED 3250"])
        try await group.gateway.reassign(view.pageToken, b).get()
        #expect(
            try await group.shares(view) == ["leader SUCCESSFULL 3500", "ann INITIALIZED 2250", "cid INITIALIZED 3250"])
        #expect(try await group.gateway.pledgerView(bob) == nil)
        try await group.pay("ann", view)
        let a = try await group.shop.rows(
            "SELECT id FROM pledg_shares WHERE state = 'SUCCESSFULL' AND role = 'pledger'", columns: 1)[0]
        let paid = try await group.gateway.reassign(view.pageToken, c, to: a)
        #expect(throws: PledgRefusal.paid) { try paid.get() }
        let other = try await group.gateway.reassign(view.pageToken, a, to: c)
        #expect(throws: PledgRefusal.paid) { try other.get() }
        // What Cid pays now is what his share became.
        try await group.pay("cid", view)
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.movements(view) == ["reimbursement done 5500"])
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }

    @Test("9.17 the last who has not paid is removed: everybody has paid then")
    func removed() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        try await group.pay("ann", view)
        let bob = try await group.member("bob", view).id
        let key = try await group.begin("bob", view)
        let busy = try await group.gateway.reassign(view.pageToken, bob)
        #expect(throws: PledgRefusal.underWay) { try busy.get() }
        _ = try await group.service.cancel(key, reason: 10).get()
        try await group.gateway.reassign(view.pageToken, bob).get()
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.movements(view) == ["reimbursement done 3000"])
        try await group.close()
    }

    @Test(
        "9.18 amounts and members are the leader's to choose until he pays, then unpaid shares, nothing at the end"
    )
    func row18() async throws {
        let group = try await Group()
        let view = try await group.create()
        let members = ["cid", "dan"].map { PledgMember(email: "\($0)@example.com") }
        try await group.gateway.setMembers(view.pageToken, members, .custom([1_000, 3_000, 5_000])).get()
        #expect(
            try await group.shares(view) == ["leader INITIALIZED 1000", "cid INITIALIZED 3000", "dan INITIALIZED 5000"])
        let wrong = try await group.gateway.setMembers(view.pageToken, members, .custom([1_000, 3_000, 5_001]))
        #expect(throws: PledgRefusal.split(.sum(difference: 1))) { try wrong.get() }
        let small = try await group.gateway.setMembers(view.pageToken, members, .custom([8_951, 49, 0]))
        #expect(throws: PledgRefusal.split(.tooSmall(member: 1, amount: 49, minimum: 50))) { try small.get() }
        let early = try await group.gateway.replace(
            view.pageToken, try await group.member("cid", view).id, email: "eve@example.com")
        #expect(throws: PledgRefusal.phase(.draft)) { try early.get() }
        try await group.payAdvance(view)
        let late = try await group.gateway.setMembers(view.pageToken, members, .equal)
        #expect(throws: PledgRefusal.phase(.collecting)) { try late.get() }
        let leader = try await group.gateway.reassign(view.pageToken, try await group.member("leader", view).id)
        #expect(throws: PledgRefusal.member) { try leader.get() }
        let cid = try await group.member("cid", view).id
        await group.advance(hours: 48)
        // FAILED is FAILED, against every command.
        let token = view.pageToken
        let refusals = [
            try await group.gateway.setMembers(token, members, .equal),
            try await group.gateway.coverRest(token), try await group.gateway.replace(token, cid, email: "e@x.org"),
            try await group.gateway.reassign(token, cid),
            try await group.gateway.startAdvance(token, gateway: "alpha").map { _ in },
            try await group.gateway.cancel(view.id, actor: "merchant").map { _ in },
        ]
        for refusal in refusals { #expect(throws: PledgRefusal.phase(.failed)) { try refusal.get() } }
        #expect(try await group.line(view) == "FAILED -1 0")
        try await group.close()
    }

    @Test("an address twice, the leader's own, one that is none: refused, and nothing is stored")
    func addresses() async throws {
        let group = try await Group()
        let view = try await group.create()
        for (emails, error) in [
            (["ann@example.com", "ANN@example.com"], PledgAddressError.duplicate),
            (["Leader@Example.com"], .duplicate), (["ann@example.com\r\nBcc: x@y.org"], .characters),
        ] {
            let result = try await group.gateway.setMembers(
                view.pageToken, emails.map { PledgMember(email: $0) }, .equal)
            #expect(throws: PledgRefusal.address(error)) { try result.get() }
        }
        let many = (0..<16).map { PledgMember(email: "m\($0)@example.com") }
        let result = try await group.gateway.setMembers(view.pageToken, many, .equal)
        #expect(throws: PledgRefusal.split(.members(maximum: 16))) { try result.get() }
        try await group.gateway.setMembers(view.pageToken, Array(many.prefix(15)), .equal).get()
        #expect(try await group.shares(view).count == 16)
        try await group.close()
    }

    @Test(
        "9.26 an invitation bounces: the leader is told and corrects the address; the old link is dead, time goes on"
    )
    func row26() async throws {
        let group = try await Group()
        let view = try await group.collecting(members: ["ann"])
        let old = try await group.token("ann", view)
        let deadline = try await group.look(view).expiresAt
        group.mailbox.fail(PledgMailRefused(isBounce: true), to: "ann@")
        _ = await group.gateway.advance(.mails)
        group.mailbox.fail(nil)
        await group.work()
        #expect(group.mailbox.take() == ["bounced leader"])
        #expect(group.anomalies == [.mailFailed])
        let ann = try await group.member("ann", view)
        #expect(ann.hasBounced)
        let same = try await group.gateway.replace(view.pageToken, ann.id, email: "leader@example.com")
        #expect(throws: PledgRefusal.address(.duplicate)) { try same.get() }
        try await group.gateway.replace(view.pageToken, ann.id, email: "anna@example.com").get()
        await group.work()
        #expect(group.mailbox.take() == ["invitation anna"])
        #expect(try await group.gateway.pledgerView(old) == nil)
        #expect(try await group.look(view).expiresAt == deadline)
        try await group.pay("anna", view)
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        try await group.close()
    }

    @Test("a pledger chooses among the gateways that are on, and is told when one may take too long")
    func choices() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let token = try await group.token("ann", view)
        func lastCalls() async throws -> [String] {
            try await group.gateway.pledgerView(token)?.choices.map { "\($0.gateway) \($0.isLastCall)" } ?? []
        }
        #expect(try await lastCalls() == ["alpha false", "beta false", "gamma false"])
        group.clock.now = try await group.look(view).expiresAt - Group.hour - 1
        #expect(try await lastCalls()[0] == "alpha false")
        group.clock.advance(milliseconds: 1)
        #expect(try await lastCalls() == ["alpha true", "beta false", "gamma false"])
        #expect(try await group.gateway.startShare(token, gateway: "alpha").get().isLastCall)
        let unknown = try await group.gateway.startShare(token, gateway: "delta")
        #expect(throws: PledgRefusal.noGateway) { try unknown.get() }
        // Who declined may still change his mind.
        try await group.gateway.decline(token).get()
        #expect(try await group.gateway.pledgerView(token)?.standing == .declined)
        try await group.pay("ann", view, by: "beta")
        #expect(try await group.member("ann", view).hasDeclined == false)
        let paid = try await group.gateway.decline(token)
        #expect(throws: PledgRefusal.paid) { try paid.get() }
        try await group.close()
    }

    @Test("9.27 the same person in two purchases has two links that know nothing of each other")
    func row27() async throws {
        let group = try await Group()
        let (one, two) = (try await group.collecting("ORD-1"), try await group.collecting("ORD-2", amount: 6_000))
        let (first, second) = (try await group.token("ann", one), try await group.token("ann", two))
        #expect(first != second)
        #expect(try await group.gateway.pledgerView(first)?.amount.minor == 3_000)
        #expect(try await group.gateway.pledgerView(second)?.amount.minor == 2_000)
        try await group.pay("ann", one)
        #expect(try await group.gateway.pledgerView(first)?.standing == .paid)
        #expect(try await group.gateway.pledgerView(second)?.standing == .open)
        try await group.close()
    }

    @Test("9.28 a link that somebody else has shows nothing of the others, and opening it changes nothing")
    func row28() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let token = try await group.token("ann", view)
        await group.work()
        let before = try await group.shop.rows("SELECT id, revision FROM pledg_purchases", columns: 2)
        var shown = ""
        for _ in 0..<3 { dump(try await group.gateway.pledgerView(token), to: &shown) }
        for _ in 0..<3 { _ = try await group.gateway.leaderView(view.pageToken) }
        #expect(try await group.shop.rows("SELECT id, revision FROM pledg_purchases", columns: 2) == before)
        for secret in ["ann@", "bob@", "leader@", "ORD-1", view.id] { #expect(!shown.contains(secret), "\(secret)") }
        #expect(shown.contains("l…@example.com"))
        // A pledger's link leads nothing, the leader's pays no share, and a wrong one is nobody's.
        #expect(try await group.gateway.leaderView(token) == nil)
        #expect(try await group.gateway.pledgerView(view.pageToken) == nil)
        let wrong = try await group.gateway.coverRest(token)
        #expect(throws: PledgRefusal.link) { try wrong.get() }
        for text in ["", "x", String(repeating: "A", count: 32), token + "A", String(token.dropLast())] {
            #expect(try await group.gateway.pledgerView(text) == nil)
        }
        try await group.close()
    }

    @Test("a share that is moved makes no share below the least, the leader's neither")
    func least() async throws {
        let group = try await Group()
        let view = try await group.collecting(
            amount: 10_000, members: ["ann", "bob"], split: .custom([0, 6_000, 4_000]))
        let ann = try await group.member("ann", view).id
        let tiny = try await group.gateway.reassign(view.pageToken, ann, amount: 1)
        #expect(throws: PledgRefusal.split(.tooSmall(member: 0, amount: 1, minimum: 50))) { try tiny.get() }
        #expect(try await group.leader(view).members.map(\.amount.minor) == [0, 6_000, 4_000])
        try await group.gateway.reassign(view.pageToken, ann, amount: 50).get()
        try await group.gateway.reassign(view.pageToken, ann, amount: 1).get()
        #expect(try await group.leader(view).members.map(\.amount.minor) == [51, 5_949, 4_000])
        try await group.close()
    }

    @Test(
        "only the hash of a link is stored: 192 bits, none twice; a new secret makes new links, and the old stay good")
    func links() async throws {
        var group = try await Group()
        let view = try await group.collecting()
        let tokens = try await group.gateway.links(view.id).map(\.token)
        #expect(Set(tokens + [view.pageToken]).count == 3)
        #expect(tokens.allSatisfy { $0.utf8.count == 32 && !$0.contains("=") })
        let columns = "hash, purchase_id, share_id, kind, nonce, created_at"
        let stored = try await group.shop.rows("SELECT \(columns) FROM pledg_links", columns: 6).joined()
        for token in tokens { #expect(!stored.contains(token)) }
        #expect(!view.pageToken.contains(view.id))
        group = try await Group(on: group, secret: Array("another secret of the server's".utf8))
        try await group.gateway.renewLinks()
        // Each has a new link before anybody asks; asking makes none.
        let count = try await group.shop.number("SELECT count(*) FROM pledg_links")
        #expect(count == 6)
        #expect(Set(try await group.gateway.links(view.id).map(\.token)).isDisjoint(with: tokens))
        try await group.gateway.renewLinks()
        let new = try await group.look(view).pageToken
        #expect(new != view.pageToken)
        #expect(try await group.look(view).pageToken == new)
        #expect(try await group.gateway.leaderView(view.pageToken) != nil)
        #expect(try await group.gateway.leaderView(new) != nil)
        #expect(try await group.shop.number("SELECT count(*) FROM pledg_links") == count)
        try await group.close()
    }
}
