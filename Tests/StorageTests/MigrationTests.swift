import Payments
import Storage
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
    private func clock() -> TimeSource { ManualClock().source }

    @Test("from every older version, the rows survive", arguments: EngineKind.allCases, 0...TestStore.migrations.count)
    func fromOlder(kind: EngineKind, version: Int) async throws {
        let folder = TemporaryFolder()
        let old = try kind.make(in: folder)
        let older = Array(TestStore.migrations.prefix(version))
        #expect(try await Migrator(older).run(on: old, clock: clock()) == older.map(\.name))
        let rows = OldRows(upTo: older)
        try await rows.insert(into: old)
        await old.close()

        let engine = try kind.make(in: folder)
        let newer = Array(TestStore.migrations.dropFirst(version)).map(\.name)
        #expect(try await Migrator(TestStore.migrations).run(on: engine, clock: clock()) == newer)
        try await rows.expect(in: engine)
        // The upgraded database is one that everything works on.
        let upgraded = try await TestStore(on: engine, folder: folder)
        try await upgraded.add(.oneTime(id: "new", amount: Money(minor: 5, currency: .uzs)))
        #expect(try await upgraded.insert(sample("new", order: "new")) != nil)
        #expect(try await upgraded.write { try $0.touchReadiness(at: 7) } == 7)
        await engine.close()
    }

    @Test("the second run does nothing", arguments: EngineKind.allCases)
    func twice(kind: EngineKind) async throws {
        let folder = TemporaryFolder()
        let engine = try kind.make(in: folder)
        let migrator = Migrator(TestStore.migrations)
        #expect(try await migrator.run(on: engine, clock: TimeSource { 1 }) == TestStore.migrations.map(\.name))
        #expect(try await migrator.run(on: engine, clock: TimeSource { 2 }) == [])
        let store = Store(engine)
        let times = try await store.engine.read(.scan) { session in
            try session.all("SELECT applied_at FROM schema_migrations", []) { $0.integer(0) ?? 0 }
        }
        #expect(times.allSatisfy { $0 == 1 } && times.count == TestStore.migrations.count)
        #expect(try await Migrator.applied(on: engine) == TestStore.migrations.map(\.name))
        await engine.close()
    }

    @Test("a database of a newer program is refused with a sentence, and left alone", arguments: EngineKind.allCases)
    func newer(kind: EngineKind) async throws {
        let folder = TemporaryFolder()
        let engine = try kind.make(in: folder)
        let future = Migration("2031-01-future", ["CREATE TABLE flying_cars (id BIGINT)"])
        try await Migrator(CoreMigrations.all + [future]).run(on: engine, clock: clock())
        let failure = await #expect(throws: MigrationFailure.self) {
            try await Migrator(TestStore.migrations).run(on: engine, clock: clock())
        }
        #expect(
            failure?.description
                == "the database has the migration '2031-01-future', which this program does not know: a newer tiyin made "
                + "it, or a program with tables of its own. Use that program.")
        #expect(try await Migrator.applied(on: engine) == CoreMigrations.all.map(\.name) + ["2031-01-future"])
        await engine.close()
    }

    @Test("a step that fails leaves nothing behind and is tried again", arguments: EngineKind.allCases)
    func failingStep(kind: EngineKind) async throws {
        let folder = TemporaryFolder()
        let engine = try kind.make(in: folder)
        let good = Migration("one", ["CREATE TABLE one (id {identity})"])
        let bad = Migration("two", ["CREATE TABLE two (id BIGINT)", "INSERT INTO nowhere (id) VALUES (1)"])
        await #expect(throws: (any Error).self) { try await Migrator([good, bad]).run(on: engine, clock: clock()) }
        #expect(try await Migrator.applied(on: engine) == ["one"])
        let mended = Migration("two", ["CREATE TABLE two (id BIGINT)"])
        #expect(try await Migrator([good, mended]).run(on: engine, clock: clock()) == ["two"])
        await engine.close()
    }

    @Test("a step put in before others is applied to a database that has the others", arguments: EngineKind.allCases)
    func insertedStep(kind: EngineKind) async throws {
        let folder = TemporaryFolder()
        let engine = try kind.make(in: folder)
        let steps = ["core", "gateway", "shop"].map { Migration($0, ["CREATE TABLE \($0) (id BIGINT)"]) }
        try await Migrator([steps[0], steps[2]]).run(on: engine, clock: clock())
        #expect(try await Migrator(steps).run(on: engine, clock: clock()) == ["gateway"])
        #expect(try await Migrator(steps).run(on: engine, clock: clock()) == [])
        await engine.close()
    }

    /// A released step is never edited; a correction is a new step. If this test fails, undo the edit and add a step.
    /// A new step gets a new line here.
    @Test("released steps are what they were")
    func frozen() {
        let released = """
            2026-11-core          3a115338761d55b1
            2026-11-idempotency   63a4ecacceb619c8
            2026-11-readiness     caf89b59456938af
            2026-11-deliveries    cda4726e7c7fa5a5
            2026-11-api-keys      96c4c49b9ead2a45
            2026-11-order-changes c54cf683d4a5085c
            2026-11-paid-at       218f2b59285df9f8
            2026-11-payme-fiscal  613814b3a4f56418
            """
        let lines = released.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(TestStore.migrations.map { [$0.name, fingerprint($0)] } == lines)
    }

    /// FNV-1a over the statements, spaces and line breaks counted as one space.
    private func fingerprint(_ migration: Migration) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for statement in migration.statements {
            for byte in StatementSource.normalized(statement).utf8 + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            }
        }
        return String(hash, radix: 16)
    }
}
