/// The four states of every transaction, on every gateway.
///
/// Source: payme.md 2.2; `spec/transaction.yaml` is compared with these numbers at start.
public enum TransactionState: Int64, Sendable, Hashable, CaseIterable {
    case created = 1
    case performed = 2
    case cancelled = -1
    case cancelledAfterPerform = -2

    /// Nothing leads out of a terminal state.
    public var isTerminal: Bool { rawValue < 0 }
    /// A live transaction is one that has money in it, or may yet have.
    public var isLive: Bool { rawValue > 0 }
}

/// How the outside finds a transaction: one gateway, one cashbox, the gateway's own id.
public struct TransactionKey: Sendable, Hashable {
    public var gateway: String
    public var cashbox: String
    public var externalID: String

    public init(gateway: String, cashbox: String, externalID: String) {
        self.gateway = gateway
        self.cashbox = cashbox
        self.externalID = externalID
    }
}

/// One attempt to pay an order through one gateway.
public struct Transaction: Sendable, Hashable {
    /// Our own number; 0 until it is stored.
    public var id: Int64
    public var key: TransactionKey
    /// When the gateway says that it created the transaction, milliseconds since 1970.
    public var externalTime: Int64
    public var orderID: String
    /// The account as the gateway sent it, JSON text.
    public var account: String
    public var amount: Money
    public var state: TransactionState
    /// What is finer than a state (authorized, awaiting payer); nil for most.
    public var phase: String?
    /// Minor units given back so far; equals the amount when the state is -2.
    public var refundedAmount: Int64
    /// The gateway's cancel reason, stored as it came.
    public var reason: Int64?
    /// Our own times, milliseconds since 1970; 0 while it has not happened.
    public var createTime: Int64
    public var performTime: Int64
    public var cancelTime: Int64
    /// The last millisecond at which it may be performed; nil: no limit.
    public var deadline: Int64?
    /// How the gateway splits the money; empty when the merchant is the only receiver.
    public var receivers: [Receiver]
    /// Whether its order may be paid only once.
    public var isOneTime: Bool
    /// Whether it keeps every other transaction off its order. The database lets one at a time do so.
    public var holdsOrder: Bool

    public init(
        id: Int64 = 0, key: TransactionKey, externalTime: Int64, orderID: String, account: String, amount: Money,
        state: TransactionState = .created, phase: String? = nil, refundedAmount: Int64 = 0, reason: Int64? = nil,
        createTime: Int64, performTime: Int64 = 0, cancelTime: Int64 = 0, deadline: Int64? = nil,
        receivers: [Receiver] = [], isOneTime: Bool, holdsOrder: Bool
    ) {
        self.id = id
        self.key = key
        self.externalTime = externalTime
        self.orderID = orderID
        self.account = account
        self.amount = amount
        self.state = state
        self.phase = phase
        self.refundedAmount = refundedAmount
        self.reason = reason
        self.createTime = createTime
        self.performTime = performTime
        self.cancelTime = cancelTime
        self.deadline = deadline
        self.receivers = receivers
        self.isOneTime = isOneTime
        self.holdsOrder = holdsOrder
    }

    /// Whether the deadline has passed for a transaction that still waits.
    public func isOverdue(at now: Int64) -> Bool {
        guard state == .created, let deadline else { return false }
        return now > deadline
    }
}
