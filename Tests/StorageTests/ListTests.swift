import Payments
import Storage
import TestSupport
import Testing

@Suite("Lists of transactions")
struct ListTests {
    @Test("every filter, alone and with others, newest first, in pages of any size", arguments: EngineKind.allCases)
    func filters(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        var all: [Transaction] = []
        var number = 0
        for order in ["A", "B"] {
            for gateway in ["payme", "click"] {
                for state in TransactionState.allCases + [.created] {
                    number += 1
                    let transaction = sample(
                        "t\(number)", order: order, gateway: gateway, state: state, holdsOrder: false)
                    all.append(try #require(try await shop.insert(transaction)))
                }
            }
        }
        for order in [nil, "A", "B", "C"] {
            for gateway in [nil, "payme", "click", "pix"] {
                for state in [nil] + TransactionState.allCases.map(Optional.some) {
                    let filter = TransactionFilter(orderID: order, gateway: gateway, state: state)
                    let expected = all.reversed().filter {
                        (order ?? $0.orderID) == $0.orderID && (gateway ?? $0.key.gateway) == $0.key.gateway
                            && (state ?? $0.state) == $0.state
                    }
                    for size in [1, 3, 100] {
                        let found = try await list(shop, filter, size: size)
                        #expect(found == expected, "\(filter) in pages of \(size)")
                    }
                }
            }
        }
        await shop.close()
    }

    private func list(_ shop: TestStore, _ filter: TransactionFilter, size: Int) async throws -> [Transaction] {
        var found: [Transaction] = []
        while true {
            let before = found.last?.id
            let page = try await shop.read { try $0.transactions(filter, before: before, limit: size) }
            found += page
            if page.count < size { return found }
        }
    }
}
