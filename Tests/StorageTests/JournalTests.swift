import Payments
import Storage
import TestSupport
import Testing

@Suite("The journal")
struct JournalTests {
    @Test("every field comes back, oldest line first, each transaction's own", arguments: EngineKind.allCases)
    func readBack(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let entries = [
            JournalEntry(
                transactionID: 1, at: start, change: .created, from: nil, to: .created, actor: "payme", reason: nil,
                amount: 500_000),
            JournalEntry(
                transactionID: 2, at: start, change: .created, from: nil, to: .created, actor: "click", reason: nil,
                amount: .max),
            JournalEntry(
                transactionID: 1, at: start - 5, change: .partlyRefunded, from: .performed, to: .performed,
                actor: "Бухгалтер", reason: -3, amount: 7, refundedAmount: 9),
            JournalEntry(
                transactionID: 1, at: start, paidAt: start - 7, change: .refunded, from: .performed,
                to: .cancelledAfterPerform,
                actor: "", reason: .max, amount: 1, refundedAmount: .max),
        ]
        let ids = try await shop.write { session in try entries.map { try session.append($0) } }
        #expect(ids == ids.sorted() && Set(ids).count == 4 && ids.allSatisfy { $0 > 0 })
        func numbered(_ transaction: Int64) -> [JournalEntry] {
            zip(ids, entries).filter { $1.transactionID == transaction }.map { id, entry in
                var entry = entry
                entry.id = id
                return entry
            }
        }
        for number: Int64 in [1, 2, 3] {
            #expect(try await shop.read { try $0.journal(ofTransaction: number) } == numbered(number))
        }
        await shop.close()
    }

    @Test("numbers rise, whatever was rolled back in between", arguments: EngineKind.allCases)
    func numbersRise(kind: EngineKind) async throws {
        struct Trouble: Error {}
        let shop = try await TestStore(kind)
        let entry = JournalEntry(
            transactionID: 1, at: start, change: .created, from: nil, to: .created, actor: "payme", reason: nil,
            amount: 5)
        let first = try await shop.write { try $0.append(entry) }
        await #expect(throws: Trouble.self) {
            try await shop.write { session -> Int64 in
                _ = try session.append(entry)
                throw Trouble()
            }
        }
        let second = try await shop.write { try $0.append(entry) }
        #expect(second > first)
        #expect(try await shop.read { try $0.journal(ofTransaction: 1).map(\.id) } == [first, second])
        await shop.close()
    }
}
