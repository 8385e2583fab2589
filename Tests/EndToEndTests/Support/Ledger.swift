import Payments
import Storage

/// All that a database says about payments, to be compared before and after.
struct Ledger: Equatable {
    /// By their number, ascending.
    var transactions: [Transaction]
    var journal: [JournalEntry]
    /// Rows of every table that a call from outside could grow.
    var counts: [String: Int64]

    static func read(_ store: Store) async throws -> Ledger {
        try await store.engine.read(.scan) { sql in
            let session = SQLPaymentSession(sql: sql)
            let transactions = try session.transactions(TransactionFilter(), before: nil, limit: 1_000_000)
            let journal = try transactions.flatMap { try session.journal(ofTransaction: $0.id) }
            var counts: [String: Int64] = [:]
            for table in ["orders", "transactions", "journal", "outbox", "payme_fiscal_receipts", "idempotency_keys"] {
                counts[table] = try sql.first("SELECT count(*) FROM \(table)", []) { $0.integer(0) ?? 0 }
            }
            return Ledger(
                transactions: transactions.reversed(), journal: journal.sorted { $0.id < $1.id }, counts: counts)
        }
    }

    /// The transaction with that id at Payme.
    subscript(_ externalID: String) -> Transaction? {
        transactions.first { $0.key.externalID == externalID }
    }

    func ofOrder(_ id: String) -> [Transaction] { transactions.filter { $0.orderID == id } }

    /// What happened to a transaction, in order.
    func changes(_ externalID: String) -> [TransactionChange] {
        guard let id = self[externalID]?.id else { return [] }
        return journal.filter { $0.transactionID == id }.map(\.change)
    }

    /// The only history that leads to a state, unless time ran out.
    static func history(of state: TransactionState) -> [TransactionChange] {
        switch state {
        case .created: [.created]
        case .performed: [.created, .performed]
        case .cancelled: [.created, .cancelled]
        case .cancelledAfterPerform: [.created, .performed, .refunded]
        }
    }
}
