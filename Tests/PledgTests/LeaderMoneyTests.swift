import Payments
import Pledg
import Specification
import TestSupport
import Testing

/// Rows 11 to 16, 23 and 34 of section 9: what becomes of the leader's money.
@Suite("The leader's money")
struct LeaderMoneyTests {
    private func payable(_ group: Group, holdHours: Int64 = 168) {
        group.money.change {
            $0.gateways.append(
                ShareGateway(name: "holder", returns: .parts, holdMilliseconds: holdHours * Group.hour))
        }
    }

    @Test("9.11 he gets back what is not his share: his payment stays paid, unless he has no share at all")
    func row11() async throws {
        let group = try await Group()
        let view = try await group.create()
        let advance = try await group.payAdvance(view)
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        #expect(try await group.payment(advance) == "2 6000")
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        let free = try await group.create("ORD-2", split: .custom([0, 4_000, 5_000]))
        let whole = try await group.payAdvance(free)
        #expect(try await group.member("leader", free).state == "SUCCESSFULL")
        for name in ["ann", "bob"] { try await group.pay(name, free) }
        await group.work()
        #expect(try await group.payment(whole) == "-2 9000")
        #expect(try await group.line(free) == "SUCCESSFULL 2 0")
        #expect(try await group.kept(free) == 9_000)
        try await group.close()
    }

