import Payments
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: a one-time order has at most one live transaction, and everybody is told the same about it.
    //
    //     call 1 … 200 (an id each)             storage
    //     ------------------------------------  --------------------------------------------------
    //     Create(id 17, order A)  ─────────────▶ insert, holds_order = 1
    //     Create(id 3, order A)   ─────────────▶ insert: the partial unique index refuses
    //     …                                      group commit
    //                             ◀───────────── 17: state 1
    //                             ◀───────────── 3 and all others: OrderBusy
    @Suite("Races of CreateTransaction")
    struct CreateRaces {
        @Test("two hundred transactions want one order: one lives")
        func oneLives() async throws {
            try await Race.with(connections: 200) { race in
                try await race.running.addOrder("A")
                let answers = try await Crowd.all(200) { try await race.create(PaymeClient.id($0), "A") }
                try await expectOneLives(answers, race)
                #expect(try await race.recorded(.created) == 1)
                #expect(try await race.deliveredIDs(.created).count == 1)
            }
        }

        @Test("two hundred transactions want one order, and the shop has no code of its own: one lives")
        func oneLivesWithPlainHooks() async throws {
            try await RunningServer.with { running in
                try await Crowd.with(200, of: running) { client in
                    try await running.addOrder("A")
                    let race = Race(running: running, hooks: RaceHooks(), payme: client)
                    let answers = try await Crowd.all(200) { try await race.create(PaymeClient.id($0), "A") }
                    try await expectOneLives(answers, race)
                }
            }
        }

        @Test("two hundred transactions want one order, and the setting says -31008: one lives")
        func oneLivesWhenUnable() async throws {
            try await Race.with(connections: 200, ["PAYME_BUSY_ORDER_ERROR": "unable"]) { race in
                try await race.running.addOrder("A")
                let answers = try await Crowd.all(200) { try await race.create(PaymeClient.id($0), "A") }
                #expect(answers.count { $0.isResult } == 1)
                #expect(answers.count { $0.isError(.cannotPerform) } == 199)
                #expect(try await race.ledger().transactions.count == 1)
            }
        }

        // Invariant: a call and its repeats are one call.
        //
        //     repeat 1 … 1,000 (one id)             storage
        //     ------------------------------------  --------------------------------------------------
        //     Create(id 1, order A)   ─────────────▶ insert, journal, outbox, the shop's row
        //     Create(id 1, order A)   ─────────────▶ insert: unique (id) refuses; read what is stored
        //                             ◀───────────── both: the same bytes
        @Test("a thousand repeats of one call: one transaction, one event, one body")
        func repeats() async throws {
            try await Race.with(connections: 250) { race in
                try await race.running.addOrder("A")
                let answers = try await Crowd.all(1_000) { _ in try await race.create(PaymeClient.id(1), "A") }
                #expect(Set(answers.map(\.bytes)).count == 1)
                #expect(answers[0].state == 1)
                #expect(answers.allSatisfy { $0.isResult })
                let ledger = try await race.ledger()
                #expect(ledger.transactions.count == 1)
                #expect(ledger.changes(PaymeClient.id(1)) == [.created])
                #expect(try await race.recorded(.created) == 1)
                #expect(try await race.deliveredIDs(.created).count == 1)
            }
        }

        private func expectOneLives(_ answers: [PaymeClient.Answer], _ race: Race) async throws {
            let winners = answers.indices.filter { answers[$0].isResult }
            #expect(winners.count == 1)
            #expect(answers.count { $0.isError(.orderBusy) && $0.data == "order_id" } == 199)
            let ledger = try await race.ledger()
            #expect(ledger.transactions.map(\.key.externalID) == winners.map(PaymeClient.id))
            #expect(ledger.counts["transactions"] == 1)
            #expect(ledger.counts["journal"] == 1)
            let winner = try #require(winners.first)
            let shown = try await race.payme.show(PaymeClient.id(winner))
            #expect(shown.state == 1)
            #expect(shown.number("create_time") == answers[winner].number("create_time"))
        }
    }
}
