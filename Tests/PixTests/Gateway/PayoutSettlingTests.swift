import Payments
import Pix
import Specification
import TestSupport
import Testing

/// Source: pix.md 5.2
@Suite("A payout that the merchant settles")
struct PayoutSettlingTests {
    private func pay(_ till: Till) async throws {
        _ = try await till.gateway.payouts.create(
            amount: 1_000, key: try PixKey("fulano@example.com"), description: nil, reference: "r-1", actor: "merchant"
        ).get()
    }

    /// The bank is not asked about it any more.
    private func givenUp() async throws -> Till {
        let till = try await Till()
        till.bank.fail("pay", .before(.unknown("HTTP 504")))
        try await pay(till)
        till.clock.advance(hours: 24)
        _ = await till.gateway.payouts.advanceDue()
        #expect(try await till.gateway.payouts.find("r-1")?.attention == .outcomeUnknown)
        _ = till.bank.takeCalls()
        return till
    }

    private func settle(
        _ till: Till, _ outcome: PixPayouts.Outcome
    ) async throws -> Result<PixPayout, PixPayouts.SettlingRefusal> {
        try await till.gateway.payouts.settle("r-1", as: outcome, actor: "merchant")
    }

    /// `from>to actor`, a change a line.
    private func journal(_ till: Till) async throws -> [String] {
        try await till.gateway.payouts.journal(of: "r-1").map {
            "\($0.from.rawValue)>\($0.to.rawValue) \($0.actor)"
        }
    }

    @Test(
        "is what the word says once nobody looks for it any more, and the word is in its journal",
        arguments: [
            (PixPayouts.Outcome.paid, "2", ["1>2 merchant"]), (.failed, "-1", ["1>-1 merchant"]),
            (.returned, "-2", ["1>2 merchant", "2>-2 merchant"]),
        ])
    func settled(outcome: PixPayouts.Outcome, state: String, changes: [String]) async throws {
        let till = try await givenUp()
        let payout = try await settle(till, outcome).get()
        #expect("\(payout.state.rawValue)" == state)
        #expect(payout.attention == nil)
        #expect(payout.endedAt == till.clock.now)
        #expect(try await journal(till) == changes)
        // The same word again changes nothing, and the bank is asked for nothing.
        #expect(try await settle(till, outcome).get() == payout)
        _ = await till.gateway.payouts.advanceDue()
        _ = await till.gateway.statement.advanceDue()
        #expect(try await journal(till) == changes)
        #expect(till.bank.takeCalls().allSatisfy { $0.hasPrefix("statement") })
        try await till.close()
    }

    @Test("is not while the bank is asked about it, nor when it ended otherwise, nor one that there is not")
    func refused() async throws {
        let till = try await Till()
        till.bank.fail("pay", .before(.unknown("HTTP 504")))
        try await pay(till)
        for outcome in PixPayouts.Outcome.allCases {
            #expect(try await settle(till, outcome) == .failure(.underWay))
        }
        // Refused after that: somebody should look, and it is asked for still.
        till.bank.fail("pay", .before(.refused(status: 400, name: "", detail: "x")))
        till.clock.advance(milliseconds: 700_000)
        _ = await till.gateway.payouts.advanceDue()
        #expect(try await till.gateway.payouts.find("r-1")?.attention == .refusedAfterUnknown)
        #expect(try await settle(till, .failed) == .failure(.underWay))
        till.clock.advance(hours: 24)
        _ = await till.gateway.payouts.advanceDue()
        _ = try await settle(till, .failed).get()
        #expect(try await settle(till, .paid) == .failure(.ended(.cancelled)))
        #expect(try await settle(till, .returned) == .failure(.ended(.cancelled)))
        for reference in ["none", "", "a\0b", String(repeating: "a", count: 36)] {
            let answer = try await till.gateway.payouts.settle(reference, as: .paid, actor: "merchant")
            #expect(answer == .failure(.notFound))
            #expect(try await till.gateway.payouts.find(reference) == nil)
        }
        try await till.close()
    }

    @Test("that the bank has paid can be said to have come back, and both are in the journal")
    func returned() async throws {
        let till = try await Till()
        try await pay(till)
        till.bank.setPayout("PAGO", .paid)
        till.clock.advance(milliseconds: 6_000)
        _ = await till.gateway.payouts.advanceDue()
        #expect(try await settle(till, .failed) == .failure(.ended(.performed)))
        #expect(try await settle(till, .returned).get().state == .cancelledAfterPerform)
        #expect(try await journal(till) == ["1>2 pix", "2>-2 merchant"])
        try await till.close()
    }

    private func out(_ till: Till, _ ids: String...) {
        let moment = till.clock.now
        till.bank.change {
            $0.movements = ids.map {
                PixMovement(.debit, amount: 1_000, e2eID: $0, key: "fulano@example.com", bookedAt: moment)
            }
        }
    }

    /// A day later the statement is read.
    private func nextDay(_ till: Till) async {
        till.clock.advance(hours: 25)
        _ = await till.gateway.statement.advanceDue()
    }