    @Test("9.12 a gateway that gives nothing back: the page says so before, and somebody pays the leader by hand")
    func row12() async throws {
        let group = try await Group()
        let view = try await group.create()
        #expect(
            try await group.leader(view).choices.map { "\($0.gateway) \($0.reimbursesByItself)" }
                == ["alpha true", "beta false", "gamma false"])
        try await group.payAdvance(view, by: "gamma")
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.leader(view).reimbursement == .byHand(6_000))
        #expect(group.anomalies == [.needsOperator])
        let id = try #require(try await group.shop.rows("SELECT id FROM pledg_movements", columns: 1).first)
        #expect(try await group.gateway.settleByHand(id, actor: "operator") == true)
        #expect(try await group.gateway.settleByHand(id, actor: "operator") == false)
        #expect(try await group.leader(view).reimbursement == .done(6_000))
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        try await group.close()
    }

    @Test("9.12 no answer, a lost answer, a late answer: he is reimbursed once", arguments: 0..<4)
    func lostAnswers(way: Int) async throws {
        let group = try await Group()
        let view = try await group.create()
        let advance = try await group.payAdvance(view)
        group.money.change { script in
            switch way {
            case 0: script.ways = [.lostBefore, .lostBefore, .now]
            case 1: script.ways = [.lostAfter]
            case 2: script.ways = [.later]
            default: script.ways = [.lostBefore, .lostAfter]
            }
        }
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        for _ in 0..<5 {
            await group.work()
            group.clock.advance(milliseconds: 60_000)
        }
        if way == 2 {
            #expect(try await group.leader(view).reimbursement == .pending(6_000))
            try await group.money.finish()
        }
        await group.advance(hours: 5)
        #expect(try await group.payment(advance) == "2 6000")
        #expect(try await group.movements(view) == ["reimbursement done 6000"])
        #expect(try await group.leader(view).reimbursement == .done(6_000))
        try await group.close()
    }

    @Test("9.12 a refund that the gateway gives up after it took it is somebody's to do by hand")
    func givenUp() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        group.money.change {
            $0.way = .later
            $0.standing = .refused("the card is closed")
        }
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        await group.advance(hours: 2)
        #expect(try await group.movements(view) == ["reimbursement operator 6000"])
        // And if it comes through all the same, nothing is left to be done.
        try await group.money.finish()
        #expect(try await group.movements(view) == ["reimbursement done 6000"])
        try await group.close()
    }

    @Test("9.13 his payment is refused: he may try another way")
    func row13() async throws {
        let group = try await Group()
        let view = try await group.create()
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "alpha").get()
        let key = try await group.begin(start.orderID, start.amount)
        let busy = try await group.gateway.startAdvance(view.pageToken, gateway: "beta")
        #expect(throws: PledgRefusal.underWay) { try busy.get() }
        _ = try await group.service.cancel(key, reason: 2).get()
        #expect(try await group.phase(view) == .draft)
        try await group.payAdvance(view, by: "beta")
        #expect(try await group.phase(view) == .collecting)
        try await group.close()
    }

    @Test("9.13 who began to pay may give that up and pay another way, unless he has paid")
    func givenUpAttempt() async throws {
        let group = try await Group()
        let view = try await group.create()
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "alpha").get()
        let key = try await group.begin(start.orderID, start.amount)
        try await group.gateway.giveUpAdvance(view.pageToken).get()
        #expect(group.money.takeCalls() == ["look \(key.externalID)", "call off \(key.externalID)"])
        #expect(try await group.payment(key) == "-1 0")
        try await group.payAdvance(view, by: "beta")
        let ann = try await group.begin("ann", view)
        let token = try await group.token("ann", view)
        group.money.change { $0.looks[ann.externalID] = .unknown }
        let unknown = try await group.gateway.giveUpShare(token)
        #expect(throws: PledgRefusal.underWay) { try unknown.get() }
        group.money.change { $0.untold[ann.externalID] = group.clock.now }
        let paid = try await group.gateway.giveUpShare(token)
        #expect(throws: PledgRefusal.paid) { try paid.get() }
        #expect(try await group.member("ann", view).isPaid)
        let nobody = try await group.gateway.giveUpShare(view.pageToken)
        #expect(throws: PledgRefusal.link) { try nobody.get() }
        try await group.close()
    }

    @Test("9.14 the server was away when he paid: the 48 hours count from his payment, and it counts once")
    func row14() async throws {
        var group = try await Group()
        let view = try await group.create()
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "alpha").get()
        let key = try await group.begin(start.orderID, start.amount)
        let paidAt = group.clock.now + 1_000
        group.clock.advance(hours: 3)
        group = try await Group(on: group)
        for _ in 0..<2 { _ = try await group.service.perform(key, paidAt: paidAt).get() }
        #expect(try await group.look(view).expiresAt == paidAt + 172_800_000)
        #expect(try await group.events(view) == ["group created", "secured created"])
        // Found by asking, when his time is up, too.
        let second = try await group.create("ORD-2")
        let begun = try await group.gateway.startAdvance(second.pageToken, gateway: "alpha").get()
        let other = try await group.begin(begun.orderID, begun.amount)
        let before = second.expiresAt - Group.hour
        group.money.change { $0.untold[other.externalID] = before }
        group.clock.now = second.expiresAt
        await group.work()
        #expect(try await group.phase(second) == .collecting)
        #expect(try await group.look(second).expiresAt == before + 172_800_000)
        try await group.close()
    }

    @Test("9.15 a leader alone pays, and that is all")
    func row15() async throws {
        let group = try await Group()
        let view = try await group.collecting(members: [])
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.movements(view) == [])
        #expect(try await group.events(view) == ["group created", "secured created", "group performed"])
        #expect(group.mailbox.take() == ["final leader"])
        try await group.close()
    }

    @Test("9.16 he covers the rest: nothing is charged, less goes back, and what is on its way comes back")
    func row16() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        try await group.pay("ann", view)
        let late = try await group.begin("bob", view)
        group.money.change { $0.stubborn = [late.externalID] }
        try await group.gateway.coverRest(view.pageToken).get()
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.movements(view) == ["reimbursement done 3000"])
        #expect(try await group.member("bob", view).isCovered)
        // It could not be called off.
        _ = try await group.service.perform(late).get()
        await group.work()
        #expect(try await group.payment(late) == "-2 3000")
        #expect(try await group.kept(view) == 9_000)
        let again = try await group.gateway.coverRest(view.pageToken)
        #expect(throws: PledgRefusal.phase(.succeeded)) { try again.get() }
        try await group.close()
    }

    @Test("held money: of it his share is taken at the good end, and the rest is let go")
    func hold() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        #expect(try await group.phase(view) == .collecting)
        #expect(try await group.member("leader", view).state == "INITIALIZED")
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        #expect(try await group.line(view) == "INITIALIZED 1 0")
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.payment(key) == "2 6000")
        #expect(try await group.movements(view) == ["capture done 3000", "release done 6000"])
        #expect(try await group.kept(view) == 9_000)
        // With no share of his own nothing is taken of him.
        let free = try await group.create("ORD-2", split: .custom([0, 4_000, 5_000]))
        let other = try await group.holdAdvance(free)
        for name in ["ann", "bob"] { try await group.pay(name, free) }
        await group.work()
        #expect(try await group.line(free) == "SUCCESSFULL 2 0")
        #expect(try await group.payment(other) == "-1 0")
        #expect(try await group.kept(free) == 9_000)
        try await group.close()
    }

    @Test("held money when a share stays unpaid: what he covers is taken, or all of it is let go")
    func holdFails() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.payment(key) == "2 3000")
        #expect(try await group.kept(view) == 9_000)
        let none = try await group.create("ORD-2", onFailure: .refundAll)
        let other = try await group.holdAdvance(none)
        try await group.pay("ann", none)
        await group.advance(hours: 48)
        #expect(try await group.line(none) == "FAILED -1 0")
        #expect(try await group.payment(other) == "-1 0")
        #expect(try await group.kept(none) == 0)
        try await group.close()
    }

    @Test("9.34 what he is to cover cannot be taken of what is held: nobody pays, and it stays FAILED")
    func coverFails() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        group.money.change { $0.capture = .refuse("the card is closed") }
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.look(view).settlement == .refundAll)
        #expect(try await group.look(view).reason == .unpaid)
        #expect(try await group.payment(key) == "-1 0")
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test("a hold that the gateway lets go by itself ends the purchase, and everybody gets his money back")
    func holdLost() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        _ = try await group.service.cancel(key, reason: 10).get()
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.look(view).reason == .holdLost)
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test("9.23 a hold that ends too early is taken before, and given back at the end")
    func row23() async throws {
        let group = try await Group()
        payable(group, holdHours: 24)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        await group.advance(hours: 23)
        #expect(try await group.payment(key) == "1 0")
        await group.advance(hours: 0, milliseconds: 50 * 60_000)
        #expect(try await group.payment(key) == "2 0")
        #expect(try await group.phase(view) == .collecting)
        try await group.pay("bob", view)
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.payment(key) == "2 6000")
        let none = try await group.create("ORD-2", onFailure: .refundAll)
        let other = try await group.holdAdvance(none)
        await group.advance(hours: 24)
        #expect(try await group.payment(other) == "2 0")
        await group.advance(hours: 24)
        #expect(try await group.payment(other) == "-2 9000")
        #expect(try await group.line(none) == "FAILED -1 0")
        try await group.close()
    }

    @Test("9.20 the merchant calls off while what is held is being taken: nothing is kept", arguments: [false, true])
    func calledOffWhileCapturing(isAsked: Bool) async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        group.money.change { $0.capture = .later }
        if isAsked { _ = await group.gateway.advance(.movements) }
        _ = try await group.gateway.cancel(view.id, actor: "shop").get()
        if isAsked {
            _ = try await group.service.perform(key).get()
            _ = try await group.service.refund(key, amount: 6_000, reason: 5, actor: "holder").get()
        }
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.kept(view) == 0)
        #expect(try await group.payment(key) == (isAsked ? "-2 9000" : "-1 0"))
        try await group.close()
    }

    @Test("9.34 what is held cannot be taken at the end: the purchase fails, and everybody gets his money back")
    func row34() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        group.money.change { $0.capture = .lostBefore }
        await group.work()
        // Only after the capture it is 2.
        #expect(try await group.line(view) == "INITIALIZED 1 0")
        #expect(try await group.phase(view) == .capturing)
        group.money.change { $0.capture = .refuse("the card is closed") }
        await group.advance(hours: 1)
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.look(view).reason == .captureFailed)
        #expect(group.anomalies == [.captureFailed])
        #expect(try await group.payment(key) == "-1 0")
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }
}
