import Payments
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: what happens to one order is nobody else's business, although all share one commit.
    //
    //     callers of order A                    callers of order B
    //     ------------------------------------  --------------------------------------------------
    //     Create(id 1, A) … Create(id 50, A)    Create(id 51, B) … Create(id 100, B)
    //     Perform(winner of A)                  Cancel(winner of B)
    //     state 2                               state -1
    @Suite("Orders side by side")
    struct Independence {
        @Test("two orders do not interfere")
        func twoOrders() async throws {
            try await Race.with(connections: 100) { race in
                for order in ["A", "B"] { try await race.running.addOrder(order) }
                let created = try await Crowd.all(100) { call in
                    try await race.create(PaymeClient.id(call), call < 50 ? "A" : "B")
                }
                let winners = created.indices.filter { created[$0].isResult }
                #expect(winners.map { $0 < 50 } == [true, false])
                try #require(winners.count == 2)
                let ended = try await Crowd.all(100) { call in
                    call < 50
                        ? try await race.payme.perform(PaymeClient.id(winners[0]))
                        : try await race.payme.cancel(PaymeClient.id(winners[1]))
                }
                #expect(ended[0..<50].allSatisfy { $0.state == 2 })
                #expect(ended[50...].allSatisfy { $0.state == -1 })
                let ledger = try await race.ledger()
                #expect(ledger.ofOrder("A").map(\.state) == [.performed])
                #expect(ledger.ofOrder("B").map(\.state) == [.cancelled])
            }
        }

        // Invariant: a write that fails takes nobody of its group with it.
        //
        //     payments of whole orders              payments of broken orders
        //     ------------------------------------  --------------------------------------------------
        //     Perform(1) … Perform(49): one group   Perform(50) …: the shop's code throws in the same group
        //     state 2, event                        rolled back alone: InternalError, state 1, no event
        @Test("a shop's code that fails for one payment undoes that payment only")
        func brokenHook() async throws {
            try await Race.with(connections: 100) { race in
                let orders = (0..<100).map { ($0.isMultiple(of: 2) ? "whole" : RaceHooks.broken) + "\($0)" }
                for (index, order) in orders.enumerated() {
                    try await race.running.addOrder(order)
                    #expect(try await race.create(PaymeClient.id(index), order).state == 1)
                }
                let answers = try await Crowd.all(100) { try await race.payme.perform(PaymeClient.id($0)) }
                let ledger = try await race.ledger()
                for index in orders.indices {
                    let isWhole = index.isMultiple(of: 2)
                    #expect(isWhole ? answers[index].state == 2 : answers[index].isError(.internalError))
                    #expect(ledger[PaymeClient.id(index)]?.state == (isWhole ? .performed : .created))
                    #expect(ledger.changes(PaymeClient.id(index)) == (isWhole ? [.created, .performed] : [.created]))
                }
                #expect(try await race.recorded(.performed) == 50)
                #expect(try await race.deliveredIDs(.performed).count == 50)
            }
        }

        @Test("any number of attempts lives on a cumulative account")
        func cumulative() async throws {
            try await Race.with(connections: 100) { race in
                try await race.running.shop.addAccount("wallet")
                let answers = try await Crowd.all(100) { call in
                    let id = PaymeClient.id(call)
                    _ = try await race.create(id, "wallet")
                    return call.isMultiple(of: 2)
                        ? try await race.payme.perform(id) : try await race.payme.cancel(id)
                }
                for (index, answer) in answers.enumerated() {
                    #expect(answer.state == (index.isMultiple(of: 2) ? 2 : -1))
                }
                #expect(try await race.ledger().ofOrder("wallet").count == 100)
            }
        }
    }
}
