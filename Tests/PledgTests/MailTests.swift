import Payments
import Pledg
import Specification
import TestSupport
import Testing

@Suite("E-mails of a group")
struct MailTests {
    struct Down: Error {}

    @Test("invitations at once, reminders after 24, 42 and 47 hours to who has not paid, a summary, and how it ended")
    func all() async throws {
        let group = try await Group()
        let view = try await group.collecting(members: ["ann", "bob", "cid"])
        await group.work()
        #expect(group.mailbox.take() == ["invitation ann", "invitation bob", "invitation cid"])
        try await group.pay("ann", view)
        await group.advance(hours: 23)
        #expect(group.mailbox.take() == [])
        await group.advance(hours: 1)
        #expect(group.mailbox.take() == ["reminder24 bob", "reminder24 cid", "summary24 leader"])
        try await group.gateway.muteReminders(try await group.token("cid", view)).get()
        await group.advance(hours: 18)
        #expect(group.mailbox.take() == ["reminder42 bob"])
        try await group.pay("bob", view)
        await group.advance(hours: 5)
        #expect(group.mailbox.take() == [])
        await group.advance(hours: 1)
        #expect(group.mailbox.take() == ["final ann", "final bob", "final cid", "final leader"])
        await group.advance(hours: 100)
        #expect(group.mailbox.take() == [])
        try await group.close()
    }

    @Test("an e-mail has all that a mailer needs, and no address of another")
    func content() async throws {
        let group = try await Group()
        let view = try await group.collecting(amount: 10_000)
        await group.work()
        let mail = try #require(group.mailbox.all.first { $0.to == "ann@example.com" })
        #expect(mail.kind == .invitation)
        #expect(mail.amount.minor == 3_333)
        #expect(mail.total.minor == 10_000)
        #expect(mail.organiser == "l…@example.com")
        #expect(mail.title == "Tent")
        #expect(mail.deadline == (try await group.look(view).expiresAt))
        #expect(mail.state == "INITIALIZED")
        #expect(mail.token == (try await group.token("ann", view)))
        var text = ""
        dump(mail, to: &text)
        #expect(!text.contains("bob@"))
        #expect(!text.contains("leader@"))
        try await group.pay("ann", view)
        await group.advance(hours: 48)
        let end = try #require(group.mailbox.all.last { $0.to == "ann@example.com" })
        #expect(end.state == "FAILED")
        #expect(end.isRefunded == false)
        #expect(end.token == nil)
        #expect(end.pledgersPaid == 1)
        let leader = try #require(group.mailbox.all.last { $0.to == "leader@example.com" })
        #expect(leader.isLeader && leader.token == view.pageToken)
        try await group.close()
    }

    @Test("9.32 the provider is down: nobody is kept from paying, and what is still true is sent later")
    func row32() async throws {
        let group = try await Group()
        group.mailbox.fail(Down())
        let view = try await group.collecting()
        await group.work()
        let links = try await group.gateway.links(view.id)
        #expect(links.count == 3)
        try await group.pay("ann", view)
        await group.advance(hours: 43)
        group.mailbox.fail(nil)
        await group.advance(hours: 1)
        // Ann has paid: she needs no invitation. Of Bob's reminders the latest is enough.
        #expect(group.mailbox.take() == ["invitation bob", "reminder42 bob", "summary24 leader"])
        try await group.pay("bob", view)
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(group.mailbox.take() == ["final ann", "final bob", "final leader"])
        try await group.close()
    }

    @Test("an e-mail is sent once, whatever restarts")
    func restart() async throws {
        let first = try await Group()
        _ = try await first.collecting()
        await first.work()
        _ = first.mailbox.take()
        let group = try await Group(on: first)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 { tasks.addTask { _ = await group.gateway.advance(.mails) } }
        }
        await group.work()
        #expect(group.mailbox.take() == [])
        try await group.close()
    }

    @Test("who was told that the order stays paid by the leader is told when it does not", arguments: [true, false])
    func correction(isSent: Bool) async throws {
        let group = try await Group()
        group.money.change {
            $0.gateways.append(ShareGateway(name: "holder", returns: .parts, holdMilliseconds: 168 * Group.hour))
            $0.capture = .lostBefore
        }
        let view = try await group.create()
        _ = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        await group.advance(hours: 47)
        _ = group.mailbox.take()
        if !isSent { group.money.change { $0.capture = .refuse("the card is closed") } }
        await group.advance(hours: 1)
        let first = group.mailbox.all.map(\.isRefunded)
        #expect(group.mailbox.take() == ["final ann", "final bob", "final leader"])
        #expect(first == Array(repeating: !isSent, count: 3))
        group.money.change { $0.capture = .refuse("the card is closed") }
        await group.advance(hours: 1)
        let second = group.mailbox.all.map(\.isRefunded)
        #expect(group.mailbox.take() == (isSent ? ["correction ann", "correction bob", "correction leader"] : []))
        #expect(second == Array(repeating: true, count: isSent ? 3 : 0))
        await group.advance(hours: 100)
        #expect(group.mailbox.take() == [])
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test("reminders are not muted any more once there are none: at the deadline, and after the end", arguments: 0..<3)
    func muteLate(way: Int) async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let ann = try await group.token("ann", view)
        try await group.gateway.muteReminders(ann).get()
        switch way {
        case 0: group.clock.advance(hours: 48)
        case 1: _ = try await group.gateway.cancel(view.id, actor: "shop").get()
        default: try await group.gateway.coverRest(view.pageToken).get()
        }
        let late = try await group.gateway.muteReminders(ann)
        let wanted: [PledgRefusal] = [.tooLate, .phase(.failed), .phase(.succeeded)]
        #expect(throws: wanted[way]) { try late.get() }
        // He sees why there is nothing to do any more.
        #expect(try await group.gateway.pledgerView(ann)?.reason == (way == 1 ? .cancelled : nil))
        try await group.close()
    }

    @Test("where no e-mail is sent none is written; the merchant gets the links")
    func none() async throws {
        let group = try await Group { $0.sendsMail = false }
        let view = try await group.collecting()
        await group.work()
        #expect(try await group.shop.number("SELECT count(*) FROM pledg_mails") == 0)
        let links = try await group.gateway.links(view.id)
        #expect(links.map(\.email) == ["leader@example.com", "ann@example.com", "bob@example.com"])
        #expect(links[0].token == view.pageToken)
        #expect(try await group.gateway.pledgerView(links[1].token)?.standing == .open)
        try await group.close()
    }
}
