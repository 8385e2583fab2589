/// The four states of every transaction, on every gateway.
public enum TransactionState: Int64, Sendable, Hashable, CaseIterable {
    /// Announced by the gateway, not paid yet.
    case created = 1
    /// Paid. The money, or a part of it, may still go back.
    case performed = 2
    /// Called off, or out of time, before it was paid.
    case cancelled = -1
    /// Paid, and given back in full.
    case cancelledAfterPerform = -2

    /// Nothing leads out of a terminal state.
    public var isTerminal: Bool { rawValue < 0 }
    /// A live transaction is one that has money in it, or may yet have.
    public var isLive: Bool { rawValue > 0 }
}

/// How the outside finds a transaction: one gateway, one cashbox, the gateway's own id.
public struct TransactionKey: Sendable, Hashable {
    /// The gateway's name.
    public var gateway: String
    /// Which of the merchant's accounts at the gateway it came through, as the gateway names them.
    public var cashbox: String
    /// The gateway's own id, taken as it is.
    public var externalID: String

    /// The three are unique together: the database keeps a second transaction of the same key out.
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
    /// How the gateway finds it.
    public var key: TransactionKey
    /// When the gateway says that it created the transaction, milliseconds since 1970.
    public var externalTime: Int64
    /// The order that it pays: ``Order/id``, of the `orders` table or of the shop's own making.
    public var orderID: String
    /// The account as the gateway sent it, JSON text.
    public var account: String
    /// What the payer pays, as the gateway announced it; it never changes.
    public var amount: Money
    /// Where it stands.
    public var state: TransactionState
    /// What is finer than a state (authorized, awaiting payer); nil for most.
    public var phase: String?
    /// Minor units given back so far; equals the amount when the state is -2.
    public var refundedAmount: Int64
    /// The gateway's cancel reason, stored as it came.
    public var reason: Int64?
    /// When we stored it, milliseconds since 1970.
    public var createTime: Int64
    /// When it was performed, as the gateway says if it says so, milliseconds since 1970; 0 while it was not. It stays
    /// after a refund.
    public var performTime: Int64
    /// When it was cancelled, ran out of time or was given back in full, milliseconds since 1970; 0 until then.
    public var cancelTime: Int64
    /// The last millisecond at which it may be performed; nil: no limit.
    public var deadline: Int64?
    /// How the money is split, as the shop's hook said when it was created; empty when the merchant is the only
    /// receiver.
    public var receivers: [Receiver]
    /// Whether its order may be paid only once.
    public var isOneTime: Bool
    /// Whether it keeps every other transaction off its order. The database lets one at a time do so. Always false for
    /// a cumulative order.
    public var holdsOrder: Bool

    /// A transaction as a row of the database has it. Nothing is checked here.
    ///
    /// - Parameters:
    ///   - id: 0: not stored yet.
    ///   - externalTime: the gateway's own time of creation, milliseconds since 1970.
    ///   - account: JSON text.
    ///   - refundedAmount: minor units.
    ///   - createTime: milliseconds since 1970; so are the other times, where 0 means never.
    ///   - deadline: milliseconds since 1970; nil: no limit.
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

    /// Whether it paid a one-time order that another transaction has. Its money is to go back.
    public var isDuplicate: Bool { state == .performed && isOneTime && !holdsOrder }

    /// The ``phase`` of a payment that was one too many; it stays when the money is back.
    public static let duplicatePhase = "duplicate"

    /// The ``phase`` of a waiting transaction whose money the gateway holds for us and has not taken yet.
    public static let authorizedPhase = "authorized"

    /// Whether the deadline has passed for a transaction that still waits.
    public func isOverdue(at now: Int64) -> Bool {
        guard state == .created, let deadline else { return false }
        return now > deadline
    }
}
