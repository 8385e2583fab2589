/// What a gateway asks for when it announces a transaction.
public struct CreateCommand: Sendable {
    /// Under which it is stored. A second command with the same key is a repeat.
    public var key: TransactionKey
    /// When the gateway created it, milliseconds since 1970.
    public var externalTime: Int64
    /// The account as it came, JSON text.
    public var account: String
    /// Who is to pay what. Its amount becomes the transaction's.
    public var question: AccountQuestion
    /// The last millisecond at which it may be performed; nil: no limit.
    public var deadline: Int64?
    /// Whether two accounts of this gateway's form say the same; by default to the letter.
    public var isSameAccount: @Sendable (String, String) -> Bool
    /// Whether it keeps others off a one-time order from its creation on, or only once it is performed: as the
    /// gateway's protocol wants it.
    public var holdsOrderFromCreation: Bool

    /// Refuses a one-time order for which another attempt was announced at or after that moment and still waits;
    /// milliseconds since 1970. Nil: any number of attempts may wait side by side.
    public var yieldsToAttemptsSince: Int64?
    /// Rows of the gateway's own that are to be stored together with a new transaction; not run for a repeat.
    public var alongside: Alongside?
    /// An order made for this payment alone, which is not looked up and which no hook names; ``alongside`` stores it.
    /// Nil: the question says which.
    public var newOrder: Order?

    /// - Parameters:
    ///   - externalTime: the gateway's own time of creation, milliseconds since 1970.
    ///   - account: JSON text.
    ///   - deadline: milliseconds since 1970; nil: no limit.
    ///   - holdsOrderFromCreation: see ``holdsOrderFromCreation``.
    ///   - yieldsToAttemptsSince: see ``yieldsToAttemptsSince``.
    ///   - alongside: see ``alongside``.
    ///   - newOrder: see ``newOrder``.
    ///   - isSameAccount: gets the stored account and the one that came.
    public init(
        key: TransactionKey, externalTime: Int64, account: String, question: AccountQuestion, deadline: Int64?,
        holdsOrderFromCreation: Bool, yieldsToAttemptsSince: Int64? = nil, alongside: Alongside? = nil,
        newOrder: Order? = nil,
        isSameAccount: @escaping @Sendable (String, String) -> Bool = { $0 == $1 }
    ) {
        self.key = key
        self.externalTime = externalTime
        self.account = account
        self.question = question
        self.deadline = deadline
        self.holdsOrderFromCreation = holdsOrderFromCreation
        self.yieldsToAttemptsSince = yieldsToAttemptsSince
        self.alongside = alongside
        self.newOrder = newOrder
        self.isSameAccount = isSameAccount
    }
}

/// A transaction as it stands after a command.
public struct Outcome: Sendable, Hashable {
    /// The transaction as it is stored now.
    public var transaction: Transaction
    /// The command had been carried out before; nothing changed.
    public var isRepeat: Bool

    /// - Parameter isRepeat: whether the command changed nothing because it had been carried out before.
    public init(_ transaction: Transaction, isRepeat: Bool) {
        self.transaction = transaction
        self.isRepeat = isRepeat
    }
}

/// What a check says when the order can be paid.
public struct CheckOutcome: Sendable, Hashable {
    /// The order that the account means.
    public var order: Order
    /// What the payer sees on the form; empty: nothing.
    public var additional: [AdditionalField]
    /// The fiscal lines, JSON text as the order or the hook has them; nil: none.
    public var fiscalDetail: String?
}

/// What a gateway stores in its own tables together with a change: it gets the transaction as it stands then and the
/// open storage transaction. It may run twice, so it does nothing but SQL. What it throws undoes the change.
public typealias Alongside = @Sendable (Transaction, any SQLSession) throws -> Void

/// What becomes of money that was taken for a one-time order which another transaction has paid.
public enum TakenOrder: Sendable, Hashable {
    /// ``Rejection/orderBusy``: for gateways that give the money back by themselves then.
    case refuse
    /// It is performed all the same, as a duplicate whose money is to go back: ``TransactionChange/duplicate``.
    case performAsDuplicate
    /// It is cancelled, with that reason.
    case cancel(reason: Int64?)
}

/// Done, or refused for a reason that the gateway has a code for.
public typealias ServiceAnswer = Result<Outcome, Rejection>
