public import Payments
public import Storage

extension TestStore {
    /// Runs a closure on the domain's rows, in one storage transaction.
    @discardableResult
    public func write<T: Sendable>(
        _ work: @escaping @Sendable (SQLPaymentSession) throws -> T
    ) async throws -> T {
        try await store.engine.write { try work(SQLPaymentSession(sql: $0)) }
    }

    /// Runs a closure on the domain's rows, beside the writer.
    public func read<T: Sendable>(_ work: @escaping @Sendable (SQLPaymentSession) throws -> T) async throws -> T {
        try await store.engine.read(.scan) { try work(SQLPaymentSession(sql: $0)) }
    }

    /// Runs one statement of the test's own.
    /// - Returns: how many rows it changed.
    @discardableResult
    public func execute(_ sql: String, _ arguments: [SQLValue] = []) async throws -> Int {
        try await store.engine.write { try $0.execute(sql, arguments) }
    }

    /// Every row of a query, its columns apart by spaces, NULL as a dash.
    public func rows(_ sql: String, _ arguments: [SQLValue] = [], columns: Int) async throws -> [String] {
        try await store.engine.read(.scan) { session in
            try session.all(sql, arguments) { row in
                (0..<columns).map { row.text($0) ?? row.integer($0).map(String.init) ?? "-" }
                    .joined(separator: " ")
            }
        }
    }

    /// The history of a transaction, a change a line: `created - > 1 by payme`.
    public func history(_ key: TransactionKey) async throws -> [String] {
        try await read { session in
            guard let transaction = try session.transaction(key) else { return [] }
            return try session.journal(ofTransaction: transaction.id).map { entry in
                let from = entry.from.map { String($0.rawValue) } ?? "-"
                return "\(entry.change.rawValue) \(from) > \(entry.to.rawValue) by \(entry.actor)"
            }
        }
    }
}
