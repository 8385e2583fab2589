/// One line of a transaction's history. Lines are only ever added.
public struct JournalEntry: Sendable, Hashable {
    /// 0 until it is stored.
    public var id: Int64
    public var transactionID: Int64
    /// Milliseconds since 1970.
    public var at: Int64
    public var change: TransactionChange
    /// Nil for the first line.
    public var from: TransactionState?
    public var to: TransactionState
    /// On whose word: a gateway's name, `merchant`, `deadline`.
    public var actor: String
    public var reason: Int64?
    /// Minor units that this change moved.
    public var amount: Int64
    /// Minor units given back in all, this change included.
    public var refundedAmount: Int64

    public init(
        id: Int64 = 0, transactionID: Int64, at: Int64, change: TransactionChange, from: TransactionState?,
        to: TransactionState, actor: String, reason: Int64?, amount: Int64, refundedAmount: Int64 = 0
    ) {
        self.id = id
        self.transactionID = transactionID
        self.at = at
        self.change = change
        self.from = from
        self.to = to
        self.actor = actor
        self.reason = reason
        self.amount = amount
        self.refundedAmount = refundedAmount
    }
}

/// A committed change, as the after-commit hooks and every other receiver of the outbox see it.
public struct PaymentEvent: Sendable, Hashable {
    /// Grows with every event; the same event always carries the same number. Use it to recognise a repeat.
    public var id: Int64
    public var change: TransactionChange
    /// The transaction right after this change.
    public var transaction: Transaction
    /// When it happened, milliseconds since 1970.
    public var at: Int64

    public init(id: Int64, change: TransactionChange, transaction: Transaction, at: Int64) {
        self.id = id
        self.change = change
        self.transaction = transaction
        self.at = at
    }
}
