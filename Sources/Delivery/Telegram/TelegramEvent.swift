public import Payments

/// What a shop's owner may want to read about, as `telegram.events` names it.
public enum TelegramEvent: String, Sendable, Hashable, CaseIterable {
    /// A payer began to pay.
    case created
    /// The money was taken.
    case performed
    /// An attempt ended without money, on somebody's word.
    case cancelled
    /// An attempt ran out of time.
    case expired
    /// Money went back, all or a part of it.
    case refunded
    /// An order was paid once more, and that money went back.
    case duplicate

    /// The changes that it stands for.
    public var changes: Set<TransactionChange> {
        switch self {
        case .created: [.created]
        case .performed: [.performed]
        case .cancelled: [.cancelled]
        case .expired: [.expired]
        case .refunded: [.refunded, .partlyRefunded]
        case .duplicate: [.duplicate, .duplicateRefunded]
        }
    }
}
