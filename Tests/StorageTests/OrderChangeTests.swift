import Payments
import Storage
import TestSupport
import Testing

@Suite("Changes of an order")
struct OrderChangeTests {
    private static let order = Order.oneTime(id: "A", amount: Money(minor: 500_000, currency: .uzs), createdAt: start)

    @Test("are stored, all that may change and nothing else", arguments: EngineKind.allCases)
    func update(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        try await shop.add(Self.order)
        let other = Order.oneTime(id: "B", amount: Money(minor: 1, currency: .uzs), createdAt: start)
        try await shop.add(other)
        var changed = Self.order
        changed.amount?.minor = 7
        changed.description = "Чай"
        changed.fiscal = "{}"
        changed.cancelledAt = start + 5
        let wanted = changed
        try await shop.write { try $0.update(wanted, termsChangedAt: start + 3) }
        #expect(try await shop.read { try $0.order("A") } == wanted)
        #expect(try await shop.read { try $0.order("B") } == other)
        #expect(try await shop.number("SELECT terms_changed_at FROM orders WHERE id = 'A'") == start + 3)
        // A change of the description alone leaves the time of the last change of terms.
        try await shop.write { try $0.update(Self.order, termsChangedAt: nil) }
        #expect(try await shop.read { try $0.order("A") } == Self.order)
        #expect(try await shop.number("SELECT terms_changed_at FROM orders WHERE id = 'A'") == start + 3)
        await shop.close()
    }

    @Test(
        "wait for every payment that may still be performed, whether it holds the order or not",
        arguments: EngineKind.allCases)
    func open(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let deadline = start + 1_000
        for (number, transaction) in [
            sample("done", order: "done", state: .performed), sample("off", order: "off", state: .cancelled),
            sample("held", order: "held", deadline: deadline),
            sample("loose", order: "loose", holdsOrder: false, deadline: deadline),
            sample("endless", order: "endless", deadline: nil), sample("off2", order: "off", state: .cancelled),
        ].enumerated() {
            #expect(try await shop.insert(transaction)?.id == Int64(number + 1))
        }
        for (order, now, isOpen) in [
            ("done", start, false), ("off", start, false), ("nobody", start, false), ("held", deadline, true),
            ("held", deadline + 1, false), ("loose", deadline, true), ("loose", deadline + 1, false),
            ("endless", start, true), ("endless", start + 86_400_005, true), ("endless", start + 86_400_006, false),
        ] as [(String, Int64, Bool)] {
            #expect(try await shop.read { try $0.hasOpenTransaction(ofOrder: order, at: now) } == isOpen, "\(order)")
        }
        #expect(try await shop.read { try $0.hasTransaction(ofOrder: "off") })
        #expect(try await !shop.read { try $0.hasTransaction(ofOrder: "nobody") })
        await shop.close()
    }

    @Test("make no older payment a fault of the database's, and hide no later one", arguments: EngineKind.allCases)
    func verified(kind: EngineKind) async throws {
        let history = try await EveryHistory(kind)
        let shop = history.shop
        let created = try #require(try await shop.read { try $0.transaction(history.key("t4")) }).createTime
        var order = try #require(try await shop.read { try $0.order("back") })
        order.amount = order.amount.map { Money(minor: $0.minor + 1, currency: $0.currency) }
        let changed = order
        for (at, faults) in [(created - 1, 1), (created, 0), (created + 1, 0)] {
            try await shop.write { try $0.update(changed, termsChangedAt: at) }
            #expect(try await history.verify().count == faults, "\(at - created)")
        }
        await shop.close()
    }
}
