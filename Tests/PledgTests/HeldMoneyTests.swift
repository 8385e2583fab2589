import Payments
import Pledg
import TestSupport
import Testing

/// What may go wrong with money that is held for the leader.
@Suite("Money that is held")
struct HeldMoneyTests {
    private func payable(_ group: Group, holdHours: Int64 = 168) {
        group.money.change {
            $0.gateways.append(
                ShareGateway(name: "holder", returns: .parts, holdMilliseconds: holdHours * Group.hour))
        }
    }

    @Test("is let go if the group came to its good end while it was being taken, and it cannot be taken")
    func refusedAfterSuccess() async throws {
        let group = try await Group()
        payable(group, holdHours: 24)
        let view = try await group.create(split: .custom([0, 4_000, 5_000]))
        let key = try await group.holdAdvance(view)
        try await group.pay("ann", view)
        // It is about to end, so it is taken whole, and nobody knows whether it was.
        group.money.change { $0.capture = .lostBefore }
        await group.advance(hours: 23, milliseconds: 50 * 60_000)
        try await group.pay("bob", view)
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.payment(key) == "1 0")
        group.money.change { $0.capture = .refuse("the card is closed") }
        await group.advance(hours: 1)
        await group.work()
        #expect(try await group.payment(key) == "-1 0")
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }

    @Test("and of which somebody took more than was asked goes back to the leader, and blocks nothing")
    func tookMore() async throws {
        let group = try await Group()
        payable(group)
        let view = try await group.create()
        let key = try await group.holdAdvance(view)
        group.money.change { $0.capture = .later }
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        // All of it was taken, in the gateway's cabinet.
        _ = try await group.service.perform(key).get()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        group.money.change { $0.standing = .refused("it was taken") }
        await group.advance(hours: 1)
        #expect(try await group.payment(key) == "2 6000")
        #expect(try await group.movements(view) == ["capture done 3000", "reimbursement done 6000"])
        #expect(try await group.leader(view).reimbursement == .done(6_000))
        #expect(try await group.kept(view) == 9_000)
        _ = try await group.gateway.refund(view.id, key: "a", actor: "shop").get()
        await group.work()
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }
}
