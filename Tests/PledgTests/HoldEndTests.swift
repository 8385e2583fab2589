import Payments
import Pledg
import Specification
import TestSupport
import Testing

/// Row 23 of section 9: when a hold ends is the gateway's to say, of each payment.
@Suite("The end of a hold")
struct HoldEndTests {
    /// A purchase whose leader's money is held for that many hours by a gateway that does so for a week as a rule.
    private func held(_ group: Group, hours: Int64?) async throws -> (PledgPurchaseView, TransactionKey) {
        group.money.change {
            $0.gateways.append(ShareGateway(name: "holder", returns: .parts, holdMilliseconds: 168 * Group.hour))
        }
        let view = try await group.create(onFailure: .refundAll)
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "holder").get()
        let key = try await group.begin(start.orderID, start.amount, by: "holder")
        let end = hours.map { group.clock.now + $0 * Group.hour }
        _ = try await group.service.mark(key, phase: Transaction.authorizedPhase, heldUntil: end).get()
        return (view, key)
    }

    @Test("9.23 is what the gateway says of this payment: it is taken ten minutes before, and given back at the end")
    func named() async throws {
        let group = try await Group()
        let (view, key) = try await held(group, hours: 24)
        await group.advance(hours: 24, milliseconds: -600_001)
        #expect(try await group.payment(key) == "1 0")
        await group.advance(hours: 0, milliseconds: 1)
        #expect(try await group.payment(key) == "2 0")
        #expect(try await group.phase(view) == .collecting)
        await group.advance(hours: 25)
        #expect(try await group.payment(key) == "-2 9000")
        #expect(try await group.line(view) == "FAILED -1 0")
        try await group.close()
    }

    @Test(
        "9.23 is what the gateway does as a rule where it says nothing, or says that it is later", arguments: [nil, 72])
    func unnamed(hours: Int64?) async throws {
        let group = try await Group()
        let (view, key) = try await held(group, hours: hours)
        await group.advance(hours: 47)
        #expect(try await group.payment(key) == "1 0")
        await group.advance(hours: 1)
        #expect(try await group.payment(key) == "-1 0")
        #expect(try await group.line(view) == "FAILED -1 0")
        try await group.close()
    }

    @Test("9.23 which is about to come takes the money at once")
    func soon() async throws {
        let group = try await Group()
        let (view, key) = try await held(group, hours: 0)
        await group.work()
        #expect(try await group.payment(key) == "2 0")
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.payment(key) == "2 6000")
        try await group.close()
    }
}
