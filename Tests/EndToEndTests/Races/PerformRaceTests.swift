import Payments
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: money is taken once, and the goods are handed over once, however often Payme asks.
    //
    //     repeat 1 … 1,000 (one id)             storage
    //     ------------------------------------  --------------------------------------------------
    //     Perform(id 1)           ─────────────▶ state 1: set 2, perform_time, journal, outbox, the shop's row
    //     Perform(id 1)           ─────────────▶ state 2: nothing
    //                             ◀───────────── both: the same perform_time, the same bytes
    @Suite("Races of PerformTransaction and CancelTransaction")
    struct RepeatRaces {
        private static let id = PaymeClient.id(1)

        @Test("a thousand repeats of one perform: one perform_time, one event, one body")
        func performRepeats() async throws {
            try await Race.with(connections: 250) { race in
                try await race.running.addOrder("A")
                _ = try await race.create(Self.id, "A")
                let answers = try await Crowd.all(1_000) { _ in try await race.payme.perform(Self.id) }
                #expect(answers[0].state == 2)
                try await expectOneChange(.performed, answers, race)
                #expect(try await race.ledger().changes(Self.id) == [.created, .performed])
            }
        }

        @Test("a thousand repeats of one cancel before the money is taken: one cancel_time, one event, one body")
        func cancelRepeats() async throws {
            try await Race.with(connections: 250) { race in
                try await race.running.addOrder("A")
                _ = try await race.create(Self.id, "A")
                // Another reason each time: the first one stands.
                let answers = try await Crowd.all(1_000) {
                    try await race.payme.cancel(Self.id, reason: Int64($0 % 10))
                }
                #expect(answers[0].state == -1)
                try await expectOneChange(.cancelled, answers, race)
                #expect(try await race.ledger().changes(Self.id) == [.created, .cancelled])
            }
        }

        @Test("a thousand repeats of one refund: one cancel_time, one event, one body")
        func refundRepeats() async throws {
            try await Race.with(connections: 250) { race in
                try await race.running.addOrder("A")
                _ = try await race.create(Self.id, "A")
                let performed = try await race.payme.perform(Self.id)
                let answers = try await Crowd.all(1_000) { _ in try await race.payme.cancel(Self.id) }
                #expect(answers[0].state == -2)
                try await expectOneChange(.refunded, answers, race)
                let shown = try await race.payme.show(Self.id)
                #expect(shown.number("perform_time") == performed.number("perform_time"))
                #expect(try await race.ledger().changes(Self.id) == [.created, .performed, .refunded])
            }
        }

        private func expectOneChange(
            _ change: TransactionChange, _ answers: [PaymeClient.Answer], _ race: Race
        ) async throws {
            #expect(Set(answers.map(\.bytes)).count == 1)
            #expect(answers.allSatisfy { $0.isResult })
            #expect(try await race.recorded(change) == 1)
            #expect(try await race.deliveredIDs(change).count == 1)
            let ledger = try await race.ledger()
            #expect(ledger.transactions.count == 1)
            #expect(answers[0].state == ledger[Self.id]?.state.rawValue)
        }
    }
}
