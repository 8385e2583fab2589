public import Payments

/// The domain's rows in SQL, on whichever engine.
public struct Store: PaymentStore {
    public let engine: any SQLEngine

    public init(_ engine: any SQLEngine) {
        self.engine = engine
    }

    public func write<T: Sendable>(
        _ work: @escaping @Sendable (any PaymentSession) throws -> T
    ) async throws -> T {
        try await engine.write { try work(SQLPaymentSession(sql: $0)) }
    }

    public func read<T: Sendable>(
        _ work: @escaping @Sendable (any PaymentSession) throws -> T
    ) async throws -> T {
        try await engine.read(.point) { try work(SQLPaymentSession(sql: $0)) }
    }
}

/// One open storage transaction, with the domain's rows.
public struct SQLPaymentSession: PaymentSession {
    public let sql: any SQLSession

    public init(sql: any SQLSession) {
        self.sql = sql
    }
}
