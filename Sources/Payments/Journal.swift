/// One line of a transaction's history. Lines are only ever added.
public struct JournalEntry: Sendable, Hashable {
    /// 0 until it is stored.
    public var id: Int64
    /// The number of the transaction: ``Transaction/id``.
    public var transactionID: Int64
    /// By our clock, milliseconds since 1970.
    public var at: Int64
    /// When the payer paid, as the gateway says, milliseconds since 1970; nil: it did not say, or this is no payment.
    public var paidAt: Int64?
    /// What became of the transaction.
    public var change: TransactionChange
    /// Nil for the first line.
    public var from: TransactionState?
    /// The state after the change; equal to ``from`` when part of a payment was given back.
    public var to: TransactionState
    /// On whose word: the gateway's name for its own calls, `deadline` when the time ran out, or what the caller of
    /// ``TransactionService/cancel(_:reason:refundAllowed:actor:alongside:)`` or
    /// ``TransactionService/refund(_:amount:reason:actor:alongside:)`` named.
    public var actor: String
    /// The transaction's cancel reason after the change; nil if there is none.
    public var reason: Int64?
    /// Minor units: what this change gave back, or the transaction's whole amount if it gave nothing back.
    public var amount: Int64
    /// Minor units given back in all, this change included.
    public var refundedAmount: Int64

    /// A line as the service writes it; the store numbers it.
    ///
    /// - Parameters:
    ///   - at: milliseconds since 1970.
    ///   - paidAt: milliseconds since 1970, see ``paidAt``.
    ///   - from: nil for the first line of a transaction.
    ///   - amount: minor units, see ``amount``.
    ///   - refundedAmount: minor units given back in all.
    public init(
        id: Int64 = 0, transactionID: Int64, at: Int64, paidAt: Int64? = nil, change: TransactionChange,
        from: TransactionState?, to: TransactionState, actor: String, reason: Int64?, amount: Int64,
        refundedAmount: Int64 = 0
    ) {
        self.id = id
        self.transactionID = transactionID
        self.at = at
        self.paidAt = paidAt
        self.change = change
        self.from = from
        self.to = to
        self.actor = actor
        self.reason = reason
        self.amount = amount
        self.refundedAmount = refundedAmount
    }
}

/// What a receiver of the outbox is told of a change.
public enum EventTopic: String, Sendable, Hashable, CaseIterable {
    /// What became of the transaction.
    case transaction
    /// What that means for its one-time order: it is paid.
    case order
    /// What that means for the purchase that a group pays with it: begun, paid by all, failed, given back.
    case group
    /// The money of such a purchase is secured, and the group is to reimburse who advanced it.
    case secured
}

/// A committed change, as the after-commit hooks and every other receiver of the outbox see it.
public struct PaymentEvent: Sendable, Hashable {
    /// The number of the journal line. It grows with every change, and the same event always carries the same number:
    /// use it to recognise a repeat.
    public var id: Int64
    /// What became of the transaction: it decides which hook gets the event.
    public var change: TransactionChange
    /// The transaction right after this change.
    public var transaction: Transaction
    /// When it happened, milliseconds since 1970.
    public var at: Int64

    /// An event as the outbox hands it out; make one yourself only to test hooks.
    ///
    /// - Parameter at: milliseconds since 1970.
    public init(id: Int64, change: TransactionChange, transaction: Transaction, at: Int64) {
        self.id = id
        self.change = change
        self.transaction = transaction
        self.at = at
    }
}
