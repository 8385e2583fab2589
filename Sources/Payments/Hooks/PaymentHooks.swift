/// Where a shop's own code joins in. Subclass it and override what you need; the defaults serve the `orders` table.
///
/// There are three kinds, and their names tell them apart:
///
/// - **Questions** (`account`, `mayPay`, `additional`, `fiscalDetail`, `receivers`, `mayRefund`) are asked before the
///   gateway gets its answer. They may wait for a database or a network of your own. What they throw becomes the
///   gateway's "try again" error, never a yes.
/// - **In-transaction events** (`record…`) get the open SQL session: rows of your own commit or roll back together
///   with the payment. They do nothing but SQL through that session, and may run twice for one payment when a group
///   of commits is tried again (only one of the runs is kept). What they throw undoes the change, and the gateway
///   repeats its call later.
/// - **After-commit events** (`after…`) come from the outbox: at least once, in order for each order, also after a
///   crash, and again until they return. Recognise a repeat by ``PaymentEvent/id``.
///
/// Three more (`observed…`) only watch: they are not stored and cannot change the answer.
///
/// A subclass is called from many tasks at once; keep its state behind a lock or in a database.
open class PaymentHooks: @unchecked Sendable {
    public init() {}

    // Questions

    /// Which order does this account mean?
    ///
    /// The default looks up ``AccountQuestion/reference`` in the `orders` table.
    open func account(_ question: AccountQuestion) async throws -> AccountAnswer {
        guard let reference = question.reference else { return .refused(.orderNotFound()) }
        return .stored(id: reference)
    }

    /// May this order be paid now? Asked after the order was found, in checks and before a transaction is created.
    /// A repeat of a call that was already answered is not asked about again.
    open func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict { .allow }

    /// What should the payer see on the form (a name, a balance)?
    open func additional(_ order: Order, _ question: AccountQuestion) async throws -> [AdditionalField] { [] }

    /// What does the fiscal receipt list? JSON text in the form of Payme's `detail`; nil: nothing.
    open func fiscalDetail(_ order: Order, _ question: AccountQuestion) async throws -> String? { order.fiscal }

    /// Who gets the money? Empty: the merchant alone; otherwise the amounts sum to the payment.
    open func receivers(_ order: Order, _ question: AccountQuestion) async throws -> [Receiver] { [] }

    /// May this performed transaction be given back?
    open func mayRefund(_ transaction: Transaction) async throws -> Verdict { .allow }

    /// Which account fields does the pay link of an order carry? Empty: the configured field with the order's id.
    open func payLinkAccount(_ order: Order, gateway: String) -> [AdditionalField] { [] }

    // In-transaction events

    /// A transaction was created: reserve the goods.
    open func recordCreated(_ transaction: Transaction, in session: any SQLSession) throws {}

    /// A transaction was performed: the order is paid.
    open func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {}

    /// A transaction was cancelled, ran out of time, or was given back, wholly or in part.
    /// ``Transaction/state`` and `change` tell which.
    open func recordCancelled(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {}

    // After-commit events

    /// A transaction was created and is durable.
    open func afterCreated(_ event: PaymentEvent) async throws {}

    /// The order is paid and that is durable: send the goods, the e-mail.
    open func afterPerformed(_ event: PaymentEvent) async throws {}

    /// A transaction was cancelled, ran out of time, or was given back, and that is durable.
    open func afterCancelled(_ event: PaymentEvent) async throws {}

    // Observers

    /// A gateway repeated a call; it got the stored answer.
    open func observedRepeat(_ transaction: Transaction) {}

    /// A gateway asked for the state of a transaction.
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
        }
    }

    /// Hands an event to the after-commit hook that it concerns.
    public func deliver(_ event: PaymentEvent) async throws {
        switch event.change {
        case .created: try await afterCreated(event)
        case .performed: try await afterPerformed(event)
        case .cancelled, .refunded, .partlyRefunded, .expired: try await afterCancelled(event)
        }
    }
}
