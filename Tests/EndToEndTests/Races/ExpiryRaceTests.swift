import Payments
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: an order whose attempt ran out of time is free for exactly one other, and the old attempt ends once.
    //
    //     new attempts, repeats of the old      the job
    //     ------------------------------------  --------------------------------------------------
    //                        12 hours and a millisecond pass
    //     Create(id 2, order A)                 expire(id 1) → -1, reason 4
    //     Perform(id 1) → expired, CannotPerform
    //     Create(id 3, order A) → OrderBusy     expire(id 1): no longer in state 1
    @Suite("Races with the deadline")
    struct ExpiryRaces {
        @Test("an order whose attempt is overdue goes to one new attempt")
        func takeOver() async throws {
            let hours: Int64 = 12
            try await Race.with(connections: 16, ["JOBS_EXPIRY_SECONDS": "0"]) { race in
                for round in 0..<Prove.count(25, long: 400) {
                    let (order, old) = ("E\(round)", PaymeClient.id(round * 100))
                    try await race.running.addOrder(order)
                    #expect(try await race.create(old, order).state == 1)
                    race.running.clock.advance(milliseconds: hours * 3_600_000 + 1)
                    async let expired = race.service.expireOverdue()
                    let answers = try await Crowd.all(16) { call in
                        switch call {
                        case 0..<4: try await race.payme.perform(old)
                        case 4..<8: try await race.create(old, order)
                        default: try await race.create(PaymeClient.id(round * 100 + call), order)
                        }
                    }
                    _ = try await expired
                    #expect(answers[0..<8].allSatisfy { $0.isError(.cannotPerform) })
                    #expect(answers[8...].count { $0.state == 1 } == 1)
                    #expect(answers[8...].count { $0.isError(.orderBusy) } == 7)
                    let ledger = try await race.ledger()
                    #expect(ledger.changes(old) == [.created, .expired])
                    #expect(ledger[old]?.state == .cancelled)
                    #expect(ledger[old]?.reason == 4)
                    #expect(ledger.ofOrder(order).count == 2)
                    #expect(ledger.ofOrder(order).count { $0.state.isLive } == 1)
                }
                let expired = try await race.ledger().journal.count { $0.change == .expired }
                #expect(try await race.recorded(.expired) == expired)
            }
        }

        @Test("a perform at the last millisecond wins, one after it loses, whoever else looks")
        func lastMillisecond() async throws {
            try await Race.with(connections: 8, ["JOBS_EXPIRY_SECONDS": "0"]) { race in
                for late in [Int64(0), 1] {
                    let (order, id) = ("L\(late)", PaymeClient.id(Int(late)))
                    try await race.running.addOrder(order)
                    _ = try await race.create(id, order)
                    race.running.clock.advance(milliseconds: 12 * 3_600_000 + late)
                    async let expired = race.service.expireOverdue()
                    let answers = try await Crowd.all(8) { _ in try await race.payme.perform(id) }
                    _ = try await expired
                    #expect(answers.allSatisfy { late == 0 ? $0.state == 2 : $0.isError(.cannotPerform) })
                    let ledger = try await race.ledger()
                    #expect(ledger.changes(id) == [.created, late == 0 ? .performed : .expired])
                }
            }
        }
    }
}
