public import Logging
import Payme
public import Payments
import SQLiteEngine
public import Storage

/// An engine that the contract tests run on. PostgreSQL becomes the next one.
public enum EngineKind: String, Sendable, CaseIterable {
    case sqlite

    /// A fresh, empty database.
    public func make(in folder: TemporaryFolder) throws -> any SQLEngine {
        switch self {
        case .sqlite:
            try SQLiteEngine(SQLiteConfiguration(path: folder.file("test.db")), logger: .silent)
        }
    }
}

extension Logger {
    /// Says nothing.
    public static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A database with every table, and a service on it.
public struct TestStore: Sendable {
    public let folder: TemporaryFolder
    public let clock: ManualClock
    public let store: Store
    public let service: TransactionService

    public init(
        _ kind: EngineKind = .sqlite, hooks: PaymentHooks = PaymentHooks(), migrations: [Migration] = [],
        targets: [String]? = nil
    ) async throws {
        folder = TemporaryFolder()
        clock = ManualClock()
        let engine = try kind.make(in: folder)
        try await Migrator(CoreMigrations.all + PaymeFiscalReceipt.migrations + migrations)
            .run(on: engine, clock: clock.source)
        store = Store(engine)
        service = TransactionService(
            store: store, hooks: hooks, clock: clock.source, timeoutReason: 4, targets: targets)
    }

    public func close() async { await store.engine.close() }

    /// Registers an order.
    public func add(_ order: Order) async throws {
        _ = try await store.engine.write { try SQLPaymentSession(sql: $0).insert(order) }
    }

    /// What the verifier finds wrong: `check: subject: problem`, a line each.
    public func verify(migrations: [Migration] = []) async throws -> [String] {
        let verifier = Verifier(
            migrations: CoreMigrations.all + PaymeFiscalReceipt.migrations + migrations,
            machine: service.machine, now: clock.now)
        return try await verifier.run(on: store.engine).results.flatMap { result in
            result.findings.violations.map { "\(result.name): \($0.subject): \($0.problem)" }
        }
    }

    /// Runs a query that answers one number.
    public func number(_ sql: String, _ arguments: [SQLValue] = []) async throws -> Int64 {
        try await store.engine.read(.scan) { try $0.first(sql, arguments) { $0.integer(0) ?? -1 } ?? -1 }
    }
}
