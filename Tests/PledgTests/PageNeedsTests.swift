import Payments
import Pledg
import Specification
import TestSupport
import Testing

/// What pages need beside the views' amounts.
@Suite("What a group's pages ask for")
struct PageNeedsTests {
    @Test("a payment under way is found by its own link alone, until it ends")
    func underWay() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let (ann, bob) = (try await group.token("ann", view), try await group.token("bob", view))
        #expect(try await group.gateway.paymentUnderWay(ann, isLeader: false) == nil)
        let key = try await group.begin("ann", view)
        #expect(try await group.gateway.paymentUnderWay(ann, isLeader: false)?.key == key)
        for (token, isLeader) in [(bob, false), (view.pageToken, true), (ann, true), ("none", false)] {
            #expect(try await group.gateway.paymentUnderWay(token, isLeader: isLeader) == nil)
        }
        _ = try await group.service.perform(key).get()
        #expect(try await group.gateway.paymentUnderWay(ann, isLeader: false) == nil)
        try await group.close()
    }

    @Test("a pledger learns how it ended for him only at the end, and nothing of the others")
    func endings() async throws {
        let group = try await Group()
        let view = try await group.collecting(onFailure: .refundAll)
        let (ann, bob) = (try await group.token("ann", view), try await group.token("bob", view))
        try await group.pay("ann", view)
        func ending(_ token: String) async throws -> PledgPledgerView.Ending? {
            try #require(try await group.gateway.pledgerView(token)).ending
        }
        #expect(try await ending(ann) == nil)
        // The time is up, and nobody has looked yet.
        group.clock.advance(hours: 48)
        #expect(try await ending(ann) == .paid)
        #expect(try await ending(bob) == nil)
        await group.work()
        #expect(try await ending(ann) == .returned)
        #expect(try await ending(bob) == .unpaid)
        try await group.close()
    }

    @Test("limits and times are the document's")
    func specification() async throws {
        let group = try await Group()
        let loaded = try Specifications.load().pledg
        #expect(group.gateway.specification.limits == loaded.limits)
        #expect(group.gateway.specification.timers == loaded.timers)
        try await group.close()
    }
}
