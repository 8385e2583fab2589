import Payments
import Pledg
import TestSupport
import Testing

/// Section 10: whatever meets whatever, a purchase comes to one end, and no money is lost.
@Suite("A thousand ways in which the last payment, the expiry and repeated notices meet")
struct InterleavingTests {
    private enum Step: CaseIterable { case pay, payAgain, expire, expireAgain, mail, other }

    @Test("one final state, money conserved, one final e-mail for each", arguments: 0..<10)
    func interleavings(part: Int) async throws {
        let group = try await Group()
        var (succeeded, failed) = (0, 0)
        for index in 0..<100 {
            var random = SeededGenerator(seed: UInt64(part * 100 + index))
            let policy: PledgConfiguration.OnFailure = Bool.random(using: &random) ? .leaderCovers : .refundAll
            let view = try await group.collecting("ORD-\(index)", amount: 9_001, onFailure: policy)
            try await group.pay("ann", view)
            let key = try await group.begin("bob", view)
            let deadline = try await group.look(view).expiresAt
            let paidAt = [nil, deadline - 1, deadline, deadline + 1].randomElement(using: &random) ?? nil
            let isKnown = Bool.random(using: &random)
            if isKnown, let paidAt { group.money.change { $0.untold[key.externalID] = paidAt } }
            group.clock.now = deadline + Int64.random(in: -1...2, using: &random)
            let now = group.clock.now
            let steps = Step.allCases.shuffled(using: &random)
            let areTogether = Bool.random(using: &random)
            if areTogether {
                await withTaskGroup(of: Void.self) { tasks in
                    for step in steps { tasks.addTask { await carryOut(step, group, key, paidAt) } }
                }
            } else {
                for step in steps { await carryOut(step, group, key, paidAt) }
            }
            let early = try await group.line(view)
            await group.advance(hours: 1)
            await group.work()
            let line = try await group.line(view)
            #expect(["SUCCESSFULL 2 0", "FAILED -1 0"].contains(line), "\(part) \(index): \(line)")
            // An end that was there stays.
            if !early.hasPrefix("INITIALIZED") { #expect(early == line, "\(part) \(index)") }
            let isSuccess = line.hasPrefix("SUCC")
            if isSuccess { succeeded += 1 } else { failed += 1 }
            // Nobody pays after the moment at which we hear of it; where no gateway says when, that moment counts.
            let wanted = end(
                isInTime: min(paidAt ?? now, now) < deadline, isOverdue: now >= deadline, isAsked: isKnown,
                areTogether ? nil : steps)
            if let wanted { #expect(isSuccess == wanted, "\(part) \(index)") }
            // And everybody has paid what is his to pay, to the cent.
            let shares: [Int64] =
                isSuccess ? [3_001, 3_000, 3_000] : policy == .leaderCovers ? [6_001, 3_000, 0] : [0, 0, 0]
            #expect(try await paid(group, view) == shares, "\(part) \(index)")
            let finals = group.mailbox.take().filter { $0.hasPrefix("final") }
            #expect(finals == ["final ann", "final bob", "final leader"], "\(part) \(index)")
            let ends = try await group.events(view).filter { $0 != "group created" && $0.hasPrefix("group") }
            #expect(ends == [isSuccess ? "group performed" : "group cancelled"], "\(part) \(index)")
        }
        #expect(succeeded > 10 && failed > 10)
        try await group.close()
    }

    /// Whether it must succeed, or fail; nil: whoever comes first decides.
    ///
    /// - Parameters:
    ///   - isAsked: whether the gateway says of the payment what it knows.
    ///   - steps: one after the other; nil: together.
    private func end(isInTime: Bool, isOverdue: Bool, isAsked: Bool, _ steps: [Step]?) -> Bool? {
        guard isInTime else { return false }
        guard isOverdue, !isAsked else { return true }
        guard let steps, let pay = steps.firstIndex(where: { $0 == .pay || $0 == .payAgain }),
            let expire = steps.firstIndex(where: { $0 == .expire || $0 == .expireAgain })
        else { return nil }
        return pay < expire
    }

    /// What each has paid and not got back, minor units, the leader first.
    private func paid(_ group: Group, _ view: PledgPurchaseView) async throws -> [Int64] {
        try await group.shop.rows(
            """
            SELECT CAST(coalesce(sum(CASE WHEN t.state IN (2, -2) THEN t.amount - t.refunded_amount ELSE 0 END), 0)
                AS BIGINT)
            FROM pledg_shares s LEFT JOIN pledg_orders o ON o.share_id = s.id
            LEFT JOIN transactions t ON t.order_id = o.order_id
            WHERE s.purchase_id = $1 GROUP BY s.position ORDER BY s.position
            """, [.text(view.id)], columns: 1
        ).compactMap { Int64($0) }
    }

    private func carryOut(_ step: Step, _ group: Group, _ key: TransactionKey, _ paidAt: Int64?) async {
        switch step {
        case .pay, .payAgain: _ = try? await group.service.perform(key, paidAt: paidAt)
        case .expire, .expireAgain: _ = await group.gateway.advance(.purchases)
        case .mail: _ = await group.gateway.advance(.mails)
        case .other: _ = await group.gateway.advance(.movements)
        }
    }
}
