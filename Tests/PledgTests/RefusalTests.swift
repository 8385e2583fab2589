import Payments
import Pledg
import TestSupport
import Testing

/// Payments through gateways that ask before they take the money: what would only have to go back is refused.
@Suite("A gateway that asks first")
struct RefusalTests {
    private static let refused = Result<Outcome, Rejection>.failure(.orderNotPayable)

    private func perform(_ key: TransactionKey, _ group: Group) async throws -> Result<Outcome, Rejection> {
        try await group.service.perform(key, canBeRefused: true)
    }

    @Test("9.5 may take it a millisecond before the deadline, and not at it", arguments: [-1, 0, 1] as [Int64])
    func deadline(offset: Int64) async throws {
        let group = try await Group()
        let view = try await group.collecting(members: ["ann"])
        let key = try await group.begin("ann", view, by: "gamma")
        let end = try await group.look(view).expiresAt
        group.clock.now = end + offset
        let answer = try await perform(key, group)
        if offset < 0 {
            #expect(try answer.get().transaction.state == .performed)
            #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        } else {
            #expect(answer == Self.refused)
            // Nothing is stored: the gateway may call it off.
            #expect(try await group.payment(key) == "1 0")
            #expect(try await group.movements(view) == [])
            await group.work()
            #expect(try await group.line(view) == "FAILED -1 0")
            #expect(try await group.payment(key) == "-1 0")
            #expect(group.anomalies == [])
        }
        try await group.close()
    }

    @Test("does not take it after the end, however that came about", arguments: 0..<3)
    func ended(way: Int) async throws {
        let group = try await Group()
        let view = try await group.collecting(members: ["ann"])
        let key = try await group.begin("ann", view, by: "gamma")
        group.money.change { $0.stubborn = [key.externalID] }
        switch way {
        case 0: _ = try await group.gateway.cancel(view.id, actor: "shop").get()
        case 1: try await group.gateway.coverRest(view.pageToken).get()
        default: group.clock.advance(hours: 48)
        }
        await group.work()
        #expect(try await perform(key, group) == Self.refused)
        #expect(try await group.payment(key) == "1 0")
        #expect(try await group.movements(view).allSatisfy { !$0.hasPrefix("stray") })
        try await group.close()
    }

    @Test("does not take a second payment of a share, or one of what the share was before; nor a leader's that is late")
    func useless() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "gamma").get()
        let old = try await group.begin(start.orderID, start.amount, by: "gamma", holds: false)
        try await group.gateway.reassign(view.pageToken, try await group.member("ann", view).id, amount: 1_000).get()
        #expect(try await perform(old, group) == Self.refused)
        try await group.pay("ann", view)
        #expect(try await perform(old, group) == .failure(.orderBusy))
        let other = try await group.create("ORD-2")
        let advance = try await group.gateway.startAdvance(other.pageToken, gateway: "gamma").get()
        let late = try await group.begin(advance.orderID, advance.amount, by: "gamma")
        group.clock.now = other.expiresAt
        #expect(try await perform(late, group) == Self.refused)
        #expect(try await group.kept(view) == 11_000)
        #expect(try await group.kept(other) == 0)
        try await group.close()
    }

    @Test("hears at its first question, and when it asks again, that it is too late")
    func questions() async throws {
        let group = try await Group()
        let view = try await group.collecting(members: ["ann"])
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "gamma").get()
        let question = AccountQuestion(
            gateway: "gamma", purpose: .check, fields: [:], reference: start.orderID, amount: start.amount)
        let key = TransactionKey(gateway: "gamma", cashbox: "", externalID: "again")
        let command = CreateCommand(
            key: key, externalTime: 0, account: "{}", question: question, deadline: nil, holdsOrderFromCreation: false)
        group.clock.now = start.deadline - 1
        _ = try await group.service.check(question).get()
        _ = try await group.service.create(command).get()
        #expect(try await group.service.create(command).get().isRepeat)
        group.clock.now = start.deadline
        let check = try await group.service.check(question)
        #expect(throws: Rejection.orderNotPayable) { try check.get() }
        let again = try await group.service.create(command)
        #expect(throws: Rejection.orderNotPayable) { try again.get() }
        #expect(try await group.payment(key) == "1 0")
        try await group.close()
    }

    @Test("one that has taken the money already is heard, and it goes back: also of a member who was replaced")
    func taken() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "alpha").get()
        let key = try await group.begin(start.orderID, start.amount, holds: false)
        let ann = try await group.member("ann", view).id
        try await group.gateway.replace(view.pageToken, ann, email: "cid@example.com").get()
        await group.work()
        _ = group.mailbox.take()
        _ = try await group.service.perform(key).get()
        await group.work()
        #expect(try await group.payment(key) == "-2 3000")
        #expect(group.mailbox.take() == ["stray ann"])
        await group.advance(hours: 48)
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }
}
