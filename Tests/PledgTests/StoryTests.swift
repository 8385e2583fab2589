import Payments
import Pledg
import Specification
import Storage
import TestSupport
import Testing

@Suite("A group pays")
struct StoryTests {
    @Test("the leader advances all of it, two friends pay by different gateways, he gets back what is theirs")
    func success() async throws {
        let group = try await Group()
        let view = try await group.create()
        #expect(try await group.line(view) == "INITIALIZED 1 0")
        let advance = try await group.payAdvance(view)
        #expect(try await group.phase(view) == .collecting)
        #expect(
            try await group.shares(view) == ["leader SUCCESSFULL 3000", "ann INITIALIZED 3000", "bob INITIALIZED 3000"])
        try await group.pay("ann", view)
        await group.work()
        #expect(try await group.line(view) == "INITIALIZED 1 0")
        #expect(try await group.payment(advance) == "2 0")
        try await group.pay("bob", view, by: "beta")
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        await group.work()
        #expect(try await group.movements(view) == ["reimbursement done 6000"])
        #expect(try await group.payment(advance) == "2 6000")
        #expect(try await group.kept(view) == 9_000)
        #expect(
            try await group.events(view) == ["group created", "secured created", "group performed"])
        #expect(try await group.leader(view).reimbursement == .done(6_000))
        try await group.close()
    }

    @Test("a share stays unpaid: the leader covers it, and gets back what the other paid")
    func leaderCovers() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        try await group.pay("ann", view)
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.shares(view) == ["leader SUCCESSFULL 3000", "ann SUCCESSFULL 3000", "bob FAILED 3000"])
        #expect(try await group.movements(view) == ["reimbursement done 3000"])
        #expect(try await group.kept(view) == 9_000)
        // The merchant's order stays paid, by the leader.
        let standing = try await group.shop.read { session in
            try session.order("ORD-1").map { try session.standing(of: $0, at: group.clock.now) }
        }
        #expect(standing?.status == .paid)
        #expect(standing?.paid == 9_000)
        #expect(try await group.events(view) == ["group created", "secured created", "group cancelled"])
        try await group.close()
    }

    @Test("a share stays unpaid and the merchant wants nothing of it: everybody gets his money back")
    func refundAll() async throws {
        let group = try await Group()
        let view = try await group.collecting(onFailure: .refundAll)
        try await group.pay("ann", view)
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.movements(view) == ["return done 3000", "return done 9000"])
        #expect(try await group.kept(view) == 0)
        #expect(try await group.shares(view) == ["leader FAILED 3000", "ann FAILED 3000", "bob FAILED 3000"])
        let standing = try await group.shop.read { session in
            try session.order("ORD-1").map { try session.standing(of: $0, at: group.clock.now) }
        }
        #expect(standing?.status == .pending)
        try await group.close()
    }
}
