import Payments
import Pledg
import Specification
import TestSupport
import Testing

/// Rows 1 to 10 of section 9: the end of the 48 hours, and payments that cross it.
@Suite("The time of a group")
struct DeadlineTests {
    /// Ann has paid, Bob has begun to.
    private func lastShare(
        _ group: Group, onFailure: PledgConfiguration.OnFailure? = nil, payer: String? = nil
    ) async throws -> (PledgPurchaseView, TransactionKey, deadline: Int64) {
        let view = try await group.collecting(onFailure: onFailure)
        try await group.pay("ann", view)
        let start = try await group.gateway.startShare(
            try await group.token("bob", view), gateway: "alpha", payerEmail: payer
        ).get()
        let key = try await group.begin(start.orderID, start.amount)
        await group.work()
        _ = group.mailbox.take()
        return (view, key, try await group.look(view).expiresAt)
    }

    private static let finals = ["final ann", "final bob", "final leader"]

    @Test("9.1 the last share and the expiry cross: the first that is stored counts, and nobody hears of both")
    func row1() async throws {
        for round in 0..<20 {
            let group = try await Group()
            let (view, key, deadline) = try await lastShare(group)
            group.clock.now = deadline
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { _ = try? await group.service.perform(key, paidAt: deadline - 1) }
                tasks.addTask { _ = await group.gateway.advance(.purchases) }
                tasks.addTask { _ = await group.gateway.advance(.mails) }
            }
            await group.advance(hours: 1)
            let line = try await group.line(view)
            #expect(["SUCCESSFULL 2 0", "FAILED -1 0"].contains(line), "\(round): \(line)")
            #expect(group.mailbox.take().filter { $0.hasPrefix("final") } == Self.finals)
            #expect(try await group.kept(view) == 9_000)
            try await group.close()
        }
    }

    @Test("9.2 paid before the deadline, told after it: the gateways are asked, and it counts")
    func row2() async throws {
        let group = try await Group()
        let (view, key, deadline) = try await lastShare(group)
        group.money.change { $0.untold[key.externalID] = deadline - 1 }
        group.clock.now = deadline + 60_000
        await group.work()
        #expect(group.money.takeCalls().first == "look \(key.externalID)")
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(group.mailbox.take() == Self.finals)
        try await group.close()
    }

    @Test("9.3 a gateway does not answer: half an hour is waited, then what is known decides, and proof comes too late")
    func row3() async throws {
        let group = try await Group()
        let (view, key, deadline) = try await lastShare(group)
        group.money.change { $0.isDown = true }
        group.clock.now = deadline
        await group.work()
        for _ in 0..<29 {
            group.clock.advance(milliseconds: 60_000)
            await group.work()
        }
        #expect(try await group.phase(view) == .closing)
        #expect(try await group.line(view) == "INITIALIZED 1 0")
        group.clock.advance(milliseconds: 60_000)
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(group.anomalies == [.unansweredClosing])
        group.money.change { $0.isDown = false }
        _ = try await group.service.perform(key, paidAt: deadline - 1).get()
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.payment(key) == "-2 3000")
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }

    @Test("9.3 a payment of a share that is paid is not waited for")
    func paidShare() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "alpha").get()
        let second = try await group.begin(start.orderID, start.amount, by: "beta", holds: false)
        let first = try await group.begin(start.orderID, start.amount, holds: false)
        _ = try await group.service.perform(first).get()
        group.money.change { $0.isDown = true }
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        group.money.change { $0.isDown = false }
        _ = try await group.service.perform(second, ifTaken: .performAsDuplicate).get()
        await group.work()
        #expect(try await group.payment(second) == "-2 3000")
        #expect(try await group.kept(view) == 9_000)
        try await group.close()
    }

    @Test("the leader was to cover, and the merchant has withdrawn the order meanwhile: nobody pays for nothing")
    func uncovered() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let ann = try await group.pay("ann", view)
        try await group.shop.execute("UPDATE orders SET cancelled_at = 1 WHERE id = 'ORD-1'")
        _ = group.mailbox.take()
        await group.advance(hours: 48)
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.look(view).settlement == .refundAll)
        #expect(group.anomalies == [])
        #expect(try await group.payment(ann) == "-2 3000")
        #expect(try await group.movements(view) == ["return done 3000", "return done 9000"])
        #expect(try await group.kept(view) == 0)
        // Each is told what is true, once.
        let finals = group.mailbox.all.filter { $0.kind == .final || $0.kind == .correction }
        #expect(finals.map(\.isRefunded) == [true, true, true])
        try await group.close()
    }

    @Test("9.4 money that comes after the end goes back whole, and who paid is told")
    func row4() async throws {
        let group = try await Group()
        let (view, key, deadline) = try await lastShare(group, onFailure: .refundAll)
        group.money.change { $0.isDown = true }
        group.clock.now = deadline
        await group.work()
        for _ in 0..<6 { await group.advance(hours: 1) }
        group.money.change { $0.isDown = false }
        #expect(try await group.line(view) == "FAILED -1 0")
        _ = group.mailbox.take()
        _ = try await group.service.perform(key).get()
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(try await group.payment(key) == "-2 3000")
        #expect(try await group.movements(view) == ["return done 3000", "return done 9000", "stray done 3000"])
        #expect(group.mailbox.take() == ["stray bob"])
        #expect(try await group.kept(view) == 0)
        try await group.close()
    }

    @Test(
        "9.5 a millisecond before the deadline is in time; at the deadline and after it is late",
        arguments: [(Int64(-1), "SUCCESSFULL 2 0"), (0, "FAILED -1 0"), (1, "FAILED -1 0")])
    func row5(offset: Int64, line: String) async throws {
        let group = try await Group()
        let (view, key, deadline) = try await lastShare(group)
        #expect(deadline == (try await group.look(view).fundedAt ?? 0) + 172_800_000)
        group.clock.now = deadline + offset
        _ = try await group.service.perform(key).get()
        await group.work()
        group.clock.now = max(group.clock.now, deadline)
        await group.work()
        #expect(try await group.line(view) == line)
        #expect(try await group.kept(view) == 9_000)
        // By the gateway's own time, too.
        let second = try await lastShare2(group)
        group.clock.now = second.deadline + 5_000
        _ = try await group.service.perform(second.key, paidAt: second.deadline + offset).get()
        await group.work()
        #expect(try await group.line(second.view) == line)
        try await group.close()
    }

    private func lastShare2(_ group: Group) async throws -> (
        view: PledgPurchaseView, key: TransactionKey, deadline: Int64
    ) {
        let view = try await group.collecting("ORD-2")
        try await group.pay("ann", view)
        let key = try await group.begin("bob", view)
        return (view, key, try await group.look(view).expiresAt)
    }

    @Test("9.5 the draft's time is half-open as well", arguments: [(Int64(-1), true), (0, false), (1, false)])
    func draft(offset: Int64, isInTime: Bool) async throws {
        let group = try await Group()
        let view = try await group.create()
        let start = try await group.gateway.startAdvance(view.pageToken, gateway: "alpha").get()
        let key = try await group.begin(start.orderID, start.amount)
        group.clock.now = view.expiresAt + offset
        _ = try await group.service.perform(key).get()
        await group.work()
        #expect(try await group.phase(view) == (isInTime ? .collecting : .failed))
        #expect(try await group.kept(view) == (isInTime ? 9_000 : 0))
        try await group.close()
    }

    @Test("9.6 the expiry is late: nobody begins to pay meanwhile; and it runs twice: it ends once")
    func row6() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let token = try await group.token("ann", view)
        let start = try await group.gateway.startShare(token, gateway: "alpha").get()
        await group.work()
        _ = group.mailbox.take()
        group.clock.now = try await group.look(view).expiresAt + 5 * Group.hour
        let late = try await group.gateway.startShare(token, gateway: "alpha")
        #expect(throws: PledgRefusal.tooLate) { try late.get() }
        #expect(try await group.gateway.pledgerView(token)?.standing == .over)
        // Nor through the gateway itself.
        let attempt = try await group.attempt(start.orderID, start.amount)
        #expect(throws: Rejection.orderNotPayable) { try attempt.get() }
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 { tasks.addTask { _ = await group.gateway.advance(.purchases) } }
        }
        await group.work()
        #expect(try await group.line(view) == "FAILED -1 0")
        #expect(group.mailbox.take().filter { $0.hasPrefix("final") } == Self.finals)
        #expect(try await group.events(view).filter { $0.hasPrefix("group") } == ["group created", "group cancelled"])
        try await group.close()
    }

    @Test("a payment whose beginning nobody noticed is found by its order")
    func unnoticed() async throws {
        let group = try await Group()
        let (view, key, _) = try await lastShare(group)
        let transaction = try #require(try await group.service.find(key))
        try await group.shop.execute(
            "DELETE FROM pledg_attempts WHERE transaction_id = $1", [.integer(transaction.id)])
        _ = try await group.service.perform(key).get()
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        try await group.close()
    }

    @Test("9.8 what is told twice or out of order counts once")
    func row8() async throws {
        let group = try await Group()
        let (view, key, _) = try await lastShare(group)
        for _ in 0..<3 { _ = try await group.service.perform(key).get() }
        await group.work()
        // Called off after it was paid: a gateway that says so has it wrong.
        _ = try await group.service.cancel(key, reason: 10, refundAllowed: false)
        for _ in 0..<3 { _ = try await group.service.perform(key).get() }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(try await group.movements(view) == ["reimbursement done 6000"])
        #expect(group.mailbox.take() == Self.finals)
        try await group.close()
    }

    @Test("9.9 a second payment of a share is refused while one is under way; if both come, the later goes back")
    func row9() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let token = try await group.token("ann", view)
        let start = try await group.gateway.startShare(token, gateway: "alpha").get()
        let first = try await group.begin(start.orderID, start.amount)
        let again = try await group.gateway.startShare(token, gateway: "beta")
        #expect(throws: PledgRefusal.underWay) { try again.get() }
        #expect(try await group.gateway.pledgerView(token)?.standing == .underWay)
        let busy = try await group.attempt(start.orderID, start.amount, by: "beta")
        #expect(throws: Rejection.orderBusy) { try busy.get() }
        // Of gateways whose attempts hold nothing two may be under way.
        _ = try await group.service.cancel(first, reason: 10).get()
        let one = try await group.begin(start.orderID, start.amount, by: "alpha", holds: false)
        let two = try await group.begin(start.orderID, start.amount, by: "beta", holds: false)
        _ = try await group.service.perform(one, ifTaken: .performAsDuplicate).get()
        _ = try await group.service.perform(two, ifTaken: .performAsDuplicate).get()
        await group.work()
        #expect(try await group.payment(one) == "2 0")
        #expect(try await group.payment(two) == "-2 3000")
        #expect(try await group.movements(view) == ["stray done 3000"])
        #expect(try await group.member("ann", view).isPaid)
        try await group.close()
    }

    @Test("9.10 somebody pays another's share: if it goes back, he is told")
    func row10() async throws {
        let group = try await Group()
        let (view, key, deadline) = try await lastShare(group, payer: "uncle@example.com")
        group.money.change { $0.isDown = true }
        group.clock.now = deadline
        await group.work()
        await group.advance(hours: 1)
        group.money.change { $0.isDown = false }
        _ = group.mailbox.take()
        _ = try await group.service.perform(key).get()
        await group.work()
        #expect(group.mailbox.take() == ["stray uncle"])
        #expect(try await group.look(view).pledgerEmails == ["ann@example.com", "bob@example.com"])
        try await group.close()
    }
}