    @Test(
        "as failed, and that the bank shows as sent later, is listed and told of once, until somebody settles it again",
        arguments: [(PixPayouts.Outcome.paid, "2"), (.failed, "-1"), (.returned, "-2")])
    func sentAfterAll(outcome: PixPayouts.Outcome, state: String) async throws {
        let till = try await givenUp()
        _ = try await settle(till, .failed).get()
        await nextDay(till)
        #expect(try await till.gateway.payouts.find("r-1")?.attention == nil)
        out(till, "E-out")
        _ = till.anomalies
        for _ in 0..<3 { await nextDay(till) }
        #expect(till.anomalies.filter { $0 == .payoutSentAfterAll }.count == 1)
        #expect(try await till.gateway.payouts.find("r-1")?.state == .cancelled)
        let matters = try await PixMatter.all(in: till.shop.store, at: till.clock.now)
        #expect(matters.map { "\($0.kind) \($0.detail)" } == ["payout_in_doubt sent_after_all 10.00 BRL"])
        let again = try await settle(till, outcome).get()
        #expect("\(again.state.rawValue)" == state && again.attention == nil)
        #expect(try await PixMatter.all(in: till.shop.store, at: till.clock.now) == [])
        for _ in 0..<3 { await nextDay(till) }
        #expect(!till.anomalies.contains(.payoutSentAfterAll))
        #expect(try await till.gateway.payouts.find("r-1") == again)
        let word = outcome == .failed ? "-1>-1 merchant" : "-1>2 merchant"
        #expect(try await journal(till).prefix(2) == ["1>-1 merchant", word])
        try await till.close()
    }

    @Test("as failed is not taken for what another payout sent, nor one that the bank itself said had failed")
    func notSentAfterAll() async throws {
        let till = try await givenUp()
        _ = try await settle(till, .failed).get()
        _ = try await till.gateway.payouts.create(
            amount: 1_000, key: try PixKey("fulano@example.com"), description: nil, reference: "r-2", actor: "merchant"
        ).get()
        till.bank.setPayout("PAGO", .paid)
        till.clock.advance(milliseconds: 6_000)
        _ = await till.gateway.payouts.advanceDue()
        let e2eID = try #require(try await till.gateway.payouts.find("r-2")?.e2eID)
        out(till, e2eID)
        await nextDay(till)
        #expect(try await till.gateway.payouts.find("r-1")?.attention == nil)
        #expect(try await settle(till, .paid) == .failure(.ended(.cancelled)))
        try await till.close()
    }

    @Test("by two words at once, or beside the statement, ends once")
    func race() async throws {
        for _ in 0..<6 {
            let till = try await givenUp()
            till.bank.change {
                $0.movements = [
                    PixMovement(
                        .debit, amount: 1_000, e2eID: "E-out", key: "fulano@example.com", bookedAt: 1_795_219_300_000)
                ]
            }
            till.clock.advance(hours: 24)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await self.settle(till, .paid) }
                group.addTask { _ = try? await self.settle(till, .failed) }
                group.addTask { _ = await till.gateway.statement.advanceDue() }
            }
            #expect(try await journal(till).count == 1)
            try await till.close()
        }
    }

    @Test("takes its movement in the statement with it: another one in doubt is not paid by that")
    func movement() async throws {
        let till = try await Till()
        till.bank.fail("pay", .before(.unknown("HTTP 504")), .before(.unknown("HTTP 504")))
        try await pay(till)
        _ = try await till.gateway.payouts.create(
            amount: 1_000, key: try PixKey("fulano@example.com"), description: nil, reference: "r-2", actor: "merchant"
        ).get()
        till.bank.change {
            $0.movements = [
                PixMovement(
                    .debit, amount: 1_000, e2eID: "E-out", key: "fulano@example.com",
                    bookedAt: till.clock.now + 1_000)
            ]
        }
        till.clock.advance(hours: 24)
        _ = await till.gateway.payouts.advanceDue()
        // One movement, two that it may be: nobody can say.
        for reference in ["r-1", "r-2"] {
            #expect(try await till.gateway.payouts.find(reference)?.attention == .outcomeUnknown)
        }
        #expect(try await settle(till, .paid).get().state == .performed)
        till.clock.advance(hours: 24)
        _ = await till.gateway.statement.advanceDue()
        #expect(till.bank.takeCalls().contains { $0.hasPrefix("statement") })
        let other = try #require(try await till.gateway.payouts.find("r-2"))
        #expect(other.state == .created)
        #expect(other.attention == .outcomeUnknown)
        // A second one is its own.
        till.bank.change {
            $0.movements.append(
                PixMovement(
                    .debit, amount: 1_000, e2eID: "E-out-2", key: "fulano@example.com",
                    bookedAt: till.clock.now - 1_000))
        }
        till.clock.advance(hours: 24)
        _ = await till.gateway.statement.advanceDue()
        #expect(try await till.gateway.payouts.find("r-2")?.state == .performed)
        try await till.close()
    }
}
