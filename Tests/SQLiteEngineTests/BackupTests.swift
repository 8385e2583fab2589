import Foundation
import GRDBSQLite
import Payments
import SQLiteEngine
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("A backup")
struct BackupTests {
    // Invariant: everything acknowledged before the backup began is in it, nothing that began after its snapshot is,
    // and nobody waits for it.
    //
    //     backup                                writers
    //     ------------------------------------  --------------------------------------------------
    //                                           rows 1 to 3,000: acknowledged
    //     snapshot, first pages copied
    //     waits for them                        200 further rows: acknowledged while it stands
    //     the other pages, check, name
    @Test("is the database of one instant, and writers go on while it is made")
    func consistent() async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        let written = Mutex(Int64(3_000))
        try await engine.write { session in
            for number in 1...Int64(3_000) { try Self.pay(number, session) }
        }
        let writers = Task {
            while !Task.isCancelled {
                try await engine.write { session in
                    try Self.pay(
                        try session.first("SELECT max(id) FROM rows", []) { $0.integer(0) }.flatMap { $0 }! + 1, session
                    )
                }
                written.withLock { $0 += 1 }
            }
        }
        let target = folder.file("backup.db")
        let before = written.withLock { $0 }
        let steps = Counter()
        let (bytes, found) = try await Self.apart {
            try SQLiteBackup(from: folder.file("test.db"), to: target).run(
                progress: { done, all in
                    guard done < all else { return }
                    steps.next()
                    let now = written.withLock { $0 }
                    while written.withLock({ $0 }) < now + 100 { usleep(100) }
                }, inspect: { try Self.rows($0) })
        }
        writers.cancel()
        _ = try? await writers.value
        #expect(steps.value >= 2)
        #expect(found.count >= before && found.count < written.withLock { $0 } - 100)
        #expect(found == Array(1...Int64(found.count)))
        #expect(bytes == (try Data(contentsOf: URL(fileURLWithPath: target)).count))
        #expect(try Self.rows(in: target) == found)
        await engine.close()
        #expect(try Self.names(folder) == ["backup.db", "test.db", "test.db.lock"])
    }

    @Test(
        "is one file for its owner alone that needs no log, and the engine serves from it",
        arguments: [512, 4_096, 65_536])
    func file(pageSize: Int) async throws {
        let folder = TemporaryFolder()
        let path = folder.file("test.db")
        // WAL keeps the size that the file was made with.
        try Self.run(
            path, "PRAGMA page_size = \(pageSize); CREATE TABLE rows (id BIGINT, padding TEXT); PRAGMA user_version = 7"
        )
        let engine = try SQLiteEngine(SQLiteConfiguration(path: path, readers: 1), logger: .silent)
        try await engine.write { session in for number in Int64(1)...50 { try Self.pay(number, session) } }
        let target = folder.file("copy.db")
        _ = try SQLiteBackup(from: path, to: target).run { _ in }
        await engine.close()
        #expect(try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int == 0o600)
        #expect(try Self.names(folder).filter { $0.contains("copy") } == ["copy.db"])
        let header = try Data(contentsOf: URL(fileURLWithPath: target)).prefix(20)
        #expect(header[18] == 1 && header[19] == 1)
        #expect(Int(header[16]) << 8 + Int(header[17]) == (pageSize == 65_536 ? 1 : pageSize))
        // Put into its place, it is a database like any other.
        let restored = try SQLiteEngine(SQLiteConfiguration(path: target, readers: 1), logger: .silent)
        #expect(try await restored.column("PRAGMA journal_mode") == ["wal"])
        #expect(try await restored.column("PRAGMA page_size") == [String(pageSize)])
        #expect(try await restored.column("PRAGMA user_version") == ["7"])
        #expect(try await restored.execute("INSERT INTO rows (id) VALUES (51)") == 1)
        #expect(try await restored.column("SELECT count(*) FROM rows") == ["51"])
        await restored.close()
    }

    @Test("of a server that was killed holds what it had acknowledged")
    func afterDeath() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("test.db")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let engine = try SQLiteEngine(SQLiteConfiguration(path: path), logger: .silent)
            try await engine.execute("CREATE TABLE rows (id BIGINT, padding TEXT)")
            try await engine.execute("INSERT INTO rows (id) VALUES (7)")
            kill(getpid(), SIGKILL)
        }
        let found = try SQLiteBackup(from: path, to: folder.file("backup.db")).run { try Self.rows($0) }.found
        #expect(found == [7])
    }

    @Test("overwrites nothing, whatever has the name")
    func existing() async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        let manager = FileManager.default
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
        try manager.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
        try manager.createSymbolicLink(atPath: folder.file("dangling"), withDestinationPath: folder.file("nowhere"))
        let names = try Self.names(folder)
        for name in ["file", "folder", "dangling", "test.db"] {
            let failure = try Self.failure(folder, to: folder.file(name))
            #expect(
                failure == "\(folder.file(name)) exists already, and a backup overwrites nothing: choose another name")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("file"))) == Data("mine".utf8))
        #expect(try Self.names(folder) == names)
        await engine.close()
    }

    @Test("is not put beside a log that SQLite would read with it", arguments: ["-wal", "-journal", "-shm"])
    func strayLog(ending: String) async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        try Data().write(to: URL(fileURLWithPath: folder.file("backup.db" + ending)))
        #expect(try Self.failure(folder).contains("backup.db\(ending) is left from another database"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("backup.db")))
        await engine.close()
    }

    @Test("to a folder that takes no file is refused with a sentence")
    func unwritable() async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        try FileManager.default.createDirectory(
            atPath: folder.file("closed"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o500])
        // Root may write anywhere but where there is nothing to write to.
        let targets =
            ["/proc/backup.db", folder.file("none/backup.db"), folder.file("test.db/backup.db")]
            + (geteuid() == 0 ? [] : [folder.file("closed/backup.db")])
        for target in targets {
            #expect(try Self.failure(folder, to: target).hasPrefix("no file can be made in the folder of \(target): "))
        }
        await engine.close()
    }

    @Test("of a damaged database is not made")
    func damaged() async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        try await engine.write { session in for number in Int64(1)...300 { try Self.pay(number, session) } }
        await engine.close()
        let path = folder.file("test.db")
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seek(toOffset: 4_096 * 40)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 4_096 * 20))
        try handle.close()
        #expect(try Self.failure(folder).contains("damaged"))
        try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: path))
        #expect(try Self.failure(folder) == "\(path) is no SQLite database")
        #expect(try Self.names(folder).filter { $0.contains("backup") } == [])
    }

    @Test("of a folder, or of nothing, is an error and makes nothing")
    func noSource() throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("test.db"), withIntermediateDirectories: false)
        #expect(try Self.failure(folder).contains("from \(folder.file("test.db"))"))
        try FileManager.default.removeItem(atPath: folder.file("test.db"))
        #expect(try Self.failure(folder).contains("cannot be opened"))
        #expect(try Self.names(folder) == [])
    }

    @Test("that is stopped leaves nothing", arguments: [0, 1, 2, 3, 1_000])
    func stopped(questions: Int) async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        try await engine.write { session in for number in Int64(1)...4_000 { try Self.pay(number, session) } }
        let asked = Counter()
        let backup = SQLiteBackup(from: folder.file("test.db"), to: folder.file("backup.db"))
        let failure = #expect(throws: SQLiteBackupFailure.self) {
            // Past the copying, the check of the copy asks as well, and reading it does.
            try backup.run(
                shouldStop: { asked.next() > questions },
                inspect: { session in
                    try session.query(
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", []
                    ) { _ in }
                })
        }
        #expect(failure?.description == "the backup was interrupted, nothing was written")
        await engine.close()
        #expect(try Self.names(folder) == ["test.db", "test.db.lock"])
    }

    @Test("takes the place of what a killed one left, and does not touch a finished one of the same inode")
    func leftovers() async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        let partial = folder.file(".backup.db.tiyin-partial")
        try Data("half".utf8).write(to: URL(fileURLWithPath: partial))
        _ = try SQLiteBackup(from: folder.file("test.db"), to: folder.file("backup.db")).run { _ in }
        // Killed between its last two steps: the whole file has both names, and was moved to the archive since.
        let manager = FileManager.default
        try manager.linkItem(atPath: folder.file("backup.db"), toPath: partial)
        try manager.moveItem(atPath: folder.file("backup.db"), toPath: folder.file("archived.db"))
        try await engine.execute("INSERT INTO rows (id) VALUES (1)")
        _ = try SQLiteBackup(from: folder.file("test.db"), to: folder.file("backup.db")).run { _ in }
        #expect(try Self.rows(in: folder.file("archived.db")) == [])
        #expect(try Self.rows(in: folder.file("backup.db")) == [1])
        await engine.close()
        #expect(try Self.names(folder) == ["archived.db", "backup.db", "test.db", "test.db.lock"])
    }

    @Test("of one name is made by one at a time")
    func twoAtOnce() async throws {
        let folder = TemporaryFolder()
        let engine = try await Self.engine(folder)
        let backup = SQLiteBackup(from: folder.file("test.db"), to: folder.file("backup.db"))
        _ = try backup.run { _ in
            let second = try Self.failure(folder)
            #expect(second == "another backup to \(folder.file("backup.db")) is running")
        }
        #expect(try Self.rows(in: folder.file("backup.db")) == [])
        await engine.close()
    }

    @Test("on a disk that fails is whole or not there", arguments: [DiskFault.error, .full, .half])
    func faults(fault: DiskFault) async throws {
        let disk = Disk()
        let engine = try disk.engine()
        try await engine.execute("CREATE TABLE rows (id BIGINT, padding TEXT)")
        try await engine.write { session in for number in Int64(1)...20 { try Self.pay(number, session) } }
        await engine.close()
        var failures = 0
        for point in Int64(1)...200 {
            disk.fail(point, fault)
            let backup = SQLiteBackup(from: disk.path, to: disk.folder.file("backup.db"))
            let isMade = (try? backup.run { _ in }) != nil
            let hasStruck = disk.hasStruck
            disk.fail(0, .error)
            if !isMade { failures += 1 }
            #expect(isMade == FileManager.default.fileExists(atPath: disk.folder.file("backup.db")), "point \(point)")
            #expect(!FileManager.default.fileExists(atPath: disk.folder.file(".backup.db.tiyin-partial")))
            if isMade {
                #expect(try Self.rows(in: disk.folder.file("backup.db")) == Array(1...20))
                try FileManager.default.removeItem(atPath: disk.folder.file("backup.db"))
            }
            if !hasStruck { break }
        }
        #expect(failures > 5)
    }

    // MARK: helpers

    private static func engine(_ folder: TemporaryFolder) async throws -> SQLiteEngine {
        let engine = try SQLiteEngine(SQLiteConfiguration(path: folder.file("test.db"), readers: 1), logger: .silent)
        try await engine.execute("CREATE TABLE rows (id BIGINT, padding TEXT)")
        return engine
    }

    private static func pay(_ number: Int64, _ session: any SQLSession) throws {
        try session.execute(
            "INSERT INTO rows (id, padding) VALUES ($1, $2)",
            [.integer(number), .text(String(repeating: "x", count: 3_000))])
    }

    private static func rows(_ session: any SQLSession) throws -> [Int64] {
        try session.all("SELECT id FROM rows ORDER BY id", []) { $0.integer(0) ?? 0 }
    }

    private static func rows(in path: String) throws -> [Int64] {
        var connection: OpaquePointer?
        defer { sqlite3_close(connection) }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY, nil) == SQLITE_OK,
            sqlite3_prepare_v2(connection, "SELECT id FROM rows ORDER BY id", -1, &statement, nil) == SQLITE_OK
        else { throw Unreadable(path: path) }
        var found: [Int64] = []
        while sqlite3_step(statement) == SQLITE_ROW { found.append(sqlite3_column_int64(statement, 0)) }
        return found
    }

    private struct Unreadable: Error { let path: String }

    private static func run(_ path: String, _ sql: String) throws {
        var connection: OpaquePointer?
        defer { sqlite3_close(connection) }
        guard sqlite3_open(path, &connection) == SQLITE_OK, sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK
        else { throw Unreadable(path: path) }
    }

    /// The sentence with which a backup of `test.db` is refused.
    private static func failure(_ folder: TemporaryFolder, to target: String? = nil) throws -> String {
        let backup = SQLiteBackup(from: folder.file("test.db"), to: target ?? folder.file("backup.db"))
        let failure = #expect(throws: SQLiteBackupFailure.self) { try backup.run { _ in } }
        return failure?.description ?? ""
    }

    private static func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// On a thread of its own: the copy blocks, and the writers need the pool's.
    private static func apart<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try work() }) }.start()
        }
    }
}
