public import Payments

/// A delivery that waits.
public struct OutboxItem: Sendable, Hashable {
    /// The number of the delivery, not of the event.
    public var id: Int64
    /// What the receiver is told of the change.
    public var topic: EventTopic
    /// How many have failed so far.
    public var attempts: Int64
    /// When the change happened, milliseconds since 1970.
    public var createdAt: Int64
    /// When its first attempt failed, milliseconds since 1970; nil: none has, or it was begun anew.
    public var triedSince: Int64?
    /// What is to be delivered, as it was right after the change.
    public var event: PaymentEvent
}

/// How rows of the outbox are written.
enum OutboxRow {
    /// In `due_at`: it waits behind another of its order. Whatever ends the other one's wait makes this one due.
    static let behind = Int64.max
    /// A row that is still to be delivered. Indexes have the same words.
    static let waits = "delivered_at IS NULL AND dead_at IS NULL"
}

extension Transaction {
    /// The transaction as it stood right after a change, from what it has become since.
    func asOf(
        _ change: TransactionChange, state: TransactionState, at: Int64, reason: Int64?, refunded: Int64
    ) -> Transaction {
        var then = self
        then.state = state
        then.reason = reason
        then.refundedAmount = refunded
        // What is finer than a state may have changed since; of a payment that was one too many it stays.
        then.phase = [.duplicate, .duplicateRefunded].contains(change) ? Self.duplicatePhase : nil
        switch change {
        case .created:
            then.performTime = 0
            then.cancelTime = 0
        case .performed, .partlyRefunded, .duplicate:
            then.cancelTime = 0
        case .cancelled, .expired, .refunded, .duplicateRefunded:
            break
        }
        then.holdsOrder = then.isOneTime && then.state.isLive && change != .duplicate
        return then
    }
}
