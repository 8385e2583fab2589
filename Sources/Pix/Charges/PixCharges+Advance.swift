import Payments
import Specification
import Storage

extension PixCharges {
    /// One step: towards the bank, or towards the end.
    ///
    /// - Throws: ``PixBankError`` if the bank did not say; `StorageFailure`; what a hook threw.
    func advance(_ charge: PixCharge) async throws {
        guard let transaction = try await context.service.find(id: charge.transactionID) else { throw CorruptCharge() }
        switch transaction.state {
        case .created: break
        case .cancelled: return try await sweep(charge, transaction)
        case .performed, .cancelledAfterPerform: return try await stop(charge)
        }
        guard let bank = context.bank, charge.provider != .static else {
            return try await advanceLocal(charge, transaction)
        }
        switch charge.standing {
        case .unsent: try await send(charge, transaction, bank)
        default:
            guard let known = try await Self.known(charge, bank) else { return try await missing(charge, transaction) }
            try await refresh(charge, transaction, known, bank)
        }
    }

    /// It was called off here. An offer that was on its way then may have arrived since: a charge that nobody waits for
    /// must not stay payable at the bank.
    private func sweep(_ charge: PixCharge, _ transaction: Transaction) async throws {
        guard let bank = context.bank, charge.provider != .static, let known = try await Self.known(charge, bank)
        else { return try await stop(charge) }
        try await refresh(charge, transaction, known, bank)
    }

    /// Nobody has to look after it any more.
    private func stop(_ charge: PixCharge) async throws {
        try await context.store.engine.write { sql in
            try PixCharge.end(charge.transactionID, nil, note: nil, in: sql)
        }
    }

    /// The bank had it, and does not know it any more: another account is configured, or another bank. The one that
    /// has it may still be paid, until its time is up for good.
    private func missing(_ charge: PixCharge, _ transaction: Transaction) async throws {
        if charge.attempts == 0 { context.onAnomaly(.chargeDiffers) }
        guard context.now > charge.expiresAt + PixReconciliation.dayMilliseconds else {
            throw PixBankError.unknown("the bank does not know a charge that it had: is another account configured?")
        }
        try await end(charge, transaction, nil, .expired, charge.cancelledBy ?? Self.deadlineActor)
    }

    /// Nobody can be asked. A charge of a bank that is not configured any more waits.
    private func advanceLocal(_ charge: PixCharge, _ transaction: Transaction) async throws {
        guard charge.provider == .static else { throw PixBankError.notSent("no bank is configured") }
        if let actor = charge.cancelledBy { return try await end(charge, transaction, .removed, .cancelled, actor) }
        let noticesEnd = context.noticesEnd(charge)
        if context.now > noticesEnd {
            return try await end(charge, transaction, nil, .expired, Self.deadlineActor)
        }
        // The page says at once that it is over; a notice of a payment that was made in time may still come.
        let isOver = context.now > charge.expiresAt
        try await context.store.engine.write { sql in
            try PixCharge.schedule(
                charge.transactionID, dueAt: (isOver ? noticesEnd : charge.expiresAt) + 1, attempts: 0, note: nil,
                in: sql)
        }
        if isOver { context.onChange(charge.id) }
    }

    /// The bank may have it already if the answer of an attempt before this was lost: then it is not asked for a second
    /// one, and what it has is taken.
    private func send(_ charge: PixCharge, _ transaction: Transaction, _ bank: any PixBank) async throws {
        let isOver = context.now > charge.expiresAt
        if isOver || charge.cancelledBy != nil || charge.attempts > 0 || context.now >= charge.createdAt + 30_000 {
            if let known = try await Self.known(charge, bank) {
                return try await refresh(charge, transaction, known, bank)
            }
            // It is not there, so nobody can have paid it.
        }
        // Another task's offer may still be on its way: see `sweep`.
        let lookAt = context.now + Self.sweepMilliseconds
        if let actor = charge.cancelledBy {
            return try await end(charge, transaction, .removed, .cancelled, actor, lookAt: lookAt)
        }
        if isOver {
            return try await end(charge, transaction, .removed, .expired, Self.deadlineActor, lookAt: lookAt)
        }
        // The bank counts from when it takes it, which may be long after it was stored.
        let left = (charge.expiresAt - context.now + 999) / 1_000
        let offer = PixOffer(
            txid: charge.txid, key: charge.key, amount: transaction.amount.minor,
            expirySeconds: min(charge.expirySeconds, max(1, left)), payerNote: charge.payerNote)
        switch await Self.answer(to: offer, bank) {
        case .success(let known): try await refresh(charge, transaction, known, bank)
        case .failure(let error) where error.isPassing: throw error
        case .failure(let error): try await rejected(charge, transaction, error, bank)
        }
    }

