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
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.anomalies == [.chargeDiffers])
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
