public import Payments

/// Runs SQL: SQLite today, PostgreSQL next. Everything above it is engine-free.
public protocol SQLEngine: Sendable {
    /// How this engine spells what engines spell differently; the ``Migrator`` asks for it.
    var dialect: SQLDialect { get }

    /// Runs the closure in a storage transaction that no other write overlaps, and returns once it is durable.
    ///
    /// Closures that wait share one commit. A closure may run twice; it does nothing but SQL.
    /// - Throws: what the closure throws, and then nothing of it is stored; ``Payments/StorageFailure``.
    func write<T: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T

    /// Runs the closure on committed state, beside the writer: a scan on one snapshot, a point read statement by
    /// statement.
    func read<T: Sendable>(
        _ extent: ReadExtent, _ work: @escaping @Sendable (any SQLSession) throws -> T
    ) async throws -> T

    /// Whether the last attempt to commit failed because of the disk, so that the next is likely to fail too.
    var isWriteFailing: Bool { get }

    /// Whether no other process can write to this database while it is open here.
    var isExclusive: Bool { get }

    /// Finishes what is queued, then closes. Later calls throw ``Payments/StorageFailure``.
    func close() async
}

extension SQLEngine {
    /// An engine that does not know says no.
    public var isWriteFailing: Bool { false }

    /// An engine that does not know says no.
    public var isExclusive: Bool { false }
}

/// How much a read is about to touch, so that an engine can choose where to run it.
public enum ReadExtent: Sendable {
    /// A few rows by key.
    case point
    /// A page of many rows.
    case scan
}

/// The few places where engines spell a thing differently.
public struct SQLDialect: Sendable {
    /// The engine's name: `sqlite`.
    public let name: String
    /// The type of a primary key column that numbers itself.
    public let identity: String

    /// - Parameter identity: what `{identity}` in a ``Migration`` is replaced by.
    public init(name: String, identity: String) {
        self.name = name
        self.identity = identity
    }
}
