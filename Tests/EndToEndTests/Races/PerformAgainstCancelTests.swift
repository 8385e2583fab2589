import Payments
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: whichever comes first, both callers and the database tell one story.
    //
    //     performs                              cancels
    //     ------------------------------------  --------------------------------------------------
    //     Perform(id) → 1 to 2                  .
    //     .                                     Cancel(id) → 2 to -2, or CannotCancel if refunds are refused
    //
    //     or
    //
    //     .                                     Cancel(id) → 1 to -1
    //     Perform(id) → CannotPerform           .
    @Suite("Perform against Cancel")
    struct PerformAgainstCancel {
        @Test("has one truth that fits both answers", arguments: ["allow", "refuse"])
        func oneTruth(refunds: String) async throws {
            try await Race.with(connections: 8, ["PAYME_REFUNDS": refunds]) { race in
                for round in 0..<Prove.count(60, long: 1_000) {
                    let id = PaymeClient.id(round)
                    try await race.running.addOrder("R\(round)")
                    _ = try await race.create(id, "R\(round)")
                    // Each side goes first in half of the rounds.
                    let answers = try await Crowd.all(8) { call in
                        (call + round).isMultiple(of: 2)
                            ? try await race.payme.perform(id) : try await race.payme.cancel(id)
                    }
                    let performs = answers.indices.filter { ($0 + round).isMultiple(of: 2) }.map { answers[$0] }
                    let cancels = answers.indices.filter { !($0 + round).isMultiple(of: 2) }.map { answers[$0] }
                    let ledger = try await race.ledger()
                    let stored = try #require(ledger[id])
                    #expect(ledger.changes(id) == Ledger.history(of: stored.state))
                    expect(performs, cancels, fit: stored, refunds: refunds)
                }
                let performed = try await race.ledger().transactions.count { $0.performTime > 0 }
                #expect(try await race.recorded(.performed) == performed)
            }
        }

        private func expect(
            _ performs: [PaymeClient.Answer], _ cancels: [PaymeClient.Answer], fit stored: Transaction, refunds: String
        ) {
            switch stored.state {
            case .created:
                Issue.record("somebody must have come first")
            case .performed:
                #expect(refunds == "refuse")
                expect(performs, all: "perform_time", stored.performTime, state: 2)
                #expect(cancels.allSatisfy { $0.isError(.cannotCancel) })
            case .cancelled:
                #expect(performs.allSatisfy { $0.isError(.cannotPerform) })
                expect(cancels, all: "cancel_time", stored.cancelTime, state: -1)
            case .cancelledAfterPerform:
                #expect(refunds == "allow")
                // Those that came before the refund got the money; those after it are refused.
                let taken = performs.filter { !$0.isError(.cannotPerform) }
                #expect(!taken.isEmpty)
                expect(taken, all: "perform_time", stored.performTime, state: 2)
                expect(cancels, all: "cancel_time", stored.cancelTime, state: -2)
            }
        }

        private func expect(_ answers: [PaymeClient.Answer], all key: String, _ time: Int64, state: Int64) {
            #expect(Set(answers.map(\.bytes)).count <= 1)
            for answer in answers {
                #expect(answer.number(key) == time)
                #expect(answer.state == state)
            }
        }
    }
}
