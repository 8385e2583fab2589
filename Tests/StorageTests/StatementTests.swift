import Payments
import Storage
import TestSupport
import Testing

/// Source: payme.md section 4.
@Suite("The statement")
struct StatementTests {
    /// Several share a moment; the order of storing is not that of the gateway's time.
    private static let times: [Int64] = [5, 3, 3, 9, 1, 3, 7, 5, 3, 2]

    private func shop(_ kind: EngineKind) async throws -> TestStore {
        let shop = try await TestStore(kind)
        for (number, time) in Self.times.enumerated() {
            _ = try await shop.insert(topUp("t\(number)", time: start + time))
        }
        _ = try await shop.insert(topUp("click", gateway: "click", time: start + 3))
        _ = try await shop.insert(topUp("other", cashbox: "k2", time: start + 3))
        return shop
    }

    private func page(
        _ shop: TestStore, _ from: Int64, _ to: Int64, after: StatementCursor? = nil, limit: Int = 100
    ) async throws -> [Transaction] {
        try await shop.read { session in
            try session.statement(
                gateway: "payme", cashbox: "", from: start + from, to: start + to, after: after, limit: limit)
        }
    }

    @Test("both ends belong to it, ascending, equal times in the order of storing", arguments: EngineKind.allCases)
    func bounds(kind: EngineKind) async throws {
        let shop = try await shop(kind)
        for from in Int64(0)...10 {
            for to in Int64(0)...10 {
                let expected = Self.times.enumerated().filter {
                    (from...max(from, to)).contains($0.element) && from <= to
                }
                .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.map { "t\($0.offset)" }
                let found = try await page(shop, from, to).map(\.key.externalID)
                #expect(found == expected, "from \(from) to \(to)")
            }
        }
        await shop.close()
    }

    @Test("pages of every size show each transaction once", arguments: EngineKind.allCases)
    func pages(kind: EngineKind) async throws {
        let shop = try await shop(kind)
        let whole = try await page(shop, 1, 9)
        #expect(whole.count == 10)
        for size in 1...11 {
            var found: [Transaction] = []
            var cursor: StatementCursor?
            while true {
                let rows = try await page(shop, 1, 9, after: cursor, limit: size)
                guard let last = rows.last else { break }
                #expect(rows.count <= size)
                found += rows
                cursor = StatementCursor(last)
            }
            #expect(found == whole, "pages of \(size)")
        }
        await shop.close()
    }

    @Test("every state is in it", arguments: EngineKind.allCases)
    func states(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for (number, state) in TransactionState.allCases.enumerated() {
            _ = try await shop.insert(
                sample("t\(number)", order: "o\(number)", time: start + Int64(number), state: state))
        }
        #expect(try await page(shop, 0, 9).map(\.state) == TransactionState.allCases)
        await shop.close()
    }

    @Test("the furthest times there are", arguments: EngineKind.allCases)
    func extremes(kind: EngineKind) async throws {
        let shop = try await shop(kind)
        let all = try await shop.read { session in
            try session.statement(gateway: "payme", cashbox: "", from: .min, to: .max, after: nil, limit: 100)
        }
        #expect(all.count == 10)
        let none = try await shop.read { session in
            try session.statement(gateway: "payme", cashbox: "", from: .max, to: .min, after: nil, limit: 100)
        }
        #expect(none == [])
        await shop.close()
    }
}
