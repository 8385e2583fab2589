import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Source: pix.md 5.2 row 10
@Suite("A payout whose money comes back")
struct PayoutReturnTests {
    private func paid() async throws -> Till {
        let till = try await Till()
        _ = try await till.gateway.payouts.create(
            amount: 1_000, key: try PixKey("fulano@example.com"), description: nil, reference: "r", actor: "merchant"
        ).get()
        till.bank.setPayout("PAGO", .paid)
        #expect(try await till.gateway.payouts.find("r")?.state == .performed)
        _ = till.bank.takeCalls()
        return till
    }

    private func day(_ till: Till) async {
        till.clock.advance(hours: 25)
        _ = await till.gateway.advance(.statement)
    }

    private func state(_ till: Till) async throws -> TransactionState? {
        try await till.gateway.payouts.find("r")?.state
    }

    @Test(
        "is state -2, by whichever of its ids the statement names it, and is told of once",
        arguments: [("E-out", nil), (nil, "code-1"), ("D-other", "code-1")] as [(String?, String?)])
    func returned(e2eID: String?, code: String?) async throws {
        let till = try await paid()
        till.bank.change { $0.movements = [PixMovement(.credit, amount: 1_000, e2eID: e2eID, code: code)] }
        await day(till)
        #expect(try await state(till) == .cancelledAfterPerform)
        #expect(till.anomalies == [.payoutReturned])
        await day(till)
        #expect(till.anomalies == [])
        try await till.close()
    }

    @Test("does not change by what is not it, and somebody is told of what it could be")
    func other() async throws {
        let cases: [(PixMovement, PixAnomaly?)] = [
            (PixMovement(.debit, amount: 1_000, e2eID: "E-out", code: "code-1"), nil),
            (PixMovement(.credit, amount: 1_000, e2eID: "E-other", title: "Pix recebido"), nil),
            (PixMovement(.credit, amount: 1_000), nil),
            (PixMovement(.credit, amount: 999, e2eID: "D-1"), nil),
            (PixMovement(.credit, amount: 1_000, e2eID: "D-1"), .payoutReturnUnclear),
            (PixMovement(.credit, amount: 1_000, title: "Pix enviado DEVOLVIDO"), .payoutReturnUnclear),
            (PixMovement(.credit, amount: 999, e2eID: "E-out"), .payoutReturnUnclear),
        ]
        for (movement, anomaly) in cases {
            let till = try await paid()
            till.bank.change { $0.movements = [movement] }
            await day(till)
            #expect(try await state(till) == .performed, "\(movement)")
            #expect(till.anomalies == [anomaly].compactMap(\.self), "\(movement)")
            try await till.close()
        }
    }

    @Test("is looked for once a day, on every page, and not at all where nothing was ever sent")
    func pace() async throws {
        let till = try await paid()
        till.bank.change {
            $0.movements =
                (0..<5).map { PixMovement(.credit, amount: 1, e2eID: "E\($0)") }
                + [PixMovement(.credit, amount: 1_000, e2eID: "E-out")]
        }
        _ = await till.gateway.advance(.statement)
        #expect(till.bank.takeCalls() == ["statement 0", "statement 1", "statement 2"])
        #expect(try await state(till) == .cancelledAfterPerform)
        till.clock.advance(milliseconds: 86_399_999)
        #expect(await till.gateway.advance(.statement) == 1)
        #expect(till.bank.takeCalls() == [])
        try await till.close()
        let idle = try await Till()
        await day(idle)
        #expect(idle.bank.takeCalls() == [])
        try await idle.close()
    }
}
