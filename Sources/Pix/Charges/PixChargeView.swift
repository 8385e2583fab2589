public import Payments

/// A charge with its transaction: all that a page shows.
public struct PixChargeView: Sendable, Hashable {
    /// What the payer sees.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Waiting for the payer, or for the bank's last word.
        case pending
        case paid
        case expired
        case cancelled
        /// All of it went back.
        case refunded
    }

    public var charge: PixCharge
    public var transaction: Transaction
    /// What a transaction that ran out of time is cancelled with.
    let expiredReason: Int64?
    /// It is a static code whose time is up: nobody is to pay it, and a late notice of a payment still counts.
    let isTimeUp: Bool

    /// Less was paid than it asks for: the money goes back, and then it is called off.
    public var isUnderpaid: Bool {
        transaction.state == .created && transaction.phase == PixSettlement.underpaidPhase
    }

    /// Whether it never becomes another.
    public var isFinal: Bool {
        switch transaction.state {
        case .created, .performed: false
        case .cancelled, .cancelledAfterPerform: true
        }
    }

    /// What the payer sees.
    public var status: Status {
        switch transaction.state {
        case .created: isTimeUp ? .expired : .pending
        case .performed: .paid
        case .cancelledAfterPerform: .refunded
        case .cancelled: transaction.reason == expiredReason ? .expired : .cancelled
        }
    }
}
