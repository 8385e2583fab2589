import Payments
import Pledg
import Storage
import TestSupport
import Testing

/// Which refunds of a purchase are one and the same, and which are another.
@Suite("Refunds that are asked for twice")
struct RepeatedRefundTests {
    /// 90 euros, paid by three.
    private func paid(_ group: Group) async throws -> (PledgPurchaseView, TransactionKey) {
        let view = try await group.collecting()
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        return (view, TransactionKey(gateway: "pledg", cashbox: "", externalID: view.id))
    }

    private func ask(
        _ group: Group, _ key: TransactionKey, _ amount: Int64?, _ alongside: Alongside? = nil
    ) async throws -> ServiceAnswer {
        let now = try #require(try await group.service.find(key))
        return try await group.gateway.refunds.request(
            now, amount: amount.map { Money(minor: $0, currency: .eur) }, actor: "shop", alongside: alongside)
    }

    @Test("without a key it is one until all its parts are back, and another one after that", arguments: [900, nil])
    func partlyBack(amount: Int64?) async throws {
        let group = try await Group()
        let (view, key) = try await paid(group)
        let sum = amount ?? 9_000
        // The first part comes back at once, the others wait.
        group.money.change { script in
            script.ways = [.now]
            script.way = .lostBefore
        }
        #expect(try await ask(group, key, amount).get().isRepeat == false)
        await group.work()
        #expect(try await group.look(view).refundedAmount == sum / 3)
        #expect(try await ask(group, key, amount).get().isRepeat)
        group.money.change { $0.way = .now }
        await group.advance(hours: 2)
        #expect(try await group.look(view).refundedAmount == sum)
        #expect(try await group.kept(view) == 9_000 - sum)
        guard amount != nil else { return try await group.close() }
        #expect(try await ask(group, key, amount).get().isRepeat == false)
        await group.work()
        #expect(try await group.look(view).refundedAmount == 2 * sum)
        try await group.close()
    }

    @Test("without a key it stays one while a part of it is somebody's to give back by hand")
    func byHand() async throws {
        let group = try await Group()
        let (view, key) = try await paid(group)
        group.money.change { script in
            script.ways = [.now, .refuse("the card is closed")]
        }
        _ = try await ask(group, key, 900).get()
        await group.work()
        #expect(try await ask(group, key, 900).get().isRepeat)
        await group.work()
        #expect(try await group.look(view).refundedAmount == 600)
        #expect(try await group.kept(view) == 8_400)
        try await group.close()
    }

    @Test("who brings rows of his own says with them what is a repeat: an equal part is another part")
    func keyed() async throws {
        let group = try await Group()
        let (view, key) = try await paid(group)
        let note: @Sendable (Int64) -> Alongside = { id in
            { _, sql in try sql.execute("INSERT INTO readiness (id, at) VALUES ($1, 1)", [.integer(id)]) }
        }
        for id in [Int64(900), 901] {
            #expect(try await ask(group, key, 900, note(id)).get().isRepeat == false)
        }
        // The same rows once more: nothing of it is stored.
        await #expect(throws: (any Error).self) { try await ask(group, key, 900, note(901)) }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 1800")
        #expect(try await group.kept(view) == 7_200)
        try await group.close()
    }
}
