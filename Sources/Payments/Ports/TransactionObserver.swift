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
}

extension TransactionObserver {
    /// One that says nothing makes no orders.
    public func owns(orderID: String) -> Bool { false }
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

    /// - Parameters:
    ///   - journalID: see ``journalID``.
    ///   - at: milliseconds since 1970.
    ///   - paidAt: milliseconds since 1970.
    public init(
        _ transaction: Transaction, _ change: TransactionChange?, journalID: Int64?, at: Int64, paidAt: Int64? = nil
    ) {
        self.transaction = transaction
        self.change = change
        self.journalID = journalID
        self.at = at
        self.paidAt = paidAt
    }
}
