import Payme
public import Payments
public import Storage

extension TestStore {
    /// Every migration of the server, in the order in which it applies them.
    public static let migrations = CoreMigrations.all + PaymeFiscalReceipt.migrations

    /// A store with every table on an engine of the test's own.
    public init(on engine: any SQLEngine, folder: TemporaryFolder, targets: [String]? = nil) async throws {
        self.folder = folder
        clock = ManualClock()
        try await Migrator(Self.migrations).run(on: engine, clock: clock.source)
        store = Store(engine)
        service = TransactionService(store: store, clock: clock.source, timeoutReason: 4, targets: targets)
    }

    /// The same database once more, after ``close()``: what a restart finds.
    public func reopened(
        _ kind: EngineKind = .sqlite, hooks: PaymentHooks = PaymentHooks(), targets: [String]? = nil
    ) throws -> TestStore {
        try TestStore(reopening: self, on: kind.make(in: folder), hooks: hooks, targets: targets)
    }

    private init(
        reopening closed: TestStore, on engine: any SQLEngine, hooks: PaymentHooks, targets: [String]?
    ) {
        folder = closed.folder
        clock = closed.clock
        store = Store(engine)
        service = TransactionService(
            store: store, hooks: hooks, clock: clock.source, timeoutReason: 4, targets: targets)
    }
}