    /// The charge as the bank has it; nil if it has none.
    private static func known(_ charge: PixCharge, _ bank: any PixBank) async throws -> PixBankCharge? {
        do {
            return try await bank.charge(charge.txid)
        } catch PixBankError.notFound {
            return nil
        }
    }

    /// A lost answer is asked for once more at once: the payer waits for the code.
    private static func answer(
        to offer: PixOffer, _ bank: any PixBank
    ) async -> Result<PixBankCharge, PixBankError> {
        var answer = await once(offer, bank)
        if case .failure(.unknown) = answer { answer = await once(offer, bank) }
        return answer
    }

    private static func once(_ offer: PixOffer, _ bank: any PixBank) async -> Result<PixBankCharge, PixBankError> {
        do throws(PixBankError) {
            return .success(try await bank.create(offer))
        } catch {
            return .failure(error)
        }
    }

    /// A charge that was paid or removed in the meantime is refused like a bad one: only the bank's word on the txid
    /// tells them apart.
    private func rejected(
        _ charge: PixCharge, _ transaction: Transaction, _ error: PixBankError, _ bank: any PixBank
    ) async throws {
        if let known = try await Self.known(charge, bank) {
            return try await refresh(charge, transaction, known, bank)
        }
        context.onAnomaly(.chargeRejected)
        try await end(charge, transaction, .rejected, .rejected, PixGateway.name, note: error.description)
    }

    /// Takes what the bank says of a charge.
    func refresh(
        _ charge: PixCharge, _ transaction: Transaction, _ known: PixBankCharge, _ bank: any PixBank
    ) async throws {
        guard known.txid == charge.txid else { throw PixBankError.unknown("the answer is about another charge") }
        // Later the daily comparison says so again.
        if charge.standing == .unsent, !charge.isSame(as: known, amount: transaction.amount.minor) {
            context.onAnomaly(.chargeDiffers)
        }
        // Before a payment is judged by the charge's time.
        let charge = charge.adopting(
            known, amount: transaction.amount.minor, merchant: context.configuration.merchant, at: context.now)
        for payment in known.payments { _ = try await settlement.take(payment, charge, isFresh: true) }
        guard let transaction = try await context.service.find(id: charge.transactionID) else { return }
        switch transaction.state {
        case .created: try await refreshOpen(charge, transaction, known, bank)
        case .cancelled where known.status == .active: try await removeLeftOver(charge, transaction, known, bank)
        default: try await store(charge, known, dueAt: nil)
        }
    }

    /// Nobody waits for it here, and it can be paid there.
    private func removeLeftOver(
        _ charge: PixCharge, _ transaction: Transaction, _ known: PixBankCharge, _ bank: any PixBank
    ) async throws {
        var known = known
        if let trouble = await Self.trouble(removing: charge, bank) {
            known = try await bank.charge(charge.txid)
            guard known.status != .active || context.now > charge.expiresAt else { throw trouble }
            for payment in known.payments { _ = try await settlement.take(payment, charge, isFresh: true) }
        } else {
            known.status = .removed
        }
        let merchant = context.configuration.merchant
        try await store(
            charge.adopting(known, amount: transaction.amount.minor, merchant: merchant, at: context.now), known,
            dueAt: nil)
    }

    private func refreshOpen(
        _ charge: PixCharge, _ transaction: Transaction, _ known: PixBankCharge, _ bank: any PixBank
    ) async throws {
        switch known.status {
        case .completed:
            // Underpaid: the money goes back first.
            if transaction.phase == PixSettlement.underpaidPhase {
                return try await store(charge, known, dueAt: nil)
            }
            // Somebody paid: it is never called off, however long the bank keeps back by what. About once a day:
            if charge.attempts % 144 == 0 { context.onAnomaly(.paymentMissing) }
            throw PixBankError.unknown("the bank says paid, and not by what")
        case .removedByBank:
            try await end(charge, transaction, .removedByBank, .removedByBank, PixGateway.name)
        case .removed:
            let actor = charge.cancelledBy
            let isOver = actor == nil && context.now > charge.expiresAt
            try await end(
                charge, transaction, .removed, isOver ? .expired : .cancelled,
                actor ?? (isOver ? Self.deadlineActor : PixGateway.name))
        case .active:
            if charge.cancelledBy != nil || context.now > charge.expiresAt {
                return try await withdraw(charge, transaction, known, bank)
            }
            try await store(charge, known, dueAt: nextLook(charge))
        case nil:
            context.onAnomaly(.unknownStatus)
            throw PixBankError.unknown("the bank calls it by a word that is not known here")
        }
    }

