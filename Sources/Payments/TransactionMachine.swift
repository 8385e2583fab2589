/// What a transaction is asked to do.
public enum TransactionEvent: Sendable, Hashable {
    /// The gateway announces this draft (state 1).
    case create(Transaction)
    /// The money has been taken: 1 → 2. `paidAt`: when, as the gateway says, milliseconds since 1970; nil: now.
    case perform(paidAt: Int64? = nil)
    /// The money has been taken for a one-time order that another transaction has: 1 → 2, and the order stays with the
    /// other. `paidAt` as of ``perform(paidAt:)``.
    case performAsDuplicate(paidAt: Int64? = nil)
    /// Called off before it was performed (1 → -1), or given back after (2 → -2). `refundAllowed` matters only after.
    case cancel(reason: Int64?, refundAllowed: Bool)
    /// Part of a performed payment, or all of it, goes back; minor units.
    case refund(amount: Int64, reason: Int64?)
    /// The deadline may have passed.
    case expire
    /// Something finer than a state is to be seen; nil: nothing any more.
    case mark(phase: String?)
}

/// What became of a transaction, as the journal and the outbox name it.
public enum TransactionChange: String, Sendable, Hashable, CaseIterable {
    /// The new state is 1, 2, -1 on the gateway's word, or -2: all of the money is back.
    case created, performed, cancelled, refunded
    /// Part of a performed payment went back; the state stays 2.
    case partlyRefunded = "partly_refunded"
    /// The deadline passed before it was performed: the state is -1, the reason that of a timeout.
    case expired
    /// The payer paid a one-time order that another transaction has: the new state is 2, the money is to go back.
    case duplicate
    /// The money of a ``duplicate`` is back: the state is -2. It says nothing about the order.
    case duplicateRefunded = "duplicate_refunded"
}

/// What the machine decided.
public enum TransactionDecision: Sendable, Hashable {
    /// Store this, write it in the journal, tell the shop.
    case change(Transaction, TransactionChange)
    /// Store this; it is no change that anybody is told of.
    case mark(Transaction)
    /// Nothing happens; answer what is stored, as the first time.
    case unchanged(Transaction)
    /// Refuse what was asked, and store nothing.
    case reject(Rejection)
    /// Store the change (it ran out of time), and refuse what was asked.
    case changeAndReject(Transaction, TransactionChange, Rejection)
}

/// The one state machine behind every gateway: 1 → 2, 1 → -1, 2 → -2, nothing else. A pure function.
public struct TransactionMachine: Sendable {
    /// The reason that an overdue transaction is cancelled with.
    public let timeoutReason: Int64

    /// - Parameter timeoutReason: the number that `spec/transaction.yaml` gives to `timeout`: 4.
    public init(timeoutReason: Int64) {
        self.timeoutReason = timeoutReason
    }

    /// What an event makes of a transaction. Nothing is stored here.
    ///
    /// - Parameters:
    ///   - stored: the transaction as it is stored; nil: there is none.
    ///   - now: milliseconds since 1970.
    public func decide(_ event: TransactionEvent, on stored: Transaction?, at now: Int64) -> TransactionDecision {
        if case .create(let draft) = event {
            return create(draft, on: stored, at: now)
        }
        guard let stored else { return .reject(.transactionNotFound) }
        switch event {
        case .create(let draft): return create(draft, on: stored, at: now)
        case .perform(let paidAt): return perform(stored, paidAt, at: now)
        case .performAsDuplicate(let paidAt): return performAsDuplicate(stored, paidAt, at: now)
        case .cancel(let reason, let allowed): return cancel(stored, reason, refundAllowed: allowed, at: now)
        case .refund(let amount, let reason): return refund(stored, amount, reason, at: now)
        case .expire: return stored.isOverdue(at: now) ? expire(stored, at: now) : .unchanged(stored)
        case .mark(let phase): return mark(stored, phase)
        }
    }

    private func create(_ draft: Transaction, on stored: Transaction?, at now: Int64) -> TransactionDecision {
        guard let stored else {
            // Too old already when it was announced: it is never stored.
            return draft.isOverdue(at: now) ? .reject(.expired) : .change(draft, .created)
        }
        guard stored.state == .created else { return .reject(.invalidState(stored.state)) }
        if stored.isOverdue(at: now) { return expireAndReject(stored, at: now) }
        // The same id for another payment is not a repeat.
        let isRepeat = stored.amount == draft.amount && stored.account == draft.account
        return isRepeat ? .unchanged(stored) : .reject(.invalidState(stored.state))
    }

