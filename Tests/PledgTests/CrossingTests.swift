import Payments
import Pledg
import Specification
import Storage
import TestSupport
import Testing

/// What was found where two things meet that the rows of section 9 look at one by one.
@Suite("Things that cross")
struct CrossingTests {
    private func payable(_ group: Group) {
        group.money.change {
            $0.gateways.append(ShareGateway(name: "holder", returns: .parts, holdMilliseconds: 168 * Group.hour))
        }
    }

    @Test("a payment of what a share was before the leader changed it does not count, and goes back")
    func changedAmount() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        // Click's Prepare keeps nobody off, and Complete comes with the amount of Prepare.
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "beta").get()
        let old = try await group.begin(start.orderID, start.amount, by: "beta", holds: false)
        let ann = try await group.member("ann", view).id
        try await group.gateway.reassign(view.pageToken, ann, amount: 1_000).get()
        _ = try await group.service.perform(old).get()
        await group.work()
        #expect(try await group.payment(old) == "-2 3000")
        #expect(
            try await group.shares(view) == ["leader SUCCESSFULL 4000", "ann INITIALIZED 2000", "bob INITIALIZED 3000"])
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }

    @Test(
        "a server that was away for hours does not call unpaid what one lost answer keeps it from knowing",
        arguments: [false, true])
    func away(isDraft: Bool) async throws {
        let group = try await Group()
        let (view, key, deadline) = try await waiting(group, isDraft: isDraft)
        group.money.change {
            $0.isDown = true
            $0.untold[key.externalID] = deadline - 1
        }
        if !isDraft {
            group.clock.now = deadline
            await group.work()
        }
        group.clock.now = deadline + 5 * Group.hour
        await group.work()
        #expect(try await group.line(view) == "INITIALIZED 1 0")
        group.money.change { $0.isDown = false }
        await group.advance(hours: 0, milliseconds: 60_000)
        #expect(try await group.phase(view) == (isDraft ? .collecting : .succeeded))
        try await group.close()
    }

    @Test("and it does not wait for ever", arguments: [false, true])
    func awayForEver(isDraft: Bool) async throws {
        let group = try await Group()
        let (view, _, deadline) = try await waiting(group, isDraft: isDraft)
        group.money.change { $0.isDown = true }
        group.clock.now = deadline + 5 * Group.hour
        for _ in 0..<40 { await group.advance(hours: 0, milliseconds: 60_000) }
        #expect(try await group.line(view) == "FAILED -1 0")
        try await group.close()
    }

    /// A payment is under way that decides how the purchase goes on.
    private func waiting(
        _ group: Group, isDraft: Bool
    ) async throws -> (PledgPurchaseView, TransactionKey, Int64) {
        guard isDraft else {
            let view = try await group.collecting(members: ["ann"])
            return (view, try await group.begin("ann", view), try await group.look(view).expiresAt)
        }
        let view = try await group.create(members: ["ann"])
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "alpha").get()
        let key = try await group.begin(start.orderID, start.amount)
        return (view, key, try await group.look(view).expiresAt)
    }

    @Test("8.2 what was held of the leader is let go: his share has failed, too", arguments: 0..<3)
    func letGo(way: Int) async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create(onFailure: way == 2 ? .leaderCovers : .refundAll)
        let key = try await group.holdAdvance(view)
        switch way {
        case 0: await group.advance(hours: 48)
        case 1: _ = try await group.service.cancel(key, reason: 10).get()
        default:
            group.money.change { $0.capture = .refuse("the card is closed") }
            await group.advance(hours: 48)
        }
        await group.work()
        #expect(try await group.payment(key) == "-1 0")
        #expect(try await group.shares(view) == ["leader FAILED 3000", "ann FAILED 3000", "bob FAILED 3000"])
        try await group.close()
    }

    @Test(
        "called off while nobody knows whether what is held was taken: all of it goes back", arguments: [true, false])
    func lostCapture(isTaken: Bool) async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        group.money.change { $0.capture = .lostBefore }
        await group.work()
        _ = try await group.gateway.cancel(view.id, actor: "shop").get()
        if isTaken {
            _ = try await group.service.perform(key).get()
            _ = try await group.service.refund(key, amount: 6_000, reason: 5, actor: "holder").get()
        } else {
            group.money.change { $0.capture = .refuse("the card is closed") }
        }
        await group.advance(hours: 1)
        #expect(try await group.payment(key) == (isTaken ? "-2 9000" : "-1 0"))
        #expect(try await group.kept(view) == 0)
        #expect(try await group.movements(view).allSatisfy { $0.contains(" done ") })
        try await group.close()
    }

    @Test("what was held is lost before the leader's part of it is taken: nobody pays", arguments: [false, true])
    func holdGone(isAsked: Bool) async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        group.money.change { $0.capture = isAsked ? .later : .lostBefore }
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        _ = try await group.service.cancel(key, reason: 10).get()
        await group.advance(hours: 1)
        #expect(try await group.kept(view) == 0)
        #expect(try await group.look(view).settlement == .refundAll)
        #expect(try await group.movements(view).allSatisfy { $0.contains(" done ") })
        try await group.close()
    }

    @Test("while what the leader covers is not taken yet nobody else pays the order, and it is not given back")
    func keptOrder() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        group.money.change { $0.capture = .lostBefore }
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        let again = try await group.gateway.create(Group.request())
        #expect(throws: PledgRefusal.order(.orderBusy)) { try again.get() }
        let early = try await group.gateway.refund(view.id, key: "1", actor: "shop")
        #expect(throws: PledgRefusal.phase(.failed)) { try early.get() }
        group.money.change { $0.capture = .now }
        await group.advance(hours: 1)
        #expect(try await group.payment(key) == "2 3000")
        #expect(try await group.kept(view) == 9_000)
        let late = try await group.gateway.create(Group.request())
        #expect(throws: PledgRefusal.order(.orderPaid)) { try late.get() }
        #expect(try await group.gateway.refund(view.id, key: "2", actor: "shop").get() == 9_000)
        await group.work()
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test("the merchant has withdrawn the order before the leader's held money is taken: it is let go, and nobody pays")
    func withdrawn() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        try await group.shop.execute("UPDATE orders SET cancelled_at = 1 WHERE id = 'ORD-1'")
        await group.advance(hours: 48)
        #expect(try await group.payment(key) == "-1 0")
        #expect(try await group.look(view).settlement == .refundAll)
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test("a second payment of the leader's that was held, and taken before it could be let go, goes back")
    func takenHold() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "holder").get()
        let held = try await group.begin(start.orderID, start.amount, by: "holder", holds: false)
        let paid = try await group.begin(start.orderID, start.amount, holds: false)
        _ = try await group.service.perform(paid).get()
        group.money.change { $0.way = .lostBefore }
        _ = try await group.service.mark(held, phase: Transaction.authorizedPhase).get()
        await group.work()
        _ = try await group.service.perform(held, ifTaken: .performAsDuplicate).get()
        group.money.change { $0.way = .now }
        await group.advance(hours: 1)
        #expect(try await group.payment(held) == "-2 9000")
        #expect(try await group.movements(view) == ["release done 9000", "stray done 9000"])
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }

    @Test("however it ends, payments that are under way then are called off where that can be done", arguments: 0..<4)
    func calledOff(way: Int) async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        _ = way == 3 ? try await group.holdAdvance(view) : try await group.payAdvance(view)
        let bob = try await group.begin("bob", view)
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "beta").get()
        let second = try await group.begin(start.orderID, start.amount, by: "beta", holds: false)
        try await group.pay("ann", view)
        switch way {
        case 0: try await group.gateway.coverRest(view.pageToken).get()
        case 1: _ = try await group.gateway.cancel(view.id, actor: "shop").get()
        default: group.clock.advance(milliseconds: 48 * Group.hour)
        }
        await group.work()
        #expect(try await group.payment(bob) == "-1 0")
        #expect(try await group.payment(second) == "-1 0")
        #expect(try await group.kept(view) == (way == 1 ? 0 : 9_000))
        try await group.close()
    }

    @Test("9.32 the server and then the mail server are away for days: how it ended is sent all the same")
    func lateMail() async throws {
        let group = try await Group()
        let view = try await group.collecting(members: ["ann"])
        await group.work()
        try await group.pay("ann", view)
        _ = group.mailbox.take()
        group.clock.advance(milliseconds: 72 * Group.hour)
        group.mailbox.fail(Away())
        _ = await group.gateway.advance(.mails)
        group.mailbox.fail(nil)
        await group.advance(hours: 1)
        #expect(group.mailbox.take() == ["final ann", "final leader"])
        try await group.close()
    }

    @Test("9.32 a mail server that never answers is tried for two days, and no longer")
    func deadMail() async throws {
        let group = try await Group()
        _ = try await group.create(members: [])
        group.mailbox.fail(Away())
        await group.advance(hours: 48)
        let waiting = "SELECT count(*) FROM pledg_mails WHERE state = 'waiting'"
        for _ in 0..<46 { await group.advance(hours: 1) }
        #expect(try await group.shop.number(waiting) == 1)
        for _ in 0..<24 { await group.advance(hours: 1) }
        #expect(try await group.shop.number(waiting) == 0)
        #expect(group.anomalies == [.mailFailed])
        try await group.close()
    }
}

private struct Away: Error {}
