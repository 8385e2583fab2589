import CSQLiteSetup
import GRDB
import GRDBSQLite
import Payments

/// One connection and its prepared statements.
///
/// GRDB opens, configures and closes it. In between the session is used directly, without GRDB's queue: its owner (the
/// writer's thread, or whoever the pool lent it to) is the only user.
///
/// `@unchecked Sendable`: it changes hands, and has one owner at a time.
final class SQLiteConnection: @unchecked Sendable {
    private let queue: DatabaseQueue
    private var session: SQLiteSession?

    /// - Throws: ``SQLiteOpenFailure`` if the file cannot be had with the durability that was asked for.
    init(_ configuration: SQLiteConfiguration, isReader: Bool) throws {
        _ = Self.setUp
        var grdb = Configuration()
        grdb.readonly = isReader
        grdb.busyMode = .timeout(5)
        grdb.label = isReader ? "tiyin.reader" : "tiyin.writer"
        if !isReader { grdb.journalMode = .wal }
        do {
            queue = try DatabaseQueue(path: configuration.path, configuration: grdb)
            try queue.inDatabase { db in
                guard let connection = db.sqliteConnection else {
                    throw SQLiteOpenFailure("the connection is closed")
                }
                // GRDB's observation of commits expects its own queue; nobody observes here.
                sqlite3_commit_hook(connection, nil, nil)
                sqlite3_rollback_hook(connection, nil, nil)
                let session = SQLiteSession(connection: connection)
                try Self.tune(session, configuration, isReader: isReader)
                self.session = session
            }
        } catch let failure as SQLiteOpenFailure {
            throw failure
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw DatabaseFile.notADatabase(configuration.path)
        } catch let error as SQLiteFailure where error.code & 0xFF == SQLITE_NOTADB {
            throw DatabaseFile.notADatabase(configuration.path)
        } catch {
            let isDamaged = (error as? DatabaseError)?.resultCode == .SQLITE_CORRUPT
            throw SQLiteOpenFailure(
                "cannot open the database \(configuration.path): \(error)", isDamaged: isDamaged)
        }
    }

    /// Runs the closure on this connection, on the calling thread. The caller is its only user.
    func run<T>(_ work: (SQLiteSession) throws -> T) throws -> T {
        guard let session else { throw StorageFailure(.notStored, "the database is closed") }
        return try work(session)
    }

    /// Ends a storage transaction that its user left open, without storing anything. False: it could not be ended, or
    /// the connection is closed; what is read on it may be old.
    func endTransaction() -> Bool {
        guard let session else { return false }
        guard session.isInTransaction else { return true }
        _ = try? session.execute("ROLLBACK", [])
        return !session.isInTransaction
    }

    func close() {
        session?.finalize()
        session = nil
        try? queue.close()
    }

    /// Once a process, before the first connection.
    private static let setUp: Int32 = tiyin_sqlite_without_memory_statistics()

    private static func tune(
        _ session: SQLiteSession, _ configuration: SQLiteConfiguration, isReader: Bool
    ) throws {
        // A mapped file turns a disk error into a crash.
        try set(session, "mmap_size", "0")
        try set(session, "temp_store", "MEMORY")
        try set(session, "cache_size", isReader ? "-4000" : "-16000")
        guard !isReader else { return }
        // GRDB sets NORMAL on a WAL database after its own preparation, so FULL comes last and is read back.
        try set(session, "synchronous", String(configuration.durability.rawValue))
        #if canImport(Darwin)
            try set(session, "fullfsync", "1")
            try set(session, "checkpoint_fullfsync", "1")
        #endif
        try set(session, "wal_autocheckpoint", String(configuration.checkpointPages))
        try set(session, "journal_size_limit", "67108864")
        let synchronous = try session.first("PRAGMA synchronous", []) { $0.integer(0) } ?? nil
        let journal = try session.first("PRAGMA journal_mode", []) { $0.text(0) } ?? nil
        guard synchronous == configuration.durability.rawValue, journal == "wal" else {
            throw SQLiteOpenFailure(
                "the database \(configuration.path) does not take WAL with synchronous=FULL (it says "
                    + "\(journal ?? "nothing"), \(synchronous ?? -1)): a payment could be lost at a power cut. "
                    + "Put it on a local disk.")
        }
    }

    private static func set(_ session: SQLiteSession, _ name: String, _ value: String) throws {
        try session.query("PRAGMA \(name) = \(value)", []) { _ in }
    }
}
