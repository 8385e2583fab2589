/// How a SQLite file is opened.
public struct SQLiteConfiguration: Sendable {
    /// How hard a commit is pressed onto the disk.
    public enum Durability: Int64, Sendable {
        /// Only for the test that proves that the power-loss test can fail.
        case normal = 1
        /// Every commit is on the disk before it is answered.
        case full = 2
    }

    /// The file; it is made if it is missing.
    public var path: String
    /// Connections that read beside the writer.
    public var readers: Int
    /// Look, but never write: for command-line tools beside a running server.
    public var isReadOnly: Bool
    /// Writes that may wait; one more is refused at once.
    public var queueMaximum: Int
    /// Writes that share one commit at the most.
    public var groupMaximum: Int
    /// Pages in the log after which it is moved into the file.
    public var checkpointPages: Int
    public var durability: Durability

    public init(
        path: String, readers: Int = 4, isReadOnly: Bool = false, queueMaximum: Int = 8192, groupMaximum: Int = 256,
        checkpointPages: Int = 4000, durability: Durability = .full
    ) {
        self.path = path
        self.readers = readers
        self.isReadOnly = isReadOnly
        self.queueMaximum = queueMaximum
        self.groupMaximum = groupMaximum
        self.checkpointPages = checkpointPages
        self.durability = durability
    }
}

/// The file cannot be opened, or not safely.
public struct SQLiteOpenFailure: Error, Sendable, CustomStringConvertible {
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
