// The same commands inside a storage transaction that is open already, for observers and for gateways whose own rows
// decide what becomes of several transactions at once. Nobody is asked anything here, and nobody is woken: who opened
// the storage transaction calls `announce()` after its commit.
extension TransactionService {
    /// Creates a transaction without asking the shop: for an order that the caller had in hand before.
    ///
    /// - Parameter command: with ``CreateCommand/newOrder``, or a reference to an order of the `orders` table.
    public func create(_ command: CreateCommand, in session: any PaymentSession) throws -> ServiceAnswer {
        let answer: AccountAnswer
        if let order = command.newOrder {
            answer = .order(order)
        } else if let reference = command.question.reference {
            answer = .stored(id: reference)
        } else {
            return .failure(.orderNotFound())
        }
        return try create(command, Permit(order: answer, receivers: []), in: session)
    }

    /// Takes the money for good: 1 → 2. A repeat answers the stored times.
    ///
    /// - Parameter alongside: rows of the caller's own; not for a repeat.
    public func perform(
        _ key: TransactionKey, in session: any PaymentSession, alongside: Alongside? = nil
    ) throws -> ServiceAnswer {
        try carryOut(.perform(), on: key, actor: key.gateway, in: session, alongside)
    }

    /// Calls off what was not performed: 1 → -1. What was performed stays so, for only the shop may say otherwise.
    ///
    /// - Parameter actor: on whose word; nil: the gateway's.
    public func callOff(
        _ key: TransactionKey, reason: Int64?, actor: String? = nil, in session: any PaymentSession
    ) throws -> ServiceAnswer {
        let event = TransactionEvent.cancel(reason: reason, refundAllowed: false)
        return try carryOut(event, on: key, actor: actor ?? key.gateway, in: session)
    }

    /// Gives back part of a performed transaction, or all of it; minor units.
    public func refund(
        _ key: TransactionKey, amount: Int64, reason: Int64?, actor: String, in session: any PaymentSession
    ) throws -> ServiceAnswer {
        try carryOut(.refund(amount: amount, reason: reason), on: key, actor: actor, in: session)
    }

    /// Wakes the outbox and the observers after a commit of the caller's own.
    public func announce() {
        if !targets.isEmpty { onEnqueued() }
        for observer in observers { observer.committed() }
    }
}
