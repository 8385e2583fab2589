import Payments
import Pledg
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
