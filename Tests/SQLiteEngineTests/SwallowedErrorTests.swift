import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

/// A disk error makes SQLite roll back by itself. A shop's hook may swallow that error and go on: what it writes then
/// must not be stored alone, without the payment that it belongs to.
@Suite("A closure that swallows an error")
struct SwallowedErrorTests {
    private func engine(_ disk: Disk) async throws -> SQLiteEngine {
        let engine = try disk.engine()
        try await engine.execute("CREATE TABLE payments (id BIGINT)")
        try await engine.execute("CREATE TABLE notes (text TEXT)")
        return engine
    }

    /// As much as the database may hold: the rest of the disk is full.
    private static func fillDisk(_ session: any SQLSession) throws {
        let pages = try session.first("PRAGMA page_count", []) { $0.integer(0) ?? 0 } ?? 0
        try session.query("PRAGMA max_page_count = \(pages)", []) { _ in }
    }

    @Test("the storage transaction that SQLite gave up is given up whole")
    func diskFull() async throws {
        let disk = Disk()
        let engine = try await engine(disk)
        let failure = await #expect(throws: StorageFailure.self) {
            try await engine.write { session in
                try session.execute("INSERT INTO payments (id) VALUES (1)", [])
                try Self.fillDisk(session)
                let big = String(repeating: "x", count: 100_000)
                _ = try? session.execute("INSERT INTO notes (text) VALUES ($1)", [.text(big)])
                _ = try? session.execute("INSERT INTO notes (text) VALUES ('after')", [])
            }
        }
        #expect(failure?.outcome == .notStored)
        #expect(try await engine.column("SELECT id FROM payments") == [])
        #expect(try await engine.column("SELECT text FROM notes") == [])
        // The engine opens the file anew and goes on.
        #expect(try await engine.execute("INSERT INTO payments (id) VALUES (2)") == 1)
        #expect(try await engine.column("SELECT id FROM payments") == ["2"])
        await engine.close()
    }

    @Test("a trigger that rolls back ends the storage transaction, and no statement runs after it")
    func rollbackByTrigger() async throws {
        let disk = Disk()
        let engine = try await engine(disk)
        try await engine.execute(
            "CREATE TRIGGER no_zero BEFORE INSERT ON notes WHEN NEW.text = '0' BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
        await #expect(throws: StorageFailure.self) {
            try await engine.write { session in
                try session.execute("INSERT INTO payments (id) VALUES (1)", [])
                _ = try? session.execute("INSERT INTO notes (text) VALUES ('0')", [])
                _ = try? session.execute("INSERT INTO notes (text) VALUES ('after')", [])
            }
        }
        #expect(try await engine.column("SELECT id FROM payments") == [])
        #expect(try await engine.column("SELECT text FROM notes") == [])
        #expect(try await engine.execute("INSERT INTO payments (id) VALUES (2)") == 1)
        await engine.close()
    }

    @Test("an error that undoes one statement only may be survived")
    func constraint() async throws {
        let disk = Disk()
        let engine = try await engine(disk)
        try await engine.execute("CREATE UNIQUE INDEX one ON payments (id)")
        try await engine.write { session in
            try session.execute("INSERT INTO payments (id) VALUES (1)", [])
            _ = try? session.execute("INSERT INTO payments (id) VALUES (1)", [])
            try session.execute("INSERT INTO payments (id) VALUES (2)", [])
        }
        #expect(try await engine.column("SELECT id FROM payments ORDER BY id") == ["1", "2"])
        await engine.close()
    }
}
