/// A gateway that hears of changes inside the storage transaction that makes them, also of other gateways' payments.
///
/// Unlike ``PaymentHooks`` it is part of this program. It may change other transactions in the same storage transaction
/// through the service that it is handed: see ``TransactionService/perform(_:in:alongside:)``.
public protocol TransactionObserver: Sendable {
    /// Something became of a transaction. Does nothing but SQL through that session; may run twice, and only one of
    /// the runs is kept.
    ///
    /// - Throws: a ``Rejection``: the command is refused with it and nothing is stored. Anything else undoes the change
    ///   too, and the caller of the command gets it.
    func record(_ news: TransactionNews, in session: any PaymentSession, _ service: TransactionService) throws

    /// A command that changed something was committed. Returns at once.
    func committed()

    /// Whether an order is one that this gateway made for itself. The shop knows nothing of it: it is asked nothing
    /// about it, and neither its hooks nor any receiver of the outbox hear of it.
    func owns(orderID: String) -> Bool

    /// Why an order that this gateway made is not to be paid now; nil: it may be, or it is another's. Asked while its
    /// payer can still be refused.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: what the engine reports.
    func obstacle(orderID: String, at now: Int64, in session: any PaymentSession) throws -> Rejection?
}

extension TransactionObserver {
    /// One that says nothing makes no orders.
    public func owns(orderID: String) -> Bool { false }

    /// One that makes no orders has nothing against any.
    public func obstacle(orderID: String, at now: Int64, in session: any PaymentSession) throws -> Rejection? { nil }
}

/// What an observer hears.
public struct TransactionNews: Sendable, Hashable {
    /// The transaction as it is stored now.
    public var transaction: Transaction
    /// What became of it; nil: only its ``Transaction/phase``.
    public var change: TransactionChange?
    /// The line of the journal; nil where none was written.
    public var journalID: Int64?
    /// When it was stored, milliseconds since 1970.
    public var at: Int64
    /// When the payer paid, as the gateway says, milliseconds since 1970; nil: nobody says more than ``at``.
    public var paidAt: Int64?
    /// Until when the gateway holds the money for us, as it says of this payment, milliseconds since 1970; nil: it
    /// holds none, or does not say.
    public var heldUntil: Int64?
    /// Whether the payer keeps his money if this is refused with a ``Rejection``: then nothing has to be given back.
    public var canBeRefused: Bool
    /// Whether the gateway gives the money back without anybody's word: it was called off before it was paid. Nothing
    /// may rest on it.
    public var goesBack: Bool

    /// - Parameters:
    ///   - journalID: see ``journalID``.
    ///   - at: milliseconds since 1970.
    ///   - paidAt: milliseconds since 1970.
    ///   - heldUntil: milliseconds since 1970.
    ///   - canBeRefused: see ``canBeRefused``.
    ///   - goesBack: see ``goesBack``.
    public init(
        _ transaction: Transaction, _ change: TransactionChange?, journalID: Int64?, at: Int64, paidAt: Int64? = nil,
        heldUntil: Int64? = nil, canBeRefused: Bool = false, goesBack: Bool = false
    ) {
        self.transaction = transaction
        self.change = change
        self.journalID = journalID
        self.at = at
        self.paidAt = paidAt
        self.heldUntil = heldUntil
        self.canBeRefused = canBeRefused
        self.goesBack = goesBack
    }
}
