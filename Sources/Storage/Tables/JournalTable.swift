public import Payments

extension SQLPaymentSession {
    static let journalColumns =
        "id, transaction_id, at, change, from_state, to_state, actor, reason, amount, refunded_amount, paid_at"

    static func entry(_ row: any SQLRow) throws -> JournalEntry {
        guard let id = row.integer(0), let transactionID = row.integer(1), let at = row.integer(2),
            let change = row.text(3).flatMap(TransactionChange.init(rawValue:)),
            let to = row.integer(5).flatMap(TransactionState.init(rawValue:)), let actor = row.text(6)
        else { throw CorruptRow(table: "journal", id: row.integer(0).map(String.init) ?? "?") }
        return JournalEntry(
            id: id, transactionID: transactionID, at: at, paidAt: row.integer(10), change: change,
            from: row.integer(4).flatMap(TransactionState.init(rawValue:)), to: to, actor: actor,
            reason: row.integer(7), amount: row.integer(8) ?? 0, refundedAmount: row.integer(9) ?? 0)
    }

    /// Adds a line, whatever ``JournalEntry/id`` it carries, and returns the number that it was given.
    public func append(_ entry: JournalEntry) throws -> Int64 {
        let id = try sql.first(
            """
            INSERT INTO journal (transaction_id, at, change, from_state, to_state, actor, reason, amount,
                refunded_amount, paid_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id
            """,
            [
                .integer(entry.transactionID), .integer(entry.at), .text(entry.change.rawValue),
                .optional(entry.from?.rawValue), .integer(entry.to.rawValue), .text(entry.actor),
                .optional(entry.reason), .integer(entry.amount), .integer(entry.refundedAmount),
                .optional(entry.paidAt),
            ]
        ) { $0.integer(0) ?? 0 }
        return id ?? 0
    }

    /// The history of a transaction, oldest first.
    public func journal(ofTransaction id: Int64) throws -> [JournalEntry] {
        try sql.all(
            "SELECT \(Self.journalColumns) FROM journal WHERE transaction_id = $1 ORDER BY id", [.integer(id)],
            Self.entry)
    }
}
