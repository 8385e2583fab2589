extension TransactionService {
    /// Takes the money for good: 1 → 2. A repeat answers the stored times.
    ///
    /// - Parameters:
    ///   - taken: what to do if another transaction has paid the order. One that only holds it makes the answer
    ///     ``Rejection/orderBusy``: the order may become free.
    ///   - paidAt: when the payer paid, if the gateway says so, milliseconds since 1970: it becomes the
    ///     ``Transaction/performTime``. Deadlines go by our clock all the same.
    ///   - canBeRefused: whether the gateway lets the payer keep his money if this is refused; else an observer that
    ///     cannot use the money takes it, and has it given back.
    ///   - goesBack: the gateway gives the money back by itself, see ``TransactionNews/goesBack``.
    ///   - alongside: rows of the gateway's own; not for a repeat.
    public func perform(
        _ key: TransactionKey, ifTaken taken: TakenOrder = .refuse, paidAt: Int64? = nil, canBeRefused: Bool = false,
        goesBack: Bool = false, alongside: Alongside? = nil
    ) async throws -> ServiceAnswer {
        let word = GatewayWord(paidAt: paidAt, canBeRefused: canBeRefused, goesBack: goesBack)
        let answer = try await command { session -> ServiceAnswer in
            let answer = try carryOut(
                .perform(paidAt: paidAt), on: key, actor: key.gateway, word, in: session, alongside)
            // A reservation is no payment: who holds the order without having paid may let it go.
            guard case .failure(.orderBusy) = answer, let stored = try session.transaction(key),
                try session.holder(ofOrder: stored.orderID)?.state == .performed
            else { return answer }
            switch taken {
            case .refuse:
                return answer
            case .performAsDuplicate:
                return try carryOut(
                    .performAsDuplicate(paidAt: paidAt), on: key, actor: key.gateway, word, in: session, alongside)
            case .cancel(let reason):
                let event = TransactionEvent.cancel(reason: reason, refundAllowed: false)
                return try carryOut(event, on: key, actor: key.gateway, in: session, alongside)
            }
        }
        return announced(answer)
    }

    /// Lets something finer than a state be seen on a live transaction: ``Transaction/phase``. Only observers are told.
    ///
    /// - Parameter heldUntil: until when the gateway holds the money, if it says so, milliseconds since 1970.
    public func mark(
        _ key: TransactionKey, phase: String?, heldUntil: Int64? = nil, alongside: Alongside? = nil
    ) async throws -> ServiceAnswer {
        let word = GatewayWord(heldUntil: heldUntil)
        let answer = try await command {
            try carryOut(.mark(phase: phase), on: key, actor: key.gateway, word, in: $0, alongside)
        }
        if case .success(let outcome) = answer, !outcome.isRepeat { for observer in observers { observer.committed() } }
        return answer
    }

    /// Calls it off (1 → -1) or gives it back (2 → -2). A repeat answers what is stored.
    ///
    /// Whether a performed one may be given back is the shop's to say, outside the storage transaction.
    /// - Parameters:
    ///   - refundAllowed: false: a performed one stays performed, whatever the shop would say.
    ///   - actor: on whose word; nil: the gateway's.
    ///   - alongside: rows of the gateway's own; not for a repeat.
    public func cancel(
        _ key: TransactionKey, reason: Int64?, refundAllowed: Bool = true, actor: String? = nil,
        alongside: Alongside? = nil
    ) async throws -> ServiceAnswer {
        let actor = actor ?? key.gateway
        var allowed: Bool? = !refundAllowed ? false : hooks.isPlain ? true : nil
        var refusal = Refusal()
        while true {
            let answered = allowed
            let step = try await store.write { session -> CancelStep in
                let stored = try session.transaction(key)
                if let stored, stored.state == .performed, answered == nil { return .askShop(stored) }
                let event = TransactionEvent.cancel(reason: reason, refundAllowed: answered ?? false)
                return .answer(try carryOut(event, on: key, actor: actor, in: session, alongside))
            }
            switch step {
            case .answer(.failure(.refundRefused)): return .failure(.refundRefused(refusal))
            case .answer(let answer): return announced(answer)
            case .askShop(let stored):
                switch try await mayRefund(stored) {
                case .allow:
                    allowed = true
                case .refuse(let words):
                    allowed = false
                    refusal = words
                }
            }
        }
    }

    private enum CancelStep: Sendable {
        case answer(ServiceAnswer)
        case askShop(Transaction)
    }

    /// Gives back part of a performed transaction, or all of it; minor units.
    ///
    /// - Parameter alongside: rows of the gateway's own.
    public func refund(
        _ key: TransactionKey, amount: Int64, reason: Int64?, actor: String, alongside: Alongside? = nil
    ) async throws -> ServiceAnswer {
        let answer = try await command { session -> ServiceAnswer in
            try carryOut(.refund(amount: amount, reason: reason), on: key, actor: actor, in: session, alongside)
        }
        return announced(answer)
    }

    /// Cancels every transaction whose deadline has passed; each is locked and looked at again.
    ///
    /// One that the shop keeps from running out is passed over, however many there are, and tried again next time.
    /// - Parameter pageSize: how many share a storage transaction.
    /// - Returns: how many ran out of time.
    /// - Throws: ``StorageFailure``; what the shop's hook threw, if no transaction at all could be cancelled.
    public func expireOverdue(pageSize: Int = 500) async throws -> Int {
        let now = clock.now
        var expired = 0
        var kept = 0
        var trouble: (any Error)?
        defer { if expired > 0 { announce() } }
        while true {
            let skipping = kept
            let keys = try await store.read { try $0.overdue(at: now, skipping: skipping, limit: pageSize) }
            do {
                let count = try await expire(keys)
                expired += count
                // What changed meanwhile, or is not overdue at a second look, is not looked at a third time.
                kept += keys.count - count
            } catch let failure as StorageFailure {
                throw failure
            } catch {
                // The shop threw for one of them: each in its own, so that one keeps no other from running out.
                let isAlone = keys.count == 1
                if isAlone {
                    kept += 1
                    trouble = error
                }
                for key in keys where !isAlone {
                    do {
                        expired += try await expire([key])
                    } catch let failure as StorageFailure {
                        throw failure
                    } catch {
                        kept += 1
                        trouble = error
                    }
                }
            }
            if keys.count < pageSize || Task.isCancelled { break }
        }
        if expired == 0, let trouble { throw trouble }
        return expired
    }

    /// All in one storage transaction.
    private func expire(_ keys: [TransactionKey]) async throws -> Int {
        guard !keys.isEmpty else { return 0 }
        return try await store.write { session in
            try keys.reduce(into: 0) { count, key in
                let answer = try carryOut(.expire, on: key, actor: Self.deadlineActor, in: session)
                if case .success(let outcome) = answer, !outcome.isRepeat { count += 1 }
            }
        }
    }

    /// The transaction as it is stored. Changes nothing: an overdue one is shown as it stands.
    public func find(_ key: TransactionKey) async throws -> Transaction? {
        try await store.read { try $0.transaction(key) }
    }

    /// The transaction of our own number; nil if there is none.
    public func find(id: Int64) async throws -> Transaction? {
        try await store.read { try $0.transaction(id: id) }
    }

    func carryOut(
        _ event: TransactionEvent, on key: TransactionKey, actor: String, _ word: GatewayWord = GatewayWord(),
        in session: any PaymentSession, _ alongside: Alongside? = nil
    ) throws -> ServiceAnswer {
        let now = clock.now
        guard let stored = try session.transaction(key) else { return .failure(.transactionNotFound) }
        let decision = machine.decide(event, on: stored, at: now)
        let answer = try apply(decision, from: stored, actor: actor, at: now, word, in: session)
        if let alongside, case .success(let outcome) = answer, !outcome.isRepeat {
            try alongside(outcome.transaction, session.sql)
        }
        return answer
    }
}
