/// Where a shop's own code joins in. Subclass it and override what you need; the defaults serve the `orders` table.
///
/// There are three kinds, and their names tell them apart:
///
/// - **Questions** (`account`, `mayPay`, `additional`, `fiscalDetail`, `receivers`, `mayRefund`) are asked before the
///   gateway gets its answer. They are `async` and run in the task that answers the call: they may await a database or
///   a network of your own, but must not block the thread they run on, for other calls wait for it. Use async I/O, or a
///   thread of your own that resumes a continuation. What they throw becomes the gateway's "try again" error,
///   never a yes.
/// - **In-transaction events** (`record…`) get the open SQL session: rows of your own commit or roll back together with
///   the payment. They do nothing but SQL through that session: on SQLite they run on the one thread that writes, and
///   every other write waits for them. They may run twice for one payment when a group of commits is tried again (only
///   one of the runs is kept). What they throw undoes the change, and the gateway repeats its call later.
/// - **After-commit events** (`after…`) come from the outbox: at least once, in order for each order, also after a
///   crash, and again until they return. Recognise a repeat by ``PaymentEvent/id``. Up to 64 are in hand at once, each
///   of another order. The task of one that takes longer than 60 seconds is cancelled; if it throws then, it is tried
///   again.
///
/// Three more (`observed…`) only watch: they are not stored and cannot change the answer. They and `payLinkAccount` are
/// not async, and the answer waits until they return.
///
/// A subclass is called from many tasks at once; keep its state behind a lock or in a database.
open class PaymentHooks: @unchecked Sendable {
    /// Hooks that override nothing. As long as nobody subclasses them, nothing is written into the outbox for them.
    public init() {}

    // Questions

    /// Which order does this account mean?
    ///
    /// Asked in every check, and before a transaction is created. A repeated creation is not asked about again.
    ///
    /// The default looks up ``AccountQuestion/reference`` in the `orders` table.
    open func account(_ question: AccountQuestion) async throws -> AccountAnswer {
        guard let reference = question.reference else { return .refused(.orderNotFound()) }
        return .stored(id: reference)
    }

    /// May this order be paid now?
    ///
    /// Asked in checks and before a transaction is created, if nothing else stands in the way: the order was found, is
    /// not paid, withdrawn or held by another transaction, and takes that amount. A repeated creation is not asked
    /// about again.
    ///
    /// The default says yes.
    open func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict { .allow }

    /// What should the payer see on the form (a name, a balance)?
    ///
    /// Asked in checks, after ``mayPay(_:_:)`` said yes. Some gateways want to be told before you answer
    /// anything. The default is nothing.
    open func additional(_ order: Order, _ question: AccountQuestion) async throws -> [AdditionalField] { [] }

    /// What does the fiscal receipt list? JSON text in the form that orders are registered with; nil: nothing.
    ///
    /// Asked in checks, after ``mayPay(_:_:)`` said yes. Text that is not JSON makes the answer "try again"; its form is
    /// not checked. The default is what the order was registered with.
    open func fiscalDetail(_ order: Order, _ question: AccountQuestion) async throws -> String? { order.fiscal }

    /// Who gets the money? Empty, which is the default: the merchant alone.
    ///
    /// Asked before a transaction is created, after ``mayPay(_:_:)`` said yes; never in checks. Otherwise the amounts,
    /// in minor units, must sum to ``AccountQuestion/amount``: with any other sum nothing is stored, and the gateway
    /// gets its "try again" error. What was answered is stored with the transaction and repeated with
    /// it.
    open func receivers(_ order: Order, _ question: AccountQuestion) async throws -> [Receiver] { [] }

    /// May this performed transaction be given back in full?
    ///
    /// Asked when the gateway cancels a performed transaction, unless the configuration refuses all refunds; not for a
    /// repeat. The words of the ``Refusal``, if it has any, are told where the gateway has room for them. The default
    /// says yes.
    open func mayRefund(_ transaction: Transaction) async throws -> Verdict { .allow }

    /// Which account fields does the pay link of an order carry? Empty, which is the default: the configured field with
    /// the order's id.
    ///
    /// Called whenever the merchant API shows an order that has links. It must return at once.
    open func payLinkAccount(_ order: Order, gateway: String) -> [AdditionalField] { [] }

    // In-transaction events

    /// A transaction was created: reserve the goods.
    ///
    /// - Parameter session: the open storage transaction; valid only during this call.
    open func recordCreated(_ transaction: Transaction, in session: any SQLSession) throws {}

    /// A transaction was performed: the order is paid.
    ///
    /// - Parameter session: the open storage transaction; valid only during this call.
    open func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {}

    /// A transaction was cancelled, ran out of time, or was given back, wholly or in part. ``Transaction/state`` and
    /// `change` tell which.
    ///
    /// - Parameter session: the open storage transaction; valid only during this call.
    open func recordCancelled(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {}

    /// The payer paid a one-time order that another transaction has (``TransactionChange/duplicate``), or that money is
    /// back (``TransactionChange/duplicateRefunded``). The order itself did not change.
    ///
    /// What ``recordCreated(_:in:)`` reserved for this transaction is to be let go at ``TransactionChange/duplicate``:
    /// neither ``recordPerformed(_:in:)`` nor ``recordCancelled(_:_:in:)`` comes for it.
    ///
    /// - Parameter session: the open storage transaction; valid only during this call.
    open func recordDuplicate(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {}

    // After-commit events

    /// A transaction was created and is durable.
    open func afterCreated(_ event: PaymentEvent) async throws {}

    /// The order is paid and that is durable: send the goods, the e-mail.
    open func afterPerformed(_ event: PaymentEvent) async throws {}

    /// A transaction was cancelled, ran out of time, or was given back, and that is durable.
    open func afterCancelled(_ event: PaymentEvent) async throws {}

    /// The payer paid a one-time order twice, or the second payment is back, and that is durable: tell whoever looks
    /// after payers. ``PaymentEvent/change`` tells which. Nothing is to be handed out or taken back for it.
    open func afterDuplicate(_ event: PaymentEvent) async throws {}

    // Observers

    /// A gateway repeated CreateTransaction, PerformTransaction or CancelTransaction; it gets the stored answer.
    open func observedRepeat(_ transaction: Transaction) {}

    /// A gateway asked for the state of a transaction that exists.
    open func observedCheck(_ transaction: Transaction) {}

    /// A gateway asked for its statement; milliseconds since 1970, both ends included.
    open func observedStatement(gateway: String, from: Int64, to: Int64) {}
}

extension PaymentHooks {
    /// Whether nothing can have been overridden, so that questions need no look-ups of their own.
    var isPlain: Bool { type(of: self) == PaymentHooks.self }

    /// Hands a change to the in-transaction hook that it concerns.
    func record(_ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession) throws {
        switch change {
        case .created: try recordCreated(transaction, in: session)
        case .performed: try recordPerformed(transaction, in: session)
        case .cancelled, .refunded, .partlyRefunded, .expired:
            try recordCancelled(transaction, change, in: session)
        case .duplicate, .duplicateRefunded: try recordDuplicate(transaction, change, in: session)
        }
    }

    /// Hands an event to the after-commit hook that it concerns, and throws what that throws.
    public func deliver(_ event: PaymentEvent) async throws {
        switch event.change {
        case .created: try await afterCreated(event)
        case .performed: try await afterPerformed(event)
        case .cancelled, .refunded, .partlyRefunded, .expired: try await afterCancelled(event)
        case .duplicate, .duplicateRefunded: try await afterDuplicate(event)
        }
    }
}
