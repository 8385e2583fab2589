import Payments
import Storage
import TestSupport
import Testing

@Suite("The orders table")
struct OrderTableTests {
    private static let orders: [Order] = [
        .oneTime(id: "A", amount: Money(minor: 1, currency: .uzs), createdAt: start),
        .oneTime(
            id: "Заказ №5 / «x»", amount: Money(minor: .max, currency: .rub), description: "Чай, 1 шт.",
            fiscal: #"{"receipt_type":0,"items":[]}"#, createdAt: start + 1),
        .cumulative(id: "phone", currency: .uzs, createdAt: start + 2),
        .cumulative(id: "limits", currency: .uzs, minimum: 100, maximum: .max, description: "", createdAt: 0),
        Order(
            id: "gone", kind: .oneTime, amount: Money(minor: 5, currency: .uzs), currency: .uzs,
            cancelledAt: start + 9, createdAt: start + 3),
    ]

    @Test("every field comes back", arguments: EngineKind.allCases)
    func readBack(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for order in Self.orders {
            #expect(try await shop.write { try $0.insert(order) })
            #expect(try await shop.read { try $0.order(order.id) } == order)
        }
        #expect(try await shop.read { try $0.order("a") } == nil)
        #expect(try await shop.read { try $0.order("") } == nil)
        #expect(try await shop.read { try $0.countOrders() } == 5)
        await shop.close()
    }

    @Test("an id is given once; the first order stays", arguments: EngineKind.allCases)
    func sameID(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        #expect(try await shop.write { try $0.insert(Self.orders[0]) })
        let other = Order.cumulative(id: "A", currency: .rub, createdAt: 77)
        #expect(try await shop.write { try $0.insert(other) } == false)
        #expect(try await shop.read { try $0.order("A") } == Self.orders[0])
        await shop.close()
    }

    @Test(
        "an order that makes no sense is refused by the database itself", arguments: EngineKind.allCases,
        [
            "('x', 'one_time', NULL, 'UZS', 0)", "('x', 'one_time', 0, 'UZS', 0)", "('x', 'one_time', -5, 'UZS', 0)",
            "('x', 'cumulative', 5, 'UZS', 0)", "('x', 'twice', 5, 'UZS', 0)", "(NULL, 'one_time', 5, 'UZS', 0)",
            "('x', 'one_time', 5, NULL, 0)", "('x', 'one_time', 5, 'UZS', NULL)",
        ])
    func constraints(kind: EngineKind, values: String) async throws {
        let shop = try await TestStore(kind)
        await #expect(throws: (any Error).self) {
            try await shop.execute("INSERT INTO orders (id, kind, amount, currency, created_at) VALUES \(values)")
        }
        await shop.close()
    }

    @Test("a row that no program of ours wrote is reported, not guessed at", arguments: EngineKind.allCases)
    func corrupt(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        try await shop.execute(
            "INSERT INTO orders (id, kind, amount, currency, created_at) VALUES ('x', 'one_time', 5, 'ZZZ', 0)")
        await #expect(throws: CorruptRow.self) { try await shop.read { try $0.order("x") } }
        await shop.close()
    }

    @Test("pages of every size show each order once, the newest first", arguments: EngineKind.allCases)
    func pages(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        // Many share a moment.
        let orders = (0..<23).map { number in
            Order.oneTime(
                id: "o\(number)", amount: Money(minor: 5, currency: .uzs), createdAt: start + Int64(number / 5))
        }
        try await shop.write { session in
            for order in orders.shuffled() { _ = try session.insert(order) }
        }
        let expected = orders.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }.map(\.id)
        for size in 1...24 {
            var found: [String] = []
            var cursor: AgeCursor?
            while true {
                let before = cursor
                let page = try await shop.read { try $0.orders(before: before, limit: size) }
                guard let last = page.last else { break }
                #expect(page.count <= size)
                found += page.map(\.id)
                cursor = AgeCursor(createdAt: last.createdAt, id: last.id)
            }
            #expect(found == expected, "pages of \(size)")
        }
        await shop.close()
    }
}
