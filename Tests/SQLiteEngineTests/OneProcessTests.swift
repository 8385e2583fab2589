import Foundation
import Payments
import SQLiteEngine
import Storage
import TestSupport
import Testing

/// SQLite before 3.51.3 can corrupt a file that two processes checkpoint (TRAPS.md).
@Suite("One engine for one file")
struct OneProcessTests {
    @Test("a second engine is refused with a sentence that says who has the file and what to do")
    func sameProcess() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("test.db")
        let first = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        let failure = #expect(throws: SQLiteOpenFailure.self) {
            try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        }
        #expect(
            failure?.description
                == "the database \(path) is in use by another tiyin process (process \(getpid())). "
                + "Stop it first, or use another DATABASE_URL.")
        #expect(failure?.isInUse == true)
        try await first.execute("CREATE TABLE t (id BIGINT)")
        await first.close()
        let second = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        try await second.execute("INSERT INTO t (id) VALUES (1)")
        await second.close()
    }

    @Test("a second process is refused, too, but may look")
    func anotherProcess() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("test.db")
        let first = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        try await first.execute("CREATE TABLE t (id BIGINT)")
        let holder = String(getpid())
        await #expect(processExitsWith: .success) { [path = path as String, holder = holder as String] in
            do {
                _ = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
                exit(3)
            } catch let failure as SQLiteOpenFailure {
                guard failure.isInUse, failure.description.contains("(process \(holder))") else { exit(4) }
            }
            let tool = try SQLiteEngine(SQLiteConfiguration(path: path, isReadOnly: true), logger: .silent)
            guard try await tool.column("SELECT count(*) FROM t") == ["0"] else { exit(5) }
        }
        await first.close()
    }

    @Test("a process that died leaves the file free")
    func afterDeath() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("test.db")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let engine = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
            try await engine.execute("CREATE TABLE t (id BIGINT)")
            try await engine.execute("INSERT INTO t (id) VALUES (7)")
            kill(getpid(), SIGKILL)
        }
        let next = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        #expect(try await next.column("SELECT id FROM t") == ["7"])
        await next.close()
    }

    @Test("another name for the same file is the same file")
    func symbolicLink() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("test.db")
        let first = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
        let link = folder.file("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let linkedFolder = folder.file("folder")
        try FileManager.default.createSymbolicLink(atPath: linkedFolder, withDestinationPath: folder.path)
        for other in [link, linkedFolder + "/test.db", folder.path + "/./test.db"] {
            let failure = #expect(throws: SQLiteOpenFailure.self) {
                try SQLiteEngine(SQLiteConfiguration(path: other), logger: .silent)
            }
            #expect(failure?.isInUse == true, "\(other)")
        }
        await first.close()
    }

    @Test("an engine that could not open everything lets the file go", arguments: 1...8)
    func failedOpening(number: Int64) async throws {
        let disk = Disk()
        let first = try disk.engine()
        try await first.execute("CREATE TABLE t (id BIGINT)")
        await first.close()
        disk.failOpening(number)
        if let opened = try? disk.engine({ $0.readers = 3 }) { await opened.close() }
        disk.failOpening(0)
        let second = try disk.engine()
        #expect(try await second.execute("INSERT INTO t (id) VALUES (1)") == 1)
        await second.close()
    }
}
