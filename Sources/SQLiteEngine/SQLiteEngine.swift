import GRDBSQLite
public import Logging
public import Payments
public import Storage

/// SQLite on the system's library: WAL, `synchronous=FULL`, one writer that commits in groups, parallel readers,
/// one process a file.
public final class SQLiteEngine: SQLEngine {
    public let dialect = SQLDialect(name: "sqlite", identity: "INTEGER PRIMARY KEY NOT NULL")
    private let writer: Writer?
    private let readers: ReaderPool
    private let lock: FileLock?

    /// Opens the file, and makes it if it is missing.
    /// - Throws: ``SQLiteOpenFailure``: in use by another process, not a database, or not durable.
    public init(_ configuration: SQLiteConfiguration, logger: Logger) throws {
        if configuration.isReadOnly {
            lock = nil
            writer = nil
        } else {
            lock = try FileLock(forDatabase: configuration.path)
            do {
                let connection = try SQLiteConnection(configuration, isReader: false)
                writer = Writer(configuration, connection: connection, logger: logger)
            } catch {
                lock?.release()
                throw error
            }
        }
        readers = ReaderPool(
            try (0..<max(1, configuration.readers)).map { _ in try SQLiteConnection(configuration, isReader: true) })
        logger.debug(
            "database open",
            metadata: ["path": "\(configuration.path)", "sqlite": "\(String(cString: sqlite3_libversion()))"])
    }

    public func write<T: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        guard let writer else { throw StorageFailure(.notStored, "the database is open for reading only") }
        return try await withCheckedThrowingContinuation { writer.submit(QueuedWrite(work, $0)) }
    }

    public func read<T: Sendable>(
        _ extent: ReadExtent, _ work: @escaping @Sendable (any SQLSession) throws -> T
    ) async throws -> T {
        switch extent {
        case .point: try await readers.point(work)
        case .scan: try await readers.scan(work)
        }
    }

    public func close() async {
        readers.close()
        await writer?.close()
        lock?.release()
    }
}
