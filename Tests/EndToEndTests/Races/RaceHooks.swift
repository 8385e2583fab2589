import Payments
import Storage
import Synchronization

/// A shop that counts: rows of its own inside the payment's transaction, and events after the commit.
final class RaceHooks: PaymentHooks, @unchecked Sendable {
    static let migrations = [
        Migration(
            "race-1", ["CREATE TABLE race_events (transaction_id BIGINT NOT NULL, change TEXT NOT NULL)"])
    ]

    /// A payment of an order whose id begins so cannot be performed.
    static let broken = "broken"

    struct Broken: Error {}

    private let events = Mutex<[PaymentEvent]>([])

    /// After-commit events as they came, repeats included.
    var delivered: [PaymentEvent] { events.withLock { $0 } }

    override func recordCreated(_ transaction: Transaction, in session: any SQLSession) throws {
        try note(.created, transaction, session)
    }

    override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
        try note(.performed, transaction, session)
        if transaction.orderID.hasPrefix(Self.broken) { throw Broken() }
    }

    override func recordCancelled(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        try note(change, transaction, session)
    }

    override func afterCreated(_ event: PaymentEvent) async throws { events.withLock { $0.append(event) } }
    override func afterPerformed(_ event: PaymentEvent) async throws { events.withLock { $0.append(event) } }
    override func afterCancelled(_ event: PaymentEvent) async throws { events.withLock { $0.append(event) } }

    private func note(_ change: TransactionChange, _ transaction: Transaction, _ session: any SQLSession) throws {
        try session.execute(
            "INSERT INTO race_events (transaction_id, change) VALUES ($1, $2)",
            [.integer(transaction.id), .text(change.rawValue)])
    }

    /// Committed in-transaction events of one kind.
    static func count(_ change: TransactionChange, in store: Store) async throws -> Int {
        try await store.engine.read(.scan) { sql in
            let count = try sql.first(
                "SELECT count(*) FROM race_events WHERE change = $1", [.text(change.rawValue)]
            ) { $0.integer(0) ?? 0 }
            return Int(count ?? 0)
        }
    }
}
