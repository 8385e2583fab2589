/// How a SQLite file is opened.
public struct SQLiteConfiguration: Sendable {
    /// How hard a commit is pressed onto the disk.
    public enum Durability: Int64, Sendable {
        /// Only for the test that proves that the power-loss test can fail.
        case normal = 1
        /// Every commit is on the disk before it is answered.
        case full = 2
    }

    /// The file; it is made if it is missing, unless ``isReadOnly``. A `-wal`, a `-shm` and a `.lock` stand beside it.
    public var path: String
    /// Connections that read beside the writer, 1 at least. A read that finds none free waits.
    public var readers: Int
    /// Look, but never write: for command-line tools beside a running server.
    public var isReadOnly: Bool
    /// Writes that may wait; one more is refused at once, with a `StorageFailure`.
    public var queueMaximum: Int
    /// Writes that share one commit at the most.
    public var groupMaximum: Int
    /// A group smaller than this takes in what has come while it was at work, before it commits. Of 1, 8, 16, 32 and
    /// 256, 8 was the best in `make bench` at 64 connections.
    public var joinMaximum: Int
    /// Pages in the log after which it is moved into the file; also done in a quiet second after a write.
    public var checkpointPages: Int
    /// Read back when the file is opened: a database that does not take it is refused.
    public var durability: Durability

    /// The defaults are those of `tiyin serve`.
    ///
    /// - Parameter path: a file on a local disk.
    public init(
        path: String, readers: Int = 4, isReadOnly: Bool = false, queueMaximum: Int = 8192, groupMaximum: Int = 256,
        joinMaximum: Int = 8, checkpointPages: Int = 4000, durability: Durability = .full
    ) {
        self.path = path
        self.readers = readers
        self.isReadOnly = isReadOnly
        self.queueMaximum = queueMaximum
        self.groupMaximum = groupMaximum
        self.joinMaximum = joinMaximum
        self.checkpointPages = checkpointPages
        self.durability = durability
    }
}

/// The file cannot be opened, or not safely.
public struct SQLiteOpenFailure: Error, Sendable, CustomStringConvertible {
    /// What happened, for the operator.
    public let description: String
    /// Another process has the file.
    public let isInUse: Bool
    /// It is a SQLite file, and its pages are not in order.
    public let isDamaged: Bool

    init(_ description: String, isInUse: Bool = false, isDamaged: Bool = false) {
        self.description = description
        self.isInUse = isInUse
        self.isDamaged = isDamaged
    }
}

/// SQLite refused a statement.
public struct SQLiteFailure: Error, Sendable, CustomStringConvertible {
    /// SQLite's extended result code.
    public let code: Int32
    /// SQLite's code and its own words, for the log.
    public let description: String

    init(code: Int32, message: String) {
        self.code = code
        self.description = "SQLite says \(code): \(message)"
    }

    /// Whether the disk or the memory is at fault rather than the statement.
    var isEnvironmental: Bool {
        // SQLITE_NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL
        [7, 8, 10, 11, 13, 14, 15].contains(code & 0xFF)
    }
}
