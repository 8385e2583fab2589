public import Payments

/// The domain's rows in SQL, on whichever engine.
public struct Store: PaymentStore {
    /// For SQL that is not the domain's: a gateway's tables, lists, statements.
    public let engine: any SQLEngine

    /// - Parameter engine: with the schema that ``Migrator`` made.
    public init(_ engine: any SQLEngine) {
        self.engine = engine
    }

    /// Runs the closure in one storage transaction, see ``SQLEngine/write(_:)``.
    public func write<T: Sendable>(
        _ work: @escaping @Sendable (any PaymentSession) throws -> T
    ) async throws -> T {
        try await engine.write { try work(SQLPaymentSession(sql: $0)) }
    }

    /// If the last write failed because of the disk, writes a row of no meaning, to know whether the next one will.
    ///
    /// - Throws: ``Payments/StorageFailure`` if it does not go through.
    public func confirmWritable(at now: Int64) async throws {
        guard engine.isWriteFailing else { return }
        _ = try await engine.write { try SQLPaymentSession(sql: $0).touchReadiness(at: now) }
    }

    /// Runs the closure as a read of a few rows, see ``SQLEngine/read(_:_:)``. For long ones use ``engine``.
    public func read<T: Sendable>(
        _ work: @escaping @Sendable (any PaymentSession) throws -> T
    ) async throws -> T {
        try await engine.read(.point) { try work(SQLPaymentSession(sql: $0)) }
    }
}

/// One open storage transaction, with the domain's rows.
public struct SQLPaymentSession: PaymentSession {
    /// The session that every statement of this type goes through.
    public let sql: any SQLSession

    /// - Parameter sql: what an engine's ``SQLEngine/write(_:)`` or ``SQLEngine/read(_:_:)`` hands to its closure;
    ///   valid only there.
    public init(sql: any SQLSession) {
        self.sql = sql
    }
}
