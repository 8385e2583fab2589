import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Source: pix.md 3.5, 5.1
@Suite("What the bank gave back of an older payment, untold")
struct ForcedRefundTests {
    /// Charges that were paid, and that many days later.
    private func paid(_ count: Int = 1, days: Int64) async throws -> (Till, [(id: String, payment: PixPayment)]) {
        let till = try await Till()
        var all: [(String, PixPayment)] = []
        for _ in 0..<count {
            let view = try await till.create()
            all.append((view.charge.id, till.bank.pay(view.charge.txid, 10_000)))
            _ = try await till.charges.step(view.charge.id)
        }
        _ = await till.gateway.reconciliation.advanceDue()
        till.clock.advance(hours: days * 24)
        _ = till.bank.takeCalls()
        #expect(till.anomalies == [])
        return (till, all)
    }

    private func force(_ till: Till, _ payment: PixPayment, _ amount: Int64 = 10_000) {
        till.bank.setReturn(
            PixReturn(id: "med", amount: amount, nature: "MED_FRAUDE", status: .done, statusWord: "DEVOLVIDO"),
            of: payment.e2eID)
    }

    @Test("is found for ninety days, and not a millisecond longer", arguments: [4, 29, 31, 61, 90] as [Int64])
    func days(days: Int64) async throws {
        let (till, all) = try await paid(days: days)
        force(till, all[0].payment, 4_000)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.anomalies == [.forcedRefund])
        #expect(try await till.line(all[0].id) == "paid 2 4000")
        force(till, all[0].payment, 4_000)
        till.clock.advance(hours: 24)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.anomalies == [])
        try await till.close()
        guard days == 90 else { return }
        let (late, others) = try await paid(days: days)
        late.clock.advance(milliseconds: 1)
        force(late, others[0].payment)
        _ = await late.gateway.reconciliation.advanceDue()
        #expect(try await late.line(others[0].id) == "paid 2 0")
        try await late.close()
    }

    @Test("is found on every page, once a day, with few calls")
    func pages() async throws {
        let (till, all) = try await paid(5, days: 40)
        for one in all { force(till, one.payment) }
        till.bank.setReturn(
            PixReturn(id: "o", amount: 1, status: .done, statusWord: "DEVOLVIDO"),
            of: till.bank.pay("anothers", 500, at: till.clock.now - 86_400_000).e2eID)
        _ = await till.gateway.reconciliation.advanceDue()
        for one in all { #expect(try await till.line(one.id) == "refunded -2 10000") }
        #expect(
            till.bank.takeCalls().filter { $0.hasPrefix("returns") } == [
                "returns 0", "returns 0", "returns 1", "returns 2", "returns 0",
            ])
        till.clock.advance(hours: 23)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.bank.takeCalls() == [])
        try await till.close()
    }

    @Test("is looked for again when the bank is silent or busy, and keeps nothing else from being compared")
    func again() async throws {
        let (till, all) = try await paid(days: 40)
        force(till, all[0].payment)
        till.bank.fail("returns", .before(.unknown("HTTP 503")), .before(.busy(milliseconds: 7_000)))
        #expect(await till.gateway.reconciliation.advanceDue() == 300_000)
        #expect(Set(till.bank.takeCalls()) == ["payments 0", "charges 0", "returns 0"])
        #expect(await till.gateway.reconciliation.advanceDue() == 7_000)
        #expect(till.bank.takeCalls() == ["returns 0"])
        #expect(await till.gateway.reconciliation.advanceDue() == 3_600_000)
        #expect(try await till.line(all[0].id) == "refunded -2 10000")
        try await till.close()
    }

    @Test("is not asked for again and again where the bank has no such list")
    func refused() async throws {
        let (till, _) = try await paid(days: 40)
        till.bank.fail("returns", .before(.refused(status: 400, name: "PixConsultaInvalida", detail: "x")))
        #expect(await till.gateway.reconciliation.advanceDue() == 3_600_000)
        _ = till.bank.takeCalls()
        till.clock.advance(hours: 23)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.bank.takeCalls() == [])
        till.clock.advance(hours: 1)
        _ = await till.gateway.reconciliation.advanceDue()
        #expect(till.bank.takeCalls().count { $0.hasPrefix("returns") } == 3)
        try await till.close()
    }
}
