import GRDBSQLite
public import Logging
public import Payments
public import Storage

/// SQLite on the system's library: WAL, `synchronous=FULL`, one writer that commits in groups, parallel readers,
/// one process a file.
public final class SQLiteEngine: SQLEngine {
    /// `INTEGER PRIMARY KEY`, which SQLite numbers itself.
    public let dialect = SQLDialect(name: "sqlite", identity: "INTEGER PRIMARY KEY NOT NULL")
    private let writer: Writer?
    private let readers: ReaderPool
    private let lock: FileLock?

    /// Opens the file, and makes it if it is missing and may be written.
    /// - Throws: ``SQLiteOpenFailure``: in use by another process, missing and not to be written, not a database, or
    ///   not durable.
    public init(_ configuration: SQLiteConfiguration, logger: Logger) throws {
        func openReaders() throws -> ReaderPool {
            try ReaderPool(max(1, configuration.readers)) { try SQLiteConnection(configuration, isReader: true) }
        }
        // Before the lock, which is a file of its own: what is no database is left as it was.
        try DatabaseFile.check(configuration.path)
        if configuration.isReadOnly {
            lock = nil
            readers = try openReaders()
            writer = nil
        } else {
            let lock = try FileLock(forDatabase: configuration.path)
            DatabaseFile.createIfMissing(configuration.path)
            var connection: SQLiteConnection?
            do {
                let opened = try SQLiteConnection(configuration, isReader: false)
                connection = opened
                readers = try openReaders()
                writer = Writer(configuration, connection: opened, logger: logger)
            } catch {
                connection?.close()
                lock.release()
                throw error
            }
            self.lock = lock
        }
        logger.debug(
            "database open",
            metadata: ["path": "\(configuration.path)", "sqlite": "\(String(cString: sqlite3_libversion()))"])
    }

    /// Runs the closure on the writer's thread, in one commit with whatever else waits.
    ///
    /// - Throws: what the closure throws; `StorageFailure` if the disk fails, too many writes wait, the engine is
    ///   closed, or it was opened for reading only.
    public func write<T: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        guard let writer else { throw StorageFailure(.notStored, "the database is open for reading only") }
        return try await withCheckedThrowingContinuation { writer.submit(QueuedWrite(work, $0)) }
    }

    /// Whether the last group of writes met a disk that failed; the next one that goes through ends it.
    public var isWriteFailing: Bool { writer?.isFailing ?? false }

    /// One that writes holds the lock file; one that only reads does not write.
    public var isExclusive: Bool { writer != nil }

    /// Runs the closure on a connection of its own: a `point` on the calling thread, each statement on what is
    /// committed when it runs; a `scan` on another thread, on one snapshot.
    ///
    /// - Throws: what the closure throws; `StorageFailure` if the engine is closed.
    public func read<T: Sendable>(
        _ extent: ReadExtent, _ work: @escaping @Sendable (any SQLSession) throws -> T
    ) async throws -> T {
        switch extent {
        case .point: try await readers.point(work)
        case .scan: try await readers.scan(work)
        }
    }

    /// Waits for reads under way, writes what is queued, closes every connection and gives the file's lock up.
    public func close() async {
        await readers.close()
        await writer?.close()
        lock?.release()
    }
}
