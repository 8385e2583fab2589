import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Source: pix.md 4.5, 5.2
@Suite("A payout of which nobody knows what the bank did")
struct PayoutDoubtTests {
    private static let key = "fulano@example.com"

    private func pay(_ till: Till, reference: String = "r-1") async throws -> PixPayout {
        try await till.gateway.payouts.create(
            amount: 1_000, key: try PixKey(Self.key), description: "salary", reference: reference, actor: "merchant"
        ).get()
    }

    /// `state step attention`, then whether it is due.
    private func line(_ till: Till, _ reference: String = "r-1") async throws -> String {
        try await till.shop.rows(
            """
            SELECT state, step, coalesce(attention, '-'), CASE WHEN due_at IS NULL THEN 'rests' ELSE 'due' END
            FROM pix_payouts WHERE reference = $1
            """, [.text(reference)], columns: 4
        ).joined()
    }

    private func look(_ till: Till) async {
        till.clock.advance(milliseconds: 700_000)
        _ = await till.gateway.payouts.advanceDue()
    }

    /// The first call's answer is lost, whatever the bank did.
    private func doubtful(arrived: Bool = false) async throws -> Till {
        let till = try await Till()
        till.bank.fail("pay", arrived ? .after : .before(.unknown("HTTP 504")))
        _ = try await pay(till)
        #expect(try await line(till) == "1 unknown - due")
        _ = till.bank.takeCalls()
        return till
    }

    private static let sent = PixMovement(
        .debit, amount: 1_000, e2eID: "E-out", code: "code-1", key: key, note: "salary", title: "Pix enviado")

    @Test(
        "stays so when the bank refuses to repeat it, and somebody is told once",
        arguments: [
            PixBankError.refused(status: 400, name: "", detail: "x"), .refused(status: 403, name: "", detail: "x"),
            .notFound, .refused(status: 422, name: "", detail: "x"),
        ])
    func refusedRepeat(error: PixBankError) async throws {
        let till = try await doubtful(arrived: true)
        till.bank.fail("pay", .before(error), .before(error))
        await look(till)
        #expect(try await line(till) == "1 unknown refused_after_unknown due")
        #expect(try await till.gateway.payouts.find("r-1")?.attention == .refusedAfterUnknown)
        await look(till)
        #expect(till.anomalies == [.payoutUnknown])
        // It was carried out: the next repeat has the first answer.
        await look(till)
        #expect(try await line(till) == "1 asked - due")
        #expect(till.bank.look { $0.paid.values.reduce(0, +) } == 1)
        try await till.close()
    }

    @Test("another status than those that the bank tells of proves nothing, the first time either")
    func otherStatus() async throws {
        let till = try await Till()
        till.bank.fail("pay", .before(.refused(status: 409, name: "", detail: "under way")))
        _ = try await pay(till)
        #expect(try await line(till) == "1 unknown - due")
        await look(till)
        #expect(try await line(till) == "1 asked - due")
        try await till.close()
    }

    @Test("is not asked for any more after a day, for the bank may have forgotten its key")
    func forgotten() async throws {
        let till = try await doubtful()
        till.clock.advance(milliseconds: 86_399_999)
        till.bank.fail("pay", .before(.unknown("HTTP 504")))
        _ = await till.gateway.payouts.advanceDue()
        #expect(till.bank.takeCalls() == ["pay 1000"])
        till.clock.advance(milliseconds: 600_000)
        for _ in 0..<3 { await look(till) }
        #expect(till.bank.takeCalls() == ["statement 0"])
        #expect(try await line(till) == "1 unknown outcome_unknown rests")
        #expect(till.anomalies == [.payoutUnknown])
        let payout = try await pay(till)
        #expect(payout.attention == .outcomeUnknown)
        #expect(payout.state == .created)
        #expect(till.bank.takeCalls() == [])
        try await till.close()
    }

    @Test("of an older program, which did not store since when, has been in doubt since it was asked for")
    func oldRow() async throws {
        let till = try await doubtful()
        try await till.shop.execute("UPDATE pix_payouts SET first_unknown_at = NULL")
        till.clock.advance(hours: 25)
        _ = await till.gateway.payouts.advanceDue()
        #expect(till.bank.takeCalls() == ["statement 0"])
        #expect(try await line(till) == "1 unknown outcome_unknown rests")
        try await till.close()
    }

    @Test("is put off when the statement cannot be asked for a while, and not repeated meanwhile")
    func busyStatement() async throws {
        let till = try await doubtful()
        till.bank.fail("statement", .before(.busy(milliseconds: 30_000)))
        till.clock.advance(hours: 25)
        _ = await till.gateway.payouts.advanceDue()
        #expect(try await line(till) == "1 unknown - due")
        till.clock.advance(milliseconds: 30_000)
        _ = await till.gateway.payouts.advanceDue()
        #expect(till.bank.takeCalls() == ["statement 0", "statement 0"])
        #expect(try await line(till) == "1 unknown outcome_unknown rests")
        try await till.close()
    }

