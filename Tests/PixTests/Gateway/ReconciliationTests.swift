import Payments
import Pix
import Specification
import Storage
import Synchronization
import TestSupport
import Testing

/// Source: pix.md 5.1 (timeouts)
@Suite("The daily comparison with the bank")
struct ReconciliationTests {
    @Test("finds payments of which nothing has told, on every page, and happens once a day")
    func finds() async throws {
        let till = try await Till()
        var ids: [String] = []
        for _ in 0..<5 { ids.append(try await till.create(expiry: 2_592_000).charge.id) }
        for id in ids { till.bank.pay(try await till.view(id).charge.txid, 10_000) }
        till.bank.pay("anothers", 500)
        _ = till.bank.takeCalls()
        #expect(await till.gateway.reconciliation.advanceDue() == 3_600_000)
        for id in ids { #expect(try await till.status(id) == .paid) }
        #expect(till.anomalies == Array(repeating: .foundByReconciliation, count: 5))
        // Three pages of payments and of charges, and what went back in each month.
        #expect(till.bank.takeCalls().count == 9)
        till.clock.advance(hours: 23)
        #expect(await till.gateway.reconciliation.advanceDue() == 3_600_000)
        #expect(till.bank.takeCalls() == [])
        till.clock.advance(hours: 1)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.bank.takeCalls().count == 9)
        #expect(till.anomalies == [])
        try await till.close()
    }

    @Test("finds money that came after a charge was called off")
    func late() async throws {
        let till = try await Till()
        let view = try await till.create()
        _ = try await till.charges.cancel(view.charge.id, actor: "merchant")
        till.bank.pay(view.charge.txid, 10_000)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(Set(till.anomalies) == [.latePayment, .foundByReconciliation])
        #expect(try await till.refunds() == ["policy waiting 10000"])
        try await till.close()
    }

    @Test("lets a charge be looked at that the bank has removed")
    func removed() async throws {
        let till = try await Till()
        let view = try await till.create(expiry: 2_592_000)
        till.bank.change { $0.charges[view.charge.txid]?.status = .removedByBank }
        _ = await till.gateway.reconciliation.advanceDue()
        _ = await till.charges.advanceDue()
        #expect(try await till.status(view.charge.id) == .cancelled)
        try await till.close()
    }

    @Test("is tried again when the bank is silent or takes no more calls")
    func again() async throws {
        let till = try await Till()
        till.bank.fail("payments", .before(.unknown("HTTP 503")), .before(.busy(milliseconds: 7_000)))
        #expect(await till.gateway.reconciliation.advanceDue() == 300_000)
        #expect(await till.gateway.reconciliation.advanceDue() == 7_000)
        #expect(await till.gateway.reconciliation.advanceDue() == 3_600_000)
        try await till.close()
    }

