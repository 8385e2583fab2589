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
            let transactions = try SQLPaymentSession(sql: sql)
                .transactions(TransactionFilter(), before: nil, limit: 1_000_000)
            var counts: [String: Int64] = [:]
            for table in ["orders", "transactions", "journal", "outbox", "payme_fiscal_receipts", "idempotency_keys"] {
                counts[table] = try sql.first("SELECT count(*) FROM \(table)", []) { $0.integer(0) ?? 0 }
            }
            return Ledger(transactions: transactions.reversed(), journal: try journal(sql), counts: counts)
        }
    }

    private static func journal(_ sql: any SQLSession) throws -> [JournalEntry] {
        try sql.all("SELECT id, transaction_id, at, change, from_state, to_state, reason FROM journal ORDER BY id", [])
        {
            JournalEntry(
                id: $0.integer(0) ?? 0, transactionID: $0.integer(1) ?? 0, at: $0.integer(2) ?? 0,
                change: $0.text(3).flatMap(TransactionChange.init(rawValue:)) ?? .partlyRefunded,
                from: $0.integer(4).flatMap(TransactionState.init(rawValue:)),
                to: $0.integer(5).flatMap(TransactionState.init(rawValue:)) ?? .created, actor: "",
                reason: $0.integer(6), amount: 0)
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
