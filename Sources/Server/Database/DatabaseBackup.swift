import Dispatch
import Payments
import SQLiteEngine
public import Storage

/// A copy of the database that can be put in its place, made while a server takes payments.
public struct DatabaseBackup: Sendable {
    /// What was copied.
    public struct Summary: Sendable, Hashable {
        /// Size of the file.
        public let bytes: Int64
        public let rows: RowCounts
    }

    private let backup: SQLiteBackup

    /// - Parameters:
    ///   - database: what is copied.
    ///   - file: the path of the copy; nothing may be there.
    /// - Throws: ``SettingsError`` if there is nothing to copy, or if it is PostgreSQL's.
    public init(of database: DatabaseURL, to file: String) throws {
        guard case .sqlite(let path) = database else {
            throw SettingsError("the database is PostgreSQL's, which has a tool of its own: use pg_dump")
        }
        try DatabaseAccess.expectFile(path)
        backup = SQLiteBackup(from: path, to: file)
    }

    /// Copies, checks the copy and gives it its name.
    /// - Parameters:
    ///   - shouldStop: asked often; true ends it, and nothing is left behind.
    ///   - progress: pages copied so far, and in all.
    /// - Throws: one sentence; then there is no file.
    public func run(
        shouldStop: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> Summary {
        try await withCheckedThrowingContinuation { continuation in
            // It waits for the disk, which no thread of the concurrency pool should.
            DispatchQueue.global().async { [backup] in
                continuation.resume(
                    with: Result {
                        let (bytes, rows) = try backup.run(shouldStop: shouldStop, progress: progress) {
                            try SQLPaymentSession(sql: $0).countRows()
                        }
                        return Summary(bytes: bytes, rows: rows)
                    })
            }
        }
    }
}
