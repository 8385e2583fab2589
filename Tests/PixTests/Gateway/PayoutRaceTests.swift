import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Two that move the same payout at once: the later of them stores nothing over what the first one stored.
///
/// Source: pix.md 4.5, 5.2
@Suite("A payout that two move at once")
struct PayoutRaceTests {
    private func pay(_ till: Till) async throws -> PixPayout {
        try await till.gateway.payouts.create(
            amount: 1_000, key: try PixKey("fulano@example.com"), description: nil, reference: "r", actor: "merchant"
        ).get()
    }

    private func line(_ till: Till) async throws -> String {
        try await till.shop.rows("SELECT state, step, coalesce(bank_code, '-') FROM pix_payouts", columns: 3).joined()
    }

    /// The call of this kind waits until another program on the same database has done its part.
    private func during(
        _ call: String, _ till: Till, _ first: @escaping @Sendable () async throws -> Void,
        _ second: @Sendable (Till) async throws -> Void
    ) async throws {
        let other = try till.beside()
        let gate = till.bank.hold(call)
        let task = Task { try await first() }
        await gate.reached()
        try await second(other)
        gate.open()
        try await task.value
    }

    @Test(
        "asked for by one is not asked for by the other while the call is under way",
        arguments: [nil, PixBankError.busy(milliseconds: 1_000), .notSent("x"), .unknown("x")])
    func underWay(error: PixBankError?) async throws {
        let till = try await Till()
        if let error { till.bank.fail("pay", .before(error)) }
        try await during("pay", till) {
            _ = try await self.pay(till)
        } _: { other in
            till.clock.advance(milliseconds: 60_000)
            _ = await other.gateway.payouts.advanceDue()
        }
        #expect(till.bank.takeCalls() == ["pay 1000"])
        try await till.close()
    }

    @Test(
        "taken by another while a call hangs for very long is not set back by the late answer",
        arguments: [
            PixBankError.busy(milliseconds: 1_000), .notSent("x"), .unknown("x"),
            .refused(status: 400, name: "", detail: "x"), .notFound,
        ])
    func late(error: PixBankError) async throws {
        let till = try await Till()
        try await during("pay", till) {
            _ = try await self.pay(till)
        } _: { other in
            till.clock.advance(milliseconds: 120_000)
            _ = await other.gateway.payouts.advanceDue()
            let stands = try await self.line(till)
            #expect(stands == "1 asked code-1")
            till.bank.fail("pay", .before(error))
        }
        #expect(try await line(till) == "1 asked code-1")
        #expect(till.bank.look { $0.paid.values.reduce(0, +) } == 1)
        try await till.close()
    }

    @Test("that came to its end meanwhile is not opened again by a look that began before", arguments: [true, false])
    func lateLook(isBusy: Bool) async throws {
        let till = try await Till()
        _ = try await pay(till)
        try await during("payout", till) {
            _ = try await till.gateway.payouts.find("r")
        } _: { other in
            till.bank.setPayout("PAGO", .paid)
            till.clock.advance(milliseconds: 10_000)
            _ = await other.gateway.payouts.advanceDue()
            let stands = try await self.line(till)
            #expect(stands == "2 ended code-1")
            till.bank.setPayout("ENVIADO", .waiting)
            if isBusy { till.bank.fail("payout", .before(.busy(milliseconds: 1_000))) }
        }
        #expect(try await line(till) == "2 ended code-1")
        #expect(till.anomalies == [])
        try await till.close()
    }
}
