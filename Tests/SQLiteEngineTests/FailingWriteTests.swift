import Payments
import SQLiteEngine
import Storage
import Testing

/// A yes to "may this order be paid" makes a gateway take money: it must not be given while nothing can be stored.
@Suite("A check while the disk fails")
struct FailingWriteTests {
    private static let clock = TimeSource { 1_000 }

    private static func service(on engine: SQLiteEngine) async throws -> TransactionService {
        try await Migrator(CoreMigrations.all).run(on: engine, clock: clock)
        let store = Store(engine)
        try await store.engine.write { sql in
            _ = try SQLPaymentSession(sql: sql).insert(
                Payments.Order(
                    id: "1", kind: .oneTime, amount: Money(minor: 500, currency: .uzs), currency: .uzs, createdAt: 0))
        }
        return TransactionService(store: store, clock: clock, timeoutReason: 4)
    }

    private static let question = AccountQuestion(
        gateway: "payme", purpose: .check, fields: [:], reference: "1", amount: Money(minor: 500, currency: .uzs))

    @Test("it is answered with a failure until a write goes through again")
    func checkFindsOut() async throws {
        let disk = Disk()
        let engine = try disk.engine()
        let service = try await Self.service(on: engine)
        #expect(!engine.isWriteFailing)
        _ = try await service.check(Self.question).get()

        disk.fail(1, .full)
        await #expect(throws: StorageFailure.self) { try await engine.execute("UPDATE orders SET created_at = 7") }
        #expect(engine.isWriteFailing)

        // The check writes to find out, and meets the same disk.
        disk.fail(1, .full)
        await #expect(throws: StorageFailure.self) { try await service.check(Self.question) }
        #expect(engine.isWriteFailing)

        // The disk is well: one check finds out, and others need not.
        _ = try await service.check(Self.question).get()
        #expect(!engine.isWriteFailing)
        let before = disk.operations
        _ = try await service.check(Self.question).get()
        #expect(disk.operations == before)
        await engine.close()
    }

    @Test("a write that fails by itself says nothing about the disk")
    func failureOfTheClosure() async throws {
        let engine = try Disk().engine()
        struct Refused: Error {}
        await #expect(throws: Refused.self) { try await engine.write { _ in throw Refused() } }
        #expect(!engine.isWriteFailing)
        await engine.close()
    }
}
