import Foundation
import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

/// GRDB sets `synchronous=NORMAL` behind one's back (TRAPS.md).
@Suite("Durability")
struct DurabilityTests {
    @Test("commits are FULL, in a write-ahead log, and nothing is mapped")
    func full() async throws {
        let disk = Disk()
        let engine = try disk.engine()
        #expect(try await engine.columnOfWriter("PRAGMA synchronous") == ["2"])
        #expect(try await engine.columnOfWriter("PRAGMA journal_mode") == ["wal"])
        #expect(try await engine.columnOfWriter("PRAGMA mmap_size") == ["0"])
        #expect(try await engine.column("PRAGMA mmap_size") == ["0"])
        await engine.close()
    }

    @Test("NORMAL is seen to be another thing")
    func normal() async throws {
        let disk = Disk()
        let engine = try disk.engine { $0.durability = .normal }
        #expect(try await engine.columnOfWriter("PRAGMA synchronous") == ["1"])
        await engine.close()
    }

    @Test("still FULL after a disk error made the engine open the file again")
    func fullAfterReopening() async throws {
        let disk = Disk()
        let engine = try disk.engine()
        try await engine.execute("CREATE TABLE t (id BIGINT)")
        disk.fail(1, .error)
        await #expect(throws: StorageFailure.self) { try await engine.execute("INSERT INTO t (id) VALUES (1)") }
        #expect(try await engine.columnOfWriter("PRAGMA synchronous") == ["2"])
        #expect(try await engine.columnOfWriter("PRAGMA journal_mode") == ["wal"])
        await engine.close()
    }

    @Test("each commit syncs the log when FULL, and none does when NORMAL")
    func syncs() async throws {
        for durability in [SQLiteConfiguration.Durability.full, .normal] {
            let disk = Disk()
            let engine = try disk.engine { $0.durability = durability }
            try await engine.execute("CREATE TABLE t (id BIGINT)")
            let commits = disk.commits
            let syncs = disk.logSyncs
            for number in 0..<50 {
                try await engine.execute("INSERT INTO t (id) VALUES ($1)", [.integer(Int64(number))])
            }
            #expect(disk.commits - commits == 50)
            // On a busy machine a quiet second may pass in between: its checkpoint syncs the log, too.
            if durability == .full { #expect(disk.logSyncs - syncs >= 50) } else { #expect(disk.logSyncs - syncs < 25) }
            await engine.close()
        }
    }

    @Test("what is no database, or in no folder, is refused with a sentence")
    func refusals() throws {
        let folder = TemporaryFolder()
        let lost = folder.file("nowhere/test.db")
        let failure = #expect(throws: SQLiteOpenFailure.self) {
            try SQLiteEngine(SQLiteConfiguration(path: lost), logger: .silent)
        }
        #expect(failure?.description.contains("cannot create \(lost).lock") == true)
        #expect(failure?.isInUse == false)
        let junk = folder.file("junk.db")
        try String(repeating: "this is no database\n", count: 100).write(
            toFile: junk, atomically: true, encoding: .utf8)
        for _ in 0..<2 {
            let failure = #expect(throws: SQLiteOpenFailure.self) {
                try SQLiteEngine(SQLiteConfiguration(path: junk), logger: .silent)
            }
            // The second time, too: the first has let the file go.
            #expect(failure?.description.hasPrefix("\(junk) is no SQLite database") == true)
            #expect(failure?.isInUse == false)
        }
    }
}