    /// Takes it back at the bank. For a charge whose time is up the bank's answer does not matter: it was asked after
    /// the end, and nobody can pay it any more.
    private func withdraw(
        _ charge: PixCharge, _ transaction: Transaction, _ known: PixBankCharge, _ bank: any PixBank
    ) async throws {
        let isOver = context.now > charge.expiresAt
        let trouble = await Self.trouble(removing: charge, bank)
        if let trouble {
            // Paid in this very moment? Asked for again also if the answer was lost.
            let again = try await bank.charge(charge.txid)
            if again.status != .active { return try await refresh(charge, transaction, again, bank) }
            guard isOver else { throw trouble }
        }
        // The bank's clock may be behind ours: what it did not remove is looked at once more.
        let lookAt = trouble == nil ? nil : context.now + Self.sweepMilliseconds
        if let actor = charge.cancelledBy {
            try await end(charge, transaction, .removed, .cancelled, actor, lookAt: lookAt)
        } else {
            try await end(charge, transaction, .removed, .expired, Self.deadlineActor, lookAt: lookAt)
        }
    }

    private static func trouble(removing charge: PixCharge, _ bank: any PixBank) async -> PixBankError? {
        do throws(PixBankError) {
            let answer = try await bank.remove(charge.txid)
            return answer.status == .removed ? nil : .unknown("the charge stands after it was removed")
        } catch {
            return error
        }
    }

    /// Calls the transaction off, and lets the row say how it stands with the bank.
    func end(
        _ charge: PixCharge, _ transaction: Transaction, _ standing: PixCharge.Standing?,
        _ reason: PixSpecification.Reason, _ actor: String, note: String? = nil, lookAt: Int64? = nil
    ) async throws {
        let answer = try await context.service.cancel(
            transaction.key, reason: context.reason(reason), refundAllowed: false, actor: actor
        ) { transaction, sql in
            try PixCharge.end(transaction.id, standing, note: note, dueAt: lookAt, in: sql)
        }
        switch answer {
        // Whoever called it off before has seen to the row.
        case .success: break
        // Performed in the meantime: the row only has to stop asking.
        case .failure: try await stop(charge)
        }
        context.onChange(charge.id)
    }

    /// Writes down what the bank said, unless somebody has ended the charge since it was asked.
    private func store(_ charge: PixCharge, _ known: PixBankCharge, dueAt: Int64?) async throws {
        let now = context.now
        let isNews = try await context.store.engine.write { sql -> Bool in
            guard let before = try PixCharge.find(transactionID: charge.transactionID, in: sql),
                let transaction = try SQLPaymentSession(sql: sql).transaction(id: charge.transactionID)
            else { return false }
            var dueAt = dueAt
            if dueAt != nil {
                switch transaction.state {
                case .created: if before.cancelledBy != charge.cancelledBy { dueAt = now }
                // It may stand there all the same: see `sweep`.
                case .cancelled: return try PixCharge.sweep(charge.transactionID, at: now, in: sql)
                case .performed, .cancelledAfterPerform: return false
                }
            }
            try charge.update(known.location, dueAt: dueAt, in: sql)
            return before.standing != charge.standing || before.code != charge.code
                || before.expiresAt != charge.expiresAt
        }
        if isNews { context.onChange(charge.id) }
    }

    /// The younger a charge, the likelier its payer is at it. A notice from the bank comes between.
    private func nextLook(_ charge: PixCharge) -> Int64 {
        let age = context.now - charge.createdAt
        let pause: Int64 =
            switch age {
            case ..<120_000: 15_000
            case ..<900_000: 60_000
            case ..<3_600_000: 300_000
            default: PixCharge.longestPause
            }
        return min(context.now + pause, max(charge.expiresAt, context.now) + 1)
    }

    static let deadlineActor = "deadline"
    /// How long an offer may be on its way at the most, milliseconds.
    private static let sweepMilliseconds: Int64 = 180_000
}