    @Test("tells of a charge that has another price at the bank")
    func differs() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.change { $0.charges[view.charge.txid]?.amount = 1 }
        till.bank.change { $0.charges[view.charge.txid]?.key = "fulano@example.com" }
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.anomalies == [.chargeDiffers])
        func lines() async throws -> [String] {
            try await PixReconciliation.differences(in: till.shop.store).map { "\($0.field) \($0.ours) \($0.theirs)" }
        }
        #expect(try await lines() == ["account pix.key another key", "amount 100.00 0.01"])
        // It is listed for as long as it is so.
        till.bank.change {
            $0.charges[view.charge.txid]?.amount = 10_000
            $0.charges[view.charge.txid]?.key = Till.key
        }
        _ = try await till.gateway.reconciliation.run()
        #expect(try await lines() == [])
        try await till.close()
    }

    @Test("forgets a difference that the bank's lists have not had for thirty days: nobody else would take it off ours")
    func forgotten() async throws {
        let till = try await Till()
        let view = try await till.create()
        till.bank.change { $0.charges[view.charge.txid]?.amount = 1 }
        _ = await till.gateway.reconciliation.advanceDue()
        let known = till.bank.look { $0.charges }
        till.bank.change { $0.charges = [:] }
        for (days, count) in [(30, 1), (1, 0)] as [(Int64, Int64)] {
            till.clock.advance(hours: days * 24)
            _ = await till.gateway.reconciliation.advanceDue()
            #expect(try await till.count("pix_differences") == count)
        }
        till.bank.change { $0.charges = known }
        _ = await till.charges.advanceDue()
        try await till.close()
    }

    @Test("on somebody's word happens at once, whenever it happened last, and says what it came to")
    func onDemand() async throws {
        let till = try await Till()
        _ = await till.gateway.reconciliation.advanceDue()
        let views = [try await till.create(), try await till.create()]
        till.bank.pay(views[0].charge.txid, 10_000)
        let report = try #require(try await till.gateway.reconciliation.run())
        #expect([report.payments, report.charges, report.takenOver] == [1, 2, 1])
        #expect(try await till.status(views[0].charge.id) == .paid)
        // Paid here, and not there.
        till.bank.change { $0.charges[views[0].charge.txid]?.status = .active }
        _ = try await till.gateway.reconciliation.run()
        let found = try await PixReconciliation.differences(in: till.shop.store)
        #expect(found.map(\.field) == ["status"])
        till.bank.fail("payments", .before(.unknown("HTTP 503")))
        await #expect(throws: PixBankError.unknown("HTTP 503")) { try await till.gateway.reconciliation.run() }
        try await till.close()
        let local = try await Till(.static)
        #expect(try await local.gateway.reconciliation.run() == nil)
        try await local.close()
    }

    @Test("stands beside what somebody should look at: held money, refunds that are refused or stuck, payouts in doubt")
    func matters() async throws {
        let till = try await Till { $0.returnsStrayMoney = false }
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000, e2eID: "E-paid")
        till.bank.pay(view.charge.txid, 500, e2eID: "E-second")
        _ = try await till.charges.step(view.charge.id)
        func request(_ amount: Int64) async throws {
            _ = try await till.gateway.refunds.request(
                try await till.view(view.charge.id).transaction, amount: Money(minor: amount, currency: .brl),
                actor: "merchant"
            ).get()
        }
        try await request(1_000)
        _ = await till.gateway.refunds.advanceDue()
        till.bank.endReturns(.refused, "NAO_REALIZADO")
        till.clock.advance(milliseconds: 5_000)
        _ = await till.gateway.refunds.advanceDue()
        till.bank.fail("pay", .before(.unknown("HTTP 504")))
        _ = try await till.gateway.payouts.create(
            amount: 700, key: try PixKey("fulano@example.com"), description: nil, reference: "r-1", actor: "merchant")
        till.clock.advance(hours: 24)
        _ = await till.gateway.payouts.advanceDue()
        func lines() async throws -> [String] {
            try await PixMatter.all(in: till.shop.store, at: till.clock.now).map {
                "\($0.kind) \($0.subject) \($0.detail)"
            }
        }
        #expect(
            try await lines() == [
                "held_money E-second duplicate 5.00 BRL", "refund_refused E-paid 10.00 BRL",
                "payout_in_doubt r-1 outcome_unknown 7.00 BRL",
            ])
        try await request(2_000)
        till.clock.advance(hours: 72)
        #expect(try await !lines().contains { $0.hasPrefix("refund_under_way") })
        till.clock.advance(milliseconds: 1)
        #expect(try await lines().contains("refund_under_way E-paid 20.00 BRL"))
        try await till.close()
    }

    @Test("one payment that cannot be taken keeps no other from being taken, and is taken in an hour")
    func oneFails() async throws {
        let hooks = MoodyHooks()
        let till = try await Till(hooks: hooks)
        var ids: [String] = []
        for amount in [10_000, 666, 10_001] as [Int64] {
            ids.append(try await till.create(amount, expiry: 2_592_000).charge.id)
            till.bank.pay(try await till.view(ids.last ?? "").charge.txid, amount)
        }
        #expect(await till.gateway.reconciliation.advanceDue() == 3_600_000)
        #expect(try await till.status(ids[0]) == .paid)
        #expect(try await till.status(ids[1]) == .pending)
        #expect(try await till.status(ids[2]) == .paid)
        hooks.isMoody.withLock { $0 = false }
        till.clock.advance(hours: 1)
        #expect(await till.gateway.reconciliation.advanceDue() == 3_600_000)
        #expect(try await till.status(ids[1]) == .paid)
        try await till.close()
    }

    @Test("after days off it looks at all of them")
    func afterDowntime() async throws {
        let till = try await Till()
        _ = await till.gateway.reconciliation.advanceDue()
        let view = try await till.create(expiry: 2_592_000)
        till.bank.pay(view.charge.txid, 10_000)
        till.clock.advance(hours: 24 * 9)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(try await till.status(view.charge.id) == .paid)
        try await till.close()
    }
}

/// A shop whose own rows of one payment cannot be written for a while.
private final class MoodyHooks: PaymentHooks, @unchecked Sendable {
    let isMoody = Mutex(true)

    override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
        if transaction.amount.minor == 666, isMoody.withLock({ $0 }) { throw MoodyFailure() }
    }
}

private struct MoodyFailure: Error {}
