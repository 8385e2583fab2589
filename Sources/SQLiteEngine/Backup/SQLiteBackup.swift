import Foundation
import GRDBSQLite
public import Payments

/// Copies a database that may be in use into one file that stands alone.
///
/// The copy is the database as it was at one instant: everything that was acknowledged before the backup began is in
/// it. The source is opened for reading only, without the server's lock. One read transaction spans the copy, so
/// writers go on; only the write-ahead log cannot shrink meanwhile, and grows by what is written.
///
/// The copy is made under a temporary name in the target's folder, pressed onto the disk, looked through
/// (`integrity_check`) and only then given its name. A file of that name is never overwritten.
public struct SQLiteBackup: Sendable {
    /// The database.
    public let source: String
    /// The file to be made.
    public let target: String

    /// Pages copied in one step, between two looks at `shouldStop`.
    private static let stepPages: Int32 = 1_024

    public init(from source: String, to target: String) {
        self.source = source
        self.target = target
    }

    /// Copies on the calling thread.
    /// - Parameters:
    ///   - shouldStop: asked often; true ends the copy and leaves nothing behind.
    ///   - progress: pages copied, and pages in all.
    ///   - inspect: reads the finished copy before it gets its name.
    /// - Returns: the size in bytes, and what `inspect` answered.
    /// - Throws: ``SQLiteBackupFailure``, what `inspect` throws; then there is no target.
    public func run<T>(
        shouldStop: @escaping () -> Bool = { false }, progress: (Int, Int) -> Void = { _, _ in },
        inspect: (any SQLSession) throws -> T
    ) throws -> (bytes: Int64, found: T) {
        let file = try BackupFile(target: target)
        do {
            try copy(to: file.path, shouldStop, progress)
            try file.standAlone()
            let found = try Self.lookThrough(file.path, shouldStop, inspect)
            let bytes = try file.publish()
            return (bytes, found)
        } catch {
            file.discard()
            throw error
        }
    }

    private func copy(to path: String, _ shouldStop: () -> Bool, _ progress: (Int, Int) -> Void) throws {
        let reader = try open(source, SQLITE_OPEN_READONLY)
        defer { sqlite3_close_v2(reader) }
        // One snapshot for all steps: without it a write in between would begin the copy anew.
        try execute(reader, "BEGIN")
        try execute(reader, "SELECT count(*) FROM sqlite_master")
        let writer = try open(path, SQLITE_OPEN_READWRITE)
        defer { sqlite3_close_v2(writer) }
        // Nobody sees the file before it is whole: it needs no journal, and is synced once at the end.
        for pragma in ["journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"] {
            try execute(writer, "PRAGMA \(pragma)")
        }
        guard let backup = sqlite3_backup_init(writer, "main", reader, "main") else { throw failure(writer) }
        var code = SQLITE_OK
        while code == SQLITE_OK, !shouldStop() {
            code = sqlite3_backup_step(backup, Self.stepPages)
            let (left, all) = (sqlite3_backup_remaining(backup), sqlite3_backup_pagecount(backup))
            progress(Int(all - left), Int(all))
        }
        sqlite3_backup_finish(backup)
        switch code {
        case SQLITE_DONE: return
        case SQLITE_OK: throw SQLiteBackupFailure("the backup was interrupted, nothing was written")
        default: throw failure(code)
        }
    }

    /// A backup that cannot be read is none, and the day to find out is today.
    private static func lookThrough<T>(
        _ path: String, _ shouldStop: @escaping () -> Bool, _ inspect: (any SQLSession) throws -> T
    ) throws -> T {
        let question = StopQuestion(shouldStop)
        var connection: OpaquePointer?
        defer { sqlite3_close_v2(connection) }
        guard sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY, nil) == SQLITE_OK, let connection else {
            throw SQLiteBackupFailure("the copy cannot be opened")
        }
        return try withExtendedLifetime(question) {
            sqlite3_progress_handler(
                connection, 100_000, { Unmanaged<StopQuestion>.fromOpaque($0!).takeUnretainedValue().answer },
                Unmanaged.passUnretained(question).toOpaque())
            let session = SQLiteSession(connection: connection)
            defer { session.finalize() }
            do {
                if let problem = try SQLiteFileCheck.problems(session).first {
                    throw SQLiteBackupFailure(
                        "the database is damaged (\(problem)), so no backup was made: see `tiyin verify`")
                }
                return try inspect(session)
            } catch let error as SQLiteFailure where error.code & 0xFF == SQLITE_INTERRUPT {
                throw SQLiteBackupFailure("the backup was interrupted, nothing was written")
            } catch let error as SQLiteFailure where error.code & 0xFF == SQLITE_CORRUPT {
                throw SQLiteBackupFailure("the database is damaged, so no backup was made: see `tiyin verify`")
            } catch let error as SQLiteFailure {
                throw SQLiteBackupFailure("the copy of the database cannot be used, so it was not kept: \(error)")
            }
        }
    }

    private func open(_ path: String, _ flags: Int32) throws -> OpaquePointer {
        var connection: OpaquePointer?
        let code = sqlite3_open_v2(path, &connection, flags, nil)
        guard code == SQLITE_OK, let connection else {
            sqlite3_close_v2(connection)
            throw failure(code)
        }
        sqlite3_busy_timeout(connection, 5_000)
        return connection
    }

    private func execute(_ connection: OpaquePointer, _ sql: String) throws {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw failure(connection) }
    }

    private func failure(_ connection: OpaquePointer) -> SQLiteBackupFailure {
        failure(sqlite3_extended_errcode(connection))
    }

    private func failure(_ code: Int32) -> SQLiteBackupFailure {
        switch code & 0xFF {
        case SQLITE_NOTADB: SQLiteBackupFailure("\(source) is no SQLite database")
        case SQLITE_CORRUPT:
            SQLiteBackupFailure("the database \(source) is damaged, so no backup was made: see `tiyin verify`")
        case SQLITE_CANTOPEN:
            SQLiteBackupFailure("the database \(source) cannot be opened: check the path and its rights")
        case SQLITE_FULL: SQLiteBackupFailure("there is no room for a copy in the folder of \(target)")
        case SQLITE_BUSY, SQLITE_LOCKED:
            SQLiteBackupFailure("the database \(source) is locked by another program: try again")
        default:
            SQLiteBackupFailure(
                "the copy from \(source) to \(target) failed: SQLite says \(code): "
                    + String(cString: sqlite3_errstr(code)))
        }
    }
}

/// Hands a closure through SQLite's C interface.
private final class StopQuestion {
    private let shouldStop: () -> Bool

    init(_ shouldStop: @escaping () -> Bool) {
        self.shouldStop = shouldStop
    }

    /// Not 0 ends the statement.
    var answer: Int32 { shouldStop() ? 1 : 0 }
}

/// No backup was made, and no file is left.
public struct SQLiteBackupFailure: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