    @Test(
        "is not taken for another one that the bank carried out under the same reference before",
        arguments: [(2_000, key), (1_000, "beltrano@example.com")] as [(Int64, String)])
    func otherPayout(amount: Int64, key: String) async throws {
        let till = try await Till()
        _ = try await pay(till)
        till.bank.setPayout("PAGO", .paid)
        till.bank.change { books in
            for id in books.payouts.keys {
                books.payouts[id]?.payout.amount = amount
                books.payouts[id]?.payout.key = key
            }
        }
        for _ in 0..<2 { await look(till) }
        #expect(try await line(till) == "1 asked other_payout rests")
        #expect(try await till.gateway.payouts.find("r-1")?.attention == .otherPayout)
        #expect(till.anomalies == [.payoutUnknown])
        try await till.close()
    }

    @Test("counts the day from the first doubt, also over calls that were never sent, and a kill")
    func firstDoubt() async throws {
        var till = try await doubtful()
        for _ in 0..<3 {
            till.clock.advance(hours: 7)
            till.bank.fail("pay", .before(.notSent("no connection")))
            _ = await till.gateway.payouts.advanceDue()
        }
        till = try await till.killed()
        #expect(till.bank.takeCalls().count == 3)
        till.clock.advance(hours: 4)
        _ = await till.gateway.payouts.advanceDue()
        #expect(till.bank.takeCalls() == ["statement 0"])
        try await till.close()
    }

    @Test("that never was in doubt is repeated for as long as nothing can be sent")
    func neverSent() async throws {
        let till = try await Till()
        till.bank.fail("pay", .before(.notSent("no connection")))
        _ = try await pay(till)
        till.clock.advance(hours: 30)
        _ = await till.gateway.payouts.advanceDue()
        #expect(try await line(till) == "1 asked - due")
        try await till.close()
    }

    @Test("is found in the statement before it is given up, and then asked about by its code")
    func foundAtTheEnd() async throws {
        let till = try await doubtful(arrived: true)
        till.bank.change { $0.movements = [Self.sent] }
        till.clock.advance(hours: 25)
        _ = await till.gateway.payouts.advanceDue()
        #expect(till.anomalies == [.foundByReconciliation])
        till.bank.setPayout("PAGO", .paid)
        await look(till)
        #expect(try await line(till) == "2 ended - rests")
        #expect(try await till.gateway.payouts.find("r-1")?.e2eID == "E-out")
        try await till.close()
    }

    @Test("is found by the daily look even after it was given up")
    func foundLater() async throws {
        let till = try await doubtful()
        till.clock.advance(hours: 25)
        _ = await till.gateway.payouts.advanceDue()
        var movement = Self.sent
        movement.code = nil
        till.bank.change { $0.movements = [movement] }
        #expect(await till.gateway.advance(.statement) > 0)
        #expect(try await line(till) == "2 ended - rests")
        #expect(till.anomalies == [.payoutUnknown, .foundByReconciliation])
        _ = till.bank.takeCalls()
        _ = await till.gateway.advance(.statement)
        #expect(till.bank.takeCalls() == [])
        try await till.close()
    }

    @Test("is not taken for a movement that is another's, or could be")
    func unfit() async throws {
        let changes: [@Sendable (inout PixMovement) -> Void] = [
            { $0.direction = .credit }, { $0.amount = 1_001 }, { $0.key = "beltrano@example.com" }, { $0.key = nil },
            { $0.note = "rent" }, { $0.bookedAt = 0 },
            {
                $0.e2eID = nil
                $0.code = nil
            },
        ]
        for change in changes {
            let till = try await doubtful()
            var movement = Self.sent
            change(&movement)
            till.bank.change { [movement] in $0.movements = [movement] }
            till.clock.advance(hours: 25)
            _ = await till.gateway.payouts.advanceDue()
            #expect(try await line(till) == "1 unknown outcome_unknown rests", "\(movement)")
            try await till.close()
        }
    }

    @Test("is not taken for one of two movements, nor for a payout's whose outcome is known")
    func ambiguous() async throws {
        let till = try await doubtful()
        till.bank.change {
            var other = Self.sent
            (other.e2eID, other.code) = ("E-other", "code-9")
            $0.movements = [Self.sent, other]
        }
        till.clock.advance(hours: 25)
        _ = await till.gateway.payouts.advanceDue()
        #expect(try await line(till) == "1 unknown outcome_unknown rests")
        // One of the two turns out to be another payout's.
        _ = try await pay(till, reference: "r-2")
        till.bank.setPayout("PAGO", .paid)
        #expect(try await till.gateway.payouts.find("r-2")?.e2eID == "E-out")
        till.bank.change { $0.movements[0].code = nil }
        _ = await till.gateway.advance(.statement)
        #expect(try await till.gateway.payouts.find("r-1")?.bankCode == "code-9")
        try await till.close()
    }

    @Test("a statement that cannot be asked changes nothing but that it is asked again")
    func noStatement() async throws {
        let till = try await doubtful()
        till.bank.fail("statement", .before(.notSent("no scope")), .before(.busy(milliseconds: 30_000)))
        till.clock.advance(hours: 25)
        _ = await till.gateway.payouts.advanceDue()
        #expect(try await line(till) == "1 unknown outcome_unknown rests")
        #expect(await till.gateway.advance(.statement) == 30_000)
        till.bank.change { $0.movements = [Self.sent] }
        _ = await till.gateway.advance(.statement)
        #expect(try await line(till) == "1 asked - due")
        try await till.close()
    }
}
