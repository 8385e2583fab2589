import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

/// A payer whose code ran out simply tries again.
///
/// Source: pix.md 5.1
@Suite("A new charge for an order whose old one ran out")
struct SecondTryTests {
    private static let life: Int64 = 1_800_000

    private func till(
        _ provider: PixConfiguration.Provider = .static, hooks: PaymentHooks = PaymentHooks()
    ) async throws -> Till {
        let till = try await Till(provider, hooks: hooks) {
            $0.webhookSecret = provider == .static ? "a-path-that-the-bank-knows" : nil
        }
        try await till.shop.add(.oneTime(id: "A", amount: Money(minor: 10_000, currency: .brl)))
        return till
    }

    private func again(_ till: Till) async throws -> Result<PixChargeView, PixChargeRefusal> {
        try await till.charges.create(PixChargeRequest(amount: 10_000, orderID: "A", expirySeconds: 1_800))
    }

    private func notice(_ view: PixChargeView, _ id: String = "E-1") -> [UInt8] {
        let payment = PixPayment(
            e2eID: id, txid: view.charge.txid, amount: 10_000, paidAt: view.charge.expiresAt, key: Till.key)
        let body: JSONValue = ["pix": [Notices.item(payment)]]
        return body.serialized()
    }

    private func tell(_ till: Till, _ view: PixChargeView) async throws {
        #expect(await till.gateway.notices.take(notice(view), isAuthenticated: true).status == 200)
        _ = await till.gateway.notices.advanceDue()
    }

    @Test("of a static code calls the old one off and goes on; not a millisecond before the old one's end")
    func edge() async throws {
        let till = try await till()
        let old = try await till.create(order: "A")
        till.clock.advance(milliseconds: Self.life)
        #expect(try await again(till) == .failure(.order(.orderBusy)))
        till.clock.advance(milliseconds: 1)
        #expect(try await till.status(old.charge.id) == .expired)
        _ = till.changes
        let new = try await again(till).get()
        #expect(new.charge.id != old.charge.id)
        #expect(new.status == .pending)
        #expect(till.changes.contains(old.charge.id))
        #expect(try await till.view(old.charge.id).isFinal)
        #expect(try await till.view(old.charge.id).transaction.reason == 4)
        // The new one is as live as any.
        #expect(try await again(till) == .failure(.order(.orderBusy)))
        #expect(try await till.charges.confirm(new.charge.txid, amount: 10_000) != .notFound)
        #expect(try await again(till) == .failure(.order(.orderPaid)))
        try await till.close()
    }

    @Test("leaves what still comes for the old one to be held, whatever became of the new one")
    func late() async throws {
        for isNewPaid in [false, true] {
            let till = try await till()
            let old = try await till.create(order: "A")
            till.clock.advance(milliseconds: Self.life + 1)
            let new = try await again(till).get()
            if isNewPaid { _ = try await till.charges.confirm(new.charge.txid, amount: 10_000) }
            try await tell(till, old)
            #expect(try await till.status(old.charge.id) == .expired)
            #expect(try await till.status(new.charge.id) == (isNewPaid ? .paid : .pending))
            #expect(try await till.gateway.refunds.held().map(\.receipt.standing) == [.late])
            #expect(till.anomalies == [.latePayment])
            try await till.close()
        }
    }

    @Test("is not made while the bank's word that the old one was paid is being taken")
    func told() async throws {
        let till = try await till()
        let old = try await till.create(order: "A")
        till.clock.advance(milliseconds: Self.life + 1)
        #expect(await till.gateway.notices.take(notice(old), isAuthenticated: true).status == 200)
        #expect(try await again(till) == .failure(.order(.orderBusy)))
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.status(old.charge.id) == .paid)
        #expect(try await again(till) == .failure(.order(.orderPaid)))
        try await till.close()
    }

    @Test("asked for many times at once, beside a late notice, is one; and no money is lost")
    func race() async throws {
        for round in 0..<6 {
            let till = try await till()
            let old = try await till.create(order: "A")
            till.clock.advance(milliseconds: Self.life + 1)
            var made: [PixChargeView] = []
            try await withThrowingTaskGroup(of: PixChargeView?.self) { group in
                for _ in 0..<4 { group.addTask { try? await again(till).get() } }
                group.addTask {
                    for _ in 0..<round { await Task.yield() }
                    try await tell(till, old)
                    return nil
                }
                for try await view in group { if let view { made.append(view) } }
            }
            let isPaid = try await till.status(old.charge.id) == .paid
            #expect(made.count == (isPaid ? 0 : 1))
            #expect(try await till.receipts() == [isPaid ? "paid 10000 0 0" : "late 10000 0 0"])
            try await till.close()
        }
    }

    @Test("asks the shop as any other does")
    func hooks() async throws {
        let till = try await till(hooks: SecondTryHooks())
        let old = try await till.create(order: "A")
        till.clock.advance(milliseconds: Self.life + 1)
        _ = try await again(till).get()
        #expect(try await till.view(old.charge.id).isFinal)
        try await till.close()
    }

    @Test("at a bank has it asked about the old one first: it may have been paid, and its silence changes nothing")
    func bank() async throws {
        for outcome in ["free", "paid", "silent"] {
            let till = try await till(.inter)
            let old = try await till.create(order: "A")
            till.clock.advance(milliseconds: Self.life)
            if outcome == "paid" { till.bank.pay(old.charge.txid, 10_000) }
            till.clock.advance(milliseconds: 1)
            if outcome == "silent" { till.bank.fail("charge", .before(.unknown("HTTP 504"))) }
            let answer = try await again(till)
            switch outcome {
            case "free":
                #expect(try answer.get().status == .pending)
                #expect(try await till.status(old.charge.id) == .expired)
            case "paid":
                #expect(answer == .failure(.order(.orderPaid)))
                #expect(try await till.status(old.charge.id) == .paid)
            default:
                #expect(answer == .failure(.order(.orderBusy)))
                #expect(try await till.view(old.charge.id).transaction.state == .created)
            }
            try await till.close()
        }
    }
}

private final class SecondTryHooks: PaymentHooks, @unchecked Sendable {
    override func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict { .allow }
}
