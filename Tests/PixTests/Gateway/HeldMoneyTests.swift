import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Source: pix.md 3.5, 5.1
@Suite("Money that is held")
struct HeldMoneyTests {
    /// A paid charge, and the payment that nobody asked for.
    private func held(_ amount: Int64 = 10_000) async throws -> (Till, PixPayment) {
        let till = try await Till(.inter) { $0.returnsStrayMoney = false }
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000)
        _ = try await till.charges.step(view.charge.id)
        let second = till.bank.pay(view.charge.txid, amount)
        _ = await till.gateway.notices.take(Notices.body(second))
        _ = await till.gateway.notices.advanceDue()
        #expect(till.anomalies == [.duplicatePayment])
        _ = till.bank.takeCalls()
        return (till, second)
    }

    private func giveBack(
        _ till: Till, _ id: String, _ amount: Int64? = nil, key: String? = nil
    ) async throws -> Result<PixRefundView, PixHeldRefusal> {
        guard let key else { return try await till.gateway.refunds.giveBackHeld(id, amount: amount, actor: "merchant") }
        return try await till.gateway.refunds.giveBackHeld(id, amount: amount, actor: "merchant") { _, sql in
            try sql.execute("INSERT INTO pix_marks (name, at) VALUES ($1, 0)", [.text(key)])
        }
    }

    @Test("goes back on the merchant's word, whole, and the transaction stays as it is")
    func whole() async throws {
        let (till, payment) = try await held()
        let refund = try await giveBack(till, payment.e2eID).get()
        #expect(refund.amount == 10_000)
        #expect(refund.origin == .merchant)
        #expect(refund.state == .waiting)
        #expect(try await till.gateway.refunds.held().isEmpty)
        // Without a key it is the same wish.
        #expect(try await giveBack(till, payment.e2eID).get() == refund)
        #expect(try await giveBack(till, payment.e2eID, 10_000).get() == refund)
        try await giveBackAll(till)
        #expect(try await till.refunds() == ["merchant done 10000"])
        #expect(try await till.receipts() == ["paid 10000 0 0", "duplicate 10000 0 10000"])
        #expect(
            try await till.shop.number("SELECT count(*) FROM transactions WHERE state = 2 AND refunded_amount = 0") == 1
        )
        #expect(try await giveBack(till, payment.e2eID) == .failure(.nothingHeld))
        try await till.close()
    }

    @Test("goes back in parts, never beyond what is held")
    func parts() async throws {
        let (till, payment) = try await held(5_000)
        let id = payment.e2eID
        #expect(try await giveBack(till, id, 5_001) == .failure(.amount(held: 5_000)))
        #expect(try await giveBack(till, id, 0) == .failure(.amount(held: 5_000)))
        #expect(try await giveBack(till, id, -1) == .failure(.amount(held: 5_000)))
        #expect(try await giveBack(till, id, 2_000, key: "a").get().amount == 2_000)
        #expect(try await giveBack(till, id, 2_000, key: "b").get().amount == 2_000)
        #expect(try await till.gateway.refunds.held().map(\.amount) == [1_000])
        #expect(try await giveBack(till, id, 1_001, key: "c") == .failure(.amount(held: 1_000)))
        await #expect(throws: (any Error).self) { try await giveBack(till, id, 1, key: "a") }
        #expect(try await giveBack(till, id, key: "c").get().amount == 1_000)
        try await giveBackAll(till)
        #expect(try await till.receipts() == ["paid 10000 0 0", "duplicate 5000 0 5000"])
        try await till.close()
    }

    @Test("asked back by many at once goes back once")
    func race() async throws {
        let (till, payment) = try await held(5_000)
        let taken = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<20 {
                group.addTask {
                    if case .success(let refund) = try await self.giveBack(
                        till, payment.e2eID, 2_000, key: "k\(number)")
                    {
                        return refund.amount
                    }
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(taken == 4_000)
        try await giveBackAll(till)
        #expect(till.bank.look { $0.payments[payment.e2eID]?.returns.map(\.amount) } == [2_000, 2_000])
        try await till.close()
    }

    @Test("is no payment of a charge's, none that is not here, and none older than ninety days")
    func refused() async throws {
        let (till, payment) = try await held()
        #expect(try await giveBack(till, "E-none") == .failure(.notFound))
        let paid = try await till.shop.rows("SELECT e2e_id FROM pix_receipts WHERE standing = 'paid'", columns: 1)
        #expect(try await giveBack(till, try #require(paid.first)) == .failure(.notFound))
        let keep = try await till.gateway.refunds.keepHeld(try #require(paid.first), actor: "merchant")
        #expect(keep == .failure(.notFound))
        till.clock.advance(hours: 90 * 24)
        #expect(try await giveBack(till, payment.e2eID, 1).get().amount == 1)
        till.clock.advance(milliseconds: 1)
        #expect(try await giveBack(till, payment.e2eID, 2) == .failure(.tooOld(days: 90)))
        try await till.close()
    }

    @Test("of what was too much goes back without what the charge asked for")
    func overpaid() async throws {
        let till = try await Till(.inter) { $0.returnsStrayMoney = false }
        let view = try await till.create()
        let payment = till.bank.pay(view.charge.txid, 12_500)
        _ = try await till.charges.step(view.charge.id)
        #expect(try await giveBack(till, payment.e2eID, 2_501) == .failure(.amount(held: 2_500)))
        #expect(try await giveBack(till, payment.e2eID).get().amount == 2_500)
        try await giveBackAll(till)
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        #expect(try await till.receipts() == ["overpaid 12500 0 2500"])
        try await till.close()
    }

    @Test("that is kept is listed no more, says on whose word, and can still be given back")
    func kept() async throws {
        let (till, payment) = try await held()
        let refunds = till.gateway.refunds
        for actor in ["merchant", "another"] {
            #expect(try await refunds.keepHeld(payment.e2eID, actor: actor).get().amount == 10_000)
        }
        #expect(try await refunds.held().isEmpty)
        let words = try await till.shop.rows(
            "SELECT kept_by, kept_at FROM pix_receipts WHERE kept_at IS NOT NULL", columns: 2)
        #expect(words == ["merchant \(till.clock.now)"])
        #expect(try await giveBack(till, payment.e2eID).get().amount == 10_000)
        #expect(try await refunds.keepHeld(payment.e2eID, actor: "merchant") == .failure(.nothingHeld))
        try await till.close()
    }
}
