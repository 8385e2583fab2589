import Payments
import Pledg
import Specification
import TestSupport
import Testing

/// The same with everything that people do meanwhile: the leader covers, replaces and moves, the merchant calls off,
/// and gateways lose their answers; with money that is taken and with money that is held.
@Suite("Three hundred ways in which commands, payments and the expiry meet")
struct CommandInterleavingTests {
    private enum Step: CaseIterable {
        case payAnn, payBob, payOld, payTwice, cover, replace, move, moveAll, cancel, expire, movements, mails, decline
        case loseHold

        var word: String { String(describing: self) }
    }

    /// What a step works with.
    private struct Play: Sendable {
        let view: PledgPurchaseView
        let ann: TransactionKey
        let bob: TransactionKey
        let old: TransactionKey
        let advance: TransactionKey
        let ids: [String: String]
        let annToken: String
    }

    @Test("one final state, money conserved, one final e-mail for each", arguments: 0..<5)
    func interleavings(part: Int) async throws {
        let group = try await Group()
        group.money.change {
            $0.gateways.append(ShareGateway(name: "holder", returns: .parts, holdMilliseconds: 168 * Group.hour))
        }
        var ends: [String: Int] = [:]
        for index in 0..<60 {
            var random = SeededGenerator(seed: UInt64(10_000 + part * 60 + index))
            let policy: PledgConfiguration.OnFailure = Bool.random(using: &random) ? .leaderCovers : .refundAll
            let isHold = Bool.random(using: &random)
            let play = try await begin(group, "ORD-\(index)", policy, isHold: isHold)
            let ways: [ScriptedMoney.Way] = [.now, .now, .lostBefore, .lostAfter]
            let script = (0..<4).map { _ in ways.randomElement(using: &random) ?? .now }
            let capture = ways.randomElement(using: &random) ?? .now
            group.money.change {
                $0.ways = script
                $0.capture = capture
            }
            let deadline = try await group.look(play.view).expiresAt
            group.clock.now = deadline + Int64.random(in: -2...1, using: &random)
            // Each some of the time: with all of them nearly every purchase would be called off.
            var steps = Step.allCases.filter { step in
                switch step {
                case .cancel, .loseHold: Int.random(in: 0..<8, using: &random) == 0
                case .cover, .moveAll: Int.random(in: 0..<4, using: &random) == 0
                default: Int.random(in: 0..<3, using: &random) > 0
                }
            }.shuffled(using: &random)
            if !isHold { steps.removeAll { $0 == .loseHold } }
            let areTogether = Bool.random(using: &random)
            if areTogether {
                await withTaskGroup(of: Void.self) { tasks in
                    for step in steps { tasks.addTask { await carryOut(step, group, play) } }
                }
            } else {
                for step in steps { await carryOut(step, group, play) }
            }
            let early = try await group.line(play.view)
            group.money.change {
                $0.ways = []
                $0.capture = .now
            }
            group.clock.now = max(group.clock.now, deadline)
            for _ in 0..<3 { await group.advance(hours: 2) }
            let what = Comment(
                rawValue: "\(part) \(index) \(policy) hold \(isHold) together \(areTogether): \(steps.map(\.word))")
            let line = try await group.line(play.view)
            #expect(["SUCCESSFULL 2 0", "FAILED -1 0"].contains(line), what)
            if !early.hasPrefix("INITIALIZED") { #expect(early == line, what) }
            let view = try await group.look(play.view)
            let isPaid = view.state == .successfull || view.settlement == .leaderCovers
            ends["\(view.state) \(isPaid)", default: 0] += 1
            #expect(try await group.kept(view) == (isPaid ? 9_001 : 0), what)
            let paid = "SELECT count(*) FROM transactions WHERE order_id = $1 AND state = 2"
            #expect(try await group.shop.number(paid, [.text(view.reference)]) == (isPaid ? 1 : 0), what)
            #expect(try await group.movements(view).allSatisfy { $0.contains(" done ") }, what)
            let shares = try await group.shares(view)
            #expect(!shares.contains { $0.contains("INITIALIZED") }, what)
            if view.state == .successfull { #expect(shares.allSatisfy { $0.contains("SUCCESSFULL") }, what) }
            let finals = group.mailbox.take().filter { $0.hasPrefix("final") }
            #expect(
                finals == view.pledgerEmails.map { "final \($0.prefix { $0 != "@" })" }.sorted() + ["final leader"],
                what)
            let events = try await group.events(view).filter { $0 != "group created" && $0.hasPrefix("group") }
            #expect(events == [view.state == .successfull ? "group performed" : "group cancelled"], what)
        }
        #expect(ends.count == 3 && ends.values.allSatisfy { $0 > 3 }, "\(ends)")
        try await group.close()
    }

    /// The leader has paid, and payments of both shares are under way, one of them beside a second.
    private func begin(
        _ group: Group, _ reference: String, _ policy: PledgConfiguration.OnFailure, isHold: Bool
    ) async throws -> Play {
        let view = try await group.create(reference, amount: 9_001, onFailure: policy)
        let advance = isHold ? try await group.holdAdvance(view) : try await group.payAdvance(view)
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "alpha").get()
        var keys: [TransactionKey] = []
        for name in ["alpha", "beta"] {
            keys.append(try await group.begin(start.orderID, start.amount, by: name, holds: false))
        }
        let bobs = try await group.gateway.startShare(try await group.token("bob", view), gateway: "alpha").get()
        let bob = try await group.begin(bobs.orderID, bobs.amount, holds: false)
        var ids: [String: String] = [:]
        for name in ["ann", "bob"] { ids[name] = try await group.member(name, view).id }
        return Play(
            view: view, ann: keys[0], bob: bob, old: keys[1], advance: advance, ids: ids,
            annToken: try await group.token("ann", view))
    }

    private func carryOut(_ step: Step, _ group: Group, _ play: Play) async {
        let (gateway, token, service) = (group.gateway, play.view.pageToken, group.service)
        let (ann, bob) = (play.ids["ann"] ?? "", play.ids["bob"] ?? "")
        switch step {
        case .payAnn: _ = try? await service.perform(play.ann, ifTaken: .performAsDuplicate)
        case .payOld: _ = try? await service.perform(play.old, ifTaken: .performAsDuplicate)
        case .payBob, .payTwice: _ = try? await service.perform(play.bob, ifTaken: .performAsDuplicate)
        case .cover: _ = try? await gateway.coverRest(token)
        case .replace: _ = try? await gateway.replace(token, bob, email: "carl@example.com")
        case .move: _ = try? await gateway.reassign(token, bob, amount: 500, to: ann)
        case .moveAll: _ = try? await gateway.reassign(token, ann)
        case .cancel: _ = try? await gateway.cancel(play.view.id, actor: "shop")
        case .expire: _ = await gateway.advance(.purchases)
        case .movements: _ = await gateway.advance(.movements)
        case .mails: _ = await gateway.advance(.mails)
        case .decline: _ = try? await gateway.decline(play.annToken)
        case .loseHold: _ = try? await service.cancel(play.advance, reason: 10, refundAllowed: false)
        }
    }
}
