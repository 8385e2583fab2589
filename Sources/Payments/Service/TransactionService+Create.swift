extension TransactionService {
    /// Creates the transaction, or answers what is stored if the gateway has announced it before.
    public func create(_ command: CreateCommand) async throws -> ServiceAnswer {
        // A call that was answered once is answered again, whatever the shop would say now. Plain hooks say nothing,
        // so there the insert finds out by itself.
        if !asksNothing, try await find(command.key) != nil {
            return announced(try await self.command { try repeatOr(.transactionNotFound, command, in: $0) })
        }
        switch try await permission(for: command) {
        case .success(let permit):
            return announced(try await self.command { try create(command, permit, in: $0) })
        case .failure(let rejection):
            return announced(try await self.command { try repeatOr(rejection, command, in: $0) })
        }
    }

    /// What the questions allowed, before the storage transaction begins.
    struct Permit: Sendable {
        /// The id in the `orders` table, to be loaded in the storage transaction; or the shop's own order.
        var order: AccountAnswer
        var receivers: [Receiver]
        /// Whether it is the shop's answer to a question about an account that is no order of the `orders` table.
        var isAsked = false
    }

    private func permission(for command: CreateCommand) async throws -> Result<Permit, Rejection> {
        let question = command.question
        // Plain hooks ask nothing of the order, so it is read once, in the storage transaction.
        if asksNothing {
            if let order = command.newOrder { return .success(Permit(order: .order(order), receivers: [])) }
            guard let reference = question.reference else { return .failure(.orderNotFound()) }
            return .success(Permit(order: .stored(id: reference), receivers: []))
        }
        let resolved: Resolved
        if let order = command.newOrder {
            resolved = Resolved(order: order, isStored: false)
        } else {
            switch try await resolve(question) {
            case .failure(let rejection): return .failure(rejection)
            case .success(let found): resolved = found
            }
        }
        // The shop is not asked about a payment that cannot be; the storage transaction looks again.
        let order = resolved.order
        let now = clock.now
        let holder = try await store.read { try $0.holder(ofOrder: order.id) }
        if let rejection = Self.obstacle(order, question.amount, holder: holder, at: now) {
            return .failure(rejection)
        }
        if resolved.isStored, isInternal(order.id) {
            return .success(Permit(order: .stored(id: order.id), receivers: []))
        }
        if case .refuse(let refusal) = try await hooks.mayPay(order, question) {
            return .failure(.refused(refusal))
        }
        let receivers = try await hooks.receivers(order, question)
        if !receivers.isEmpty, receivers.sum != question.amount?.minor {
            throw HookFailure("receivers(_:_:) returned amounts that do not sum to the payment")
        }
        return .success(
            Permit(
                order: resolved.isStored ? .stored(id: order.id) : .order(order), receivers: receivers,
                isAsked: resolved.isAsked))
    }

    func create(
        _ command: CreateCommand, _ permit: Permit, in session: any PaymentSession
    ) throws -> ServiceAnswer {
        let now = clock.now
        guard let order = try load(permit.order, in: session) else {
            return try repeatOr(.orderNotFound(), command, in: session)
        }
        // Registered since the shop was asked: it has rules of its own now.
        if permit.isAsked, try session.order(order.id) != nil {
            return try repeatOr(.orderNotFound(), command, in: session)
        }
        // The holder is looked up only if something is wrong: the insert finds out by itself. It does not for an
        // attempt that holds nothing yet.
        let seen = command.holdsOrderFromCreation ? nil : try session.holder(ofOrder: order.id)
        guard Self.obstacle(order, command.question.amount, holder: seen, at: now) == nil,
            let amount = command.question.amount
        else {
            let holder = try session.holder(ofOrder: order.id)
            let rejection = Self.obstacle(order, command.question.amount, holder: holder, at: now) ?? .wrongAmount
            return try repeatOr(rejection, command, in: session)
        }
        if let rejection = try reservation(command, order, in: session) {
            return try repeatOr(rejection, command, in: session)
        }
        let draft = draft(command, order, amount, permit.receivers, at: now)
        if let answer = try insert(draft, command, at: now, in: session) { return answer }
        // A unique constraint spoke: the same id again, or another transaction on the order.
        if let stored = try session.transaction(command.key) {
            return try `repeat`(command, stored, in: session)
        }
        return try takeOver(order, draft, command, at: now, in: session)
    }

    /// Another attempt that was announced a moment ago has the first right to a one-time order, if the command says so.
    private func reservation(
        _ command: CreateCommand, _ order: Order, in session: any PaymentSession
    ) throws -> Rejection? {
        let now = clock.now
        // What was created later than now was created before the clock was set back: it does not count.
        guard order.kind == .oneTime, let since = command.yieldsToAttemptsSince, since <= now else { return nil }
        return try session.hasWaiting(ofOrder: order.id, in: since...now, except: command.key) ? .orderBusy : nil
    }

    private func load(_ answer: AccountAnswer, in session: any PaymentSession) throws -> Order? {
        switch answer {
        case .stored(let id): try session.order(id)
        case .order(let order): order
        case .refused: nil
        }
    }

    private func draft(
        _ command: CreateCommand, _ order: Order, _ amount: Money, _ receivers: [Receiver], at now: Int64
    ) -> Transaction {
        let isOneTime = order.kind == .oneTime
        return Transaction(
            key: command.key, externalTime: command.externalTime, orderID: order.id, account: command.account,
            amount: amount, createTime: now, deadline: command.deadline, receivers: receivers, isOneTime: isOneTime,
            holdsOrder: isOneTime && command.holdsOrderFromCreation)
    }

    /// Inserts and publishes; nil if a unique constraint stands in the way.
    private func insert(
        _ draft: Transaction, _ command: CreateCommand, at now: Int64, in session: any PaymentSession
    ) throws -> ServiceAnswer? {
        guard case .change(var new, let change) = machine.decide(.create(draft), on: nil, at: now) else {
            // Only an id that is not stored can be too old to create; who holds the order is said first.
            guard try session.transaction(draft.key) == nil else { return nil }
            if let holder = try session.holder(ofOrder: draft.orderID), draft.isOneTime, !holder.isOverdue(at: now) {
                return .failure(holder.state == .performed ? .orderPaid : .orderBusy)
            }
            return .failure(.expired)
        }
        guard let id = try session.insert(new) else { return nil }
        new.id = id
        try publish(change, from: nil, to: new, actor: command.key.gateway, at: now, in: session)
        try command.alongside?(new, session.sql)
        return .success(Outcome(new, isRepeat: false))
    }

    /// Another transaction holds the order: it blocks, unless its time is up.
    private func takeOver(
        _ order: Order, _ draft: Transaction, _ command: CreateCommand, at now: Int64, in session: any PaymentSession
    ) throws -> ServiceAnswer {
        guard let holder = try session.holder(ofOrder: order.id) else { return .failure(.orderBusy) }
        guard try release(holder, at: now, in: session) else {
            return .failure(holder.state == .performed ? .orderPaid : .orderBusy)
        }
        return try insert(draft, command, at: now, in: session) ?? .failure(.orderBusy)
    }

    private func repeatOr(
        _ rejection: Rejection, _ command: CreateCommand, in session: any PaymentSession
    ) throws -> ServiceAnswer {
        guard let stored = try session.transaction(command.key) else { return .failure(rejection) }
        return try `repeat`(command, stored, in: session)
    }

    private func `repeat`(
        _ command: CreateCommand, _ stored: Transaction, in session: any PaymentSession
    ) throws -> ServiceAnswer {
        let now = clock.now
        // Compared with what is stored: another amount or account under the same id is no repeat.
        var draft = stored
        draft.amount.minor = command.question.amount?.minor ?? 0
        if !command.isSameAccount(stored.account, command.account) { draft.account = command.account }
        let decision = machine.decide(.create(draft), on: stored, at: now)
        // An attempt that holds nothing may have lost its order meanwhile: the payer is not to pay a second time.
        if case .unchanged = decision, stored.isOneTime, !stored.holdsOrder,
            let holder = try session.holder(ofOrder: stored.orderID), !holder.isOverdue(at: now)
        {
            return .failure(holder.state == .performed ? .orderPaid : .orderBusy)
        }
        // Nor is he to pay what nobody takes any more.
        if case .unchanged = decision, !stored.holdsOrder,
            let obstacle = try obstacle(orderID: stored.orderID, at: now, in: session)
        {
            return .failure(obstacle)
        }
        return try apply(decision, from: stored, actor: command.key.gateway, at: now, in: session)
    }
}

/// A hook gave an answer that cannot be used.
public struct HookFailure: Error, Sendable, CustomStringConvertible {
    /// What was wrong, for the log: the gateway answers "try again" and says nothing of it.
    public let description: String

    /// - Parameter description: one clause for the log.
    public init(_ description: String) {
        self.description = description
    }
}

extension [Receiver] {
    /// Minor units; nil if it is more than Int64 holds.
    var sum: Int64? {
        var total: Int64 = 0
        for receiver in self {
            let (next, overflow) = total.addingReportingOverflow(receiver.amount)
            if overflow { return nil }
            total = next
        }
        return total
    }
}
