extension TransactionService {
    /// Could this account be paid that amount now? Changes nothing.
    ///
    /// - Throws: ``StorageFailure`` also while nothing can be written; what a hook threw.
    public func check(_ question: AccountQuestion) async throws -> Result<CheckOutcome, Rejection> {
        let resolved: Resolved
        switch try await resolve(question) {
        case .failure(let rejection): return .failure(rejection)
        case .success(let found): resolved = found
        }
        let order = resolved.order
        let now = clock.now
        // A yes makes the gateway take the payer's money next: not while nothing can be stored.
        try await store.confirmWritable(at: now)
        let (holder, ownObstacle) = try await store.read { session in
            (try session.holder(ofOrder: order.id), try obstacle(orderID: order.id, at: now, in: session))
        }
        if let rejection = Self.obstacle(order, question.amount, holder: holder, at: now) ?? ownObstacle {
            return .failure(rejection)
        }
        guard !isInternal(order.id) else {
            return .success(CheckOutcome(order: order, additional: [], fiscalDetail: order.fiscal))
        }
        if case .refuse(let refusal) = try await hooks.mayPay(order, question) {
            return .failure(.refused(refusal))
        }
        let additional = resolved.additional + (try await hooks.additional(order, question))
        let fiscal = try await hooks.fiscalDetail(order, question)
        return .success(CheckOutcome(order: order, additional: additional, fiscalDetail: fiscal))
    }

    /// The order that an account means, whether it can be paid or not. Changes nothing.
    ///
    /// - Throws: ``StorageFailure``; what the hook threw.
    public func order(of question: AccountQuestion) async throws -> Result<Order, Rejection> {
        try await resolve(question).map(\.order)
    }

    /// An order, and whether it stands in the `orders` table.
    struct Resolved: Sendable {
        var order: Order
        var isStored: Bool
        /// Whether the shop was asked about the account.
        var isAsked = false
        /// What the shop wants the payer to see, if it was asked about the account.
        var additional: [AdditionalField] = []
    }

    /// Asks the shop which order an account means, and loads it if it is one of ours.
    func resolve(_ question: AccountQuestion) async throws -> Result<Resolved, Rejection> {
        if let reference = question.reference, isInternal(reference) {
            let order = try await store.read { try $0.order(reference) }
            return order.map { .success(Resolved(order: $0, isStored: true)) } ?? .failure(.orderNotFound())
        }
        switch try await hooks.account(question) {
        case .refused(.orderNotFound(field: nil)) where question.reference == nil && inquiry != nil:
            // Orders are looked up by the reference; where there is none, the shop may know the account by other fields.
            return try await inquire(question)
        case .refused(let rejection):
            return .failure(rejection)
        case .order(let order):
            return .success(Resolved(order: order, isStored: false))
        case .stored(let id):
            if let order = try await store.read({ try $0.order(id) }) {
                return .success(Resolved(order: order, isStored: true))
            }
            return try await inquire(question)
        }
    }

    private func inquire(_ question: AccountQuestion) async throws -> Result<Resolved, Rejection> {
        guard let inquiry else { return .failure(.orderNotFound()) }
        switch try await inquiry.ask(question) {
        case .refused(let rejection): return .failure(rejection)
        case .order(let order, let additional):
            return .success(Resolved(order: order, isStored: false, isAsked: true, additional: additional))
        }
    }

    /// What the gateway that made an order says against its being paid now; nil: nothing, or none made it.
    func obstacle(orderID: String, at now: Int64, in session: any PaymentSession) throws -> Rejection? {
        for observer in observers where observer.owns(orderID: orderID) {
            if let rejection = try observer.obstacle(orderID: orderID, at: now, in: session) { return rejection }
        }
        return nil
    }

    /// What stands in the way of a payment, in the order in which the payer should hear of it.
    static func obstacle(_ order: Order, _ amount: Money?, holder: Transaction?, at now: Int64) -> Rejection? {
        guard order.cancelledAt == nil else { return .orderNotPayable }
        if order.kind == .oneTime, let holder, !holder.isOverdue(at: now) {
            return holder.state == .performed ? .orderPaid : .orderBusy
        }
        guard let amount, order.takes(amount) else { return .wrongAmount }
        return nil
    }
}
