import Payments
import Storage
import TestSupport
import Testing

/// An event may be delivered long after the transaction has moved on; it shows the transaction as it was.
@Suite("Events show the transaction right after their change")
struct SnapshotTests {
    private enum Step {
        case create, perform, cancel
        case refund(Int64)
        case wait
    }

    private static let lives: [(String, [Step])] = [
        ("waits", [.create]), ("paid", [.create, .perform]), ("called off", [.create, .cancel]),
        ("given back", [.create, .perform, .cancel]),
        ("in parts", [.create, .perform, .refund(100), .refund(250), .refund(150)]),
        ("a part and the rest", [.create, .perform, .refund(100), .cancel]),
        ("a part", [.create, .perform, .refund(499)]), ("out of time", [.create, .wait, .perform]),
    ]

    @Test("whatever came later", arguments: EngineKind.allCases, lives.map(\.0))
    func snapshots(kind: EngineKind, life: String) async throws {
        let steps = try #require(Self.lives.first { $0.0 == life }).1
        let shop = try await TestStore(kind, targets: ["hooks"])
        try await shop.add(.oneTime(id: "A", amount: Money(minor: 500, currency: .uzs)))
        let key = TransactionKey(gateway: "payme", cashbox: "k", externalID: "a")
        var after: [Transaction] = []
        for step in steps {
            shop.clock.advance(milliseconds: 10)
            switch step {
            case .create: _ = try await shop.service.create(command(key, at: shop.clock.now))
            case .perform: _ = try await shop.service.perform(key)
            case .cancel: _ = try await shop.service.cancel(key, reason: 3)
            case .refund(let amount): _ = try await shop.service.refund(key, amount: amount, reason: 5, actor: "shop")
            case .wait:
                shop.clock.advance(hours: 13)
                continue
            }
            after.append(try #require(try await shop.service.find(key)))
        }
        // Only now is anything delivered.
        for expected in after {
            let now = shop.clock.now
            let items = try await shop.read { try $0.due(target: "hooks", at: now, limit: 9) }
            #expect(items.map(\.event.transaction) == [expected])
            #expect(items.first?.event.at == max(expected.createTime, items.first?.event.at ?? 0))
            try await shop.write { session in
                for item in items { try session.markDelivered(item.id, at: now) }
            }
        }
        #expect(try await shop.read { try $0.countWaiting(target: "hooks") } == 0)
        await shop.close()
    }

    @Test("an event has the number, the name and the time of its line in the journal", arguments: EngineKind.allCases)
    func event(kind: EngineKind) async throws {
        let shop = try await TestStore(kind, targets: ["hooks"])
        try await shop.add(.oneTime(id: "A", amount: Money(minor: 500, currency: .uzs)))
        let key = TransactionKey(gateway: "payme", cashbox: "k", externalID: "a")
        _ = try await shop.service.create(command(key, at: shop.clock.now))
        shop.clock.advance(milliseconds: 10)
        _ = try await shop.service.perform(key)
        let journal = try await shop.read { try $0.journal(ofTransaction: 1) }
        for line in journal {
            let now = shop.clock.now
            let item = try #require(try await shop.read { try $0.due(target: "hooks", at: now, limit: 9) }.first)
            #expect(item.event.id == line.id && item.event.change == line.change && item.event.at == line.at)
            try await shop.write { try $0.markDelivered(item.id, at: now) }
        }
        #expect(journal.map(\.change) == [.created, .performed])
        await shop.close()
    }

    private func command(_ key: TransactionKey, at now: Int64) -> CreateCommand {
        CreateCommand(
            key: key, externalTime: now, account: "{}",
            question: AccountQuestion(
                gateway: key.gateway, purpose: .create, fields: [:], reference: "A",
                amount: Money(minor: 500, currency: .uzs)),
            deadline: now + 43_200_000, holdsOrderFromCreation: true)
    }
}