    private func perform(_ stored: Transaction, _ paidAt: Int64?, at now: Int64) -> TransactionDecision {
        switch stored.state {
        case .created:
            if stored.isOverdue(at: now) { return expireAndReject(stored, at: now) }
            var next = stored
            next.state = .performed
            next.performTime = Self.performTime(stored, paidAt, at: now)
            next.phase = nil
            next.holdsOrder = stored.isOneTime
            return .change(next, .performed)
        case .performed:
            return .unchanged(stored)
        case .cancelled, .cancelledAfterPerform:
            return .reject(.invalidState(stored.state))
        }
    }

    private func performAsDuplicate(_ stored: Transaction, _ paidAt: Int64?, at now: Int64) -> TransactionDecision {
        // An account takes any number of payments: none of them is one too many.
        guard stored.isOneTime, stored.state == .created, !stored.isOverdue(at: now) else {
            return perform(stored, paidAt, at: now)
        }
        var next = stored
        next.state = .performed
        next.performTime = Self.performTime(stored, paidAt, at: now)
        next.phase = Transaction.duplicatePhase
        next.holdsOrder = false
        return .change(next, .duplicate)
    }

    /// How far ahead of ours a gateway's clock may be, milliseconds; what is beyond that is no time of a payment.
    private static let clockSkewMaximum: Int64 = 86_400_000

    /// The gateway's word counts: it took the money. Neither its clock nor one of ours that was set back puts the
    /// payment before its announcement.
    private static func performTime(_ stored: Transaction, _ paidAt: Int64?, at now: Int64) -> Int64 {
        let told = paidAt.flatMap { $0 <= now + clockSkewMaximum ? $0 : nil }
        return max(told ?? now, stored.createTime)
    }

    private func mark(_ stored: Transaction, _ phase: String?) -> TransactionDecision {
        guard stored.state.isLive else { return .reject(.invalidState(stored.state)) }
        guard stored.phase != phase else { return .unchanged(stored) }
        var next = stored
        next.phase = phase
        return .mark(next)
    }

    private func cancel(
        _ stored: Transaction, _ reason: Int64?, refundAllowed: Bool, at now: Int64
    ) -> TransactionDecision {
        switch stored.state {
        case .created:
            return .change(cancelled(stored, reason, at: now), .cancelled)
        case .performed:
            guard refundAllowed else { return .reject(.refundRefused()) }
            return givenBack(stored, reason, at: now)
        case .cancelled, .cancelledAfterPerform:
            return .unchanged(stored)
        }
    }

    private func refund(
        _ stored: Transaction, _ amount: Int64, _ reason: Int64?, at now: Int64
    ) -> TransactionDecision {
        guard stored.state == .performed else { return .reject(.invalidState(stored.state)) }
        let left = stored.amount.minor - stored.refundedAmount
        guard amount > 0, amount <= left else { return .reject(.wrongAmount) }
        if amount == left { return givenBack(stored, reason, at: now) }
        // Of a payment that should not be there, no part stays.
        guard !stored.isDuplicate else { return .reject(.wrongAmount) }
        var next = stored
        next.refundedAmount += amount
        return .change(next, .partlyRefunded)
    }

    private func expire(_ stored: Transaction, at now: Int64) -> TransactionDecision {
        .change(cancelled(stored, timeoutReason, at: now), .expired)
    }

    private func expireAndReject(_ stored: Transaction, at now: Int64) -> TransactionDecision {
        .changeAndReject(cancelled(stored, timeoutReason, at: now), .expired, .expired)
    }

    /// A clock that was set back must not let a transaction end before it began.
    private static func notBefore(_ stored: Transaction, _ now: Int64) -> Int64 {
        max(now, stored.createTime, stored.performTime)
    }

    private func cancelled(_ stored: Transaction, _ reason: Int64?, at now: Int64) -> Transaction {
        var next = stored
        next.state = .cancelled
        next.cancelTime = Self.notBefore(stored, now)
        next.reason = reason
        next.phase = nil
        next.holdsOrder = false
        return next
    }

    private func givenBack(_ stored: Transaction, _ reason: Int64?, at now: Int64) -> TransactionDecision {
        var next = stored
        next.state = .cancelledAfterPerform
        next.cancelTime = Self.notBefore(stored, now)
        next.reason = reason
        next.refundedAmount = stored.amount.minor
        // Kept, so that the order is not taken for one that was given back.
        next.phase = stored.isDuplicate ? Transaction.duplicatePhase : nil
        next.holdsOrder = false
        return .change(next, stored.isDuplicate ? .duplicateRefunded : .refunded)
    }
}
