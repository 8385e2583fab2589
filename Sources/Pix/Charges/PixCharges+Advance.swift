import Payments
import Specification
import Storage

extension PixCharges {
    /// One step: towards the bank, or towards the end.
    ///
    /// - Throws: ``PixBankError`` if the bank did not say; `StorageFailure`; what a hook threw.
    func advance(_ charge: PixCharge) async throws {
        guard let transaction = try await context.service.find(id: charge.transactionID),
            transaction.state == .created
        else {
            return try await context.store.engine.write { sql in
                try PixCharge.end(charge.transactionID, nil, note: nil, in: sql)
            }
        }
        guard let bank = context.bank, charge.provider != .static else {
            return try await advanceLocal(charge, transaction)
        }
        switch charge.standing {
        case .unsent: try await send(charge, transaction, bank)
        default: try await refresh(charge, transaction, try await bank.charge(charge.txid), bank)
        }
    }

    /// Nobody can be asked. A charge of a bank that is not configured any more waits.
    private func advanceLocal(_ charge: PixCharge, _ transaction: Transaction) async throws {
        guard charge.provider == .static else { throw PixBankError.notSent("no bank is configured") }
        if let actor = charge.cancelledBy { return try await end(charge, transaction, .removed, .cancelled, actor) }
        if context.now > charge.expiresAt {
            return try await end(charge, transaction, nil, .expired, Self.deadlineActor)
        }
        try await context.store.engine.write { sql in
            try PixCharge.schedule(
                charge.transactionID, dueAt: charge.expiresAt + 1, attempts: 0, note: nil, in: sql)
        }
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
        if let actor = charge.cancelledBy { return try await end(charge, transaction, .removed, .cancelled, actor) }
        if isOver { return try await end(charge, transaction, .removed, .expired, Self.deadlineActor) }
        let offer = PixOffer(
            txid: charge.txid, key: charge.key, amount: transaction.amount.minor,
            expirySeconds: charge.expirySeconds, payerNote: charge.payerNote)
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
        for payment in known.payments { _ = try await settlement.take(payment, charge) }
        guard let transaction = try await context.service.find(id: charge.transactionID) else { return }
        let charge = adopt(known, into: charge)
        guard transaction.state == .created else { return try await store(charge, known, dueAt: nil) }
        switch known.status {
        case .completed:
            // Underpaid: the money goes back first.
            if transaction.phase == PixSettlement.underpaidPhase {
                return try await store(charge, known, dueAt: nil)
            }
            // Nothing more can come of it, and somebody has to look; the order is free at last.
            if charge.cancelledBy != nil || context.now > charge.expiresAt + PixReconciliation.dayMilliseconds {
                return try await end(
                    charge, transaction, .completed, .cancelled, charge.cancelledBy ?? Self.deadlineActor)
            }
            context.onAnomaly(.paymentMissing)
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
        if let actor = charge.cancelledBy {
            try await end(charge, transaction, .removed, .cancelled, actor)
        } else {
            try await end(charge, transaction, .removed, .expired, Self.deadlineActor)
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
        _ reason: PixSpecification.Reason, _ actor: String, note: String? = nil
    ) async throws {
        let answer = try await context.service.cancel(
            transaction.key, reason: context.reason(reason), refundAllowed: false, actor: actor
        ) { transaction, sql in
            try PixCharge.end(transaction.id, standing, note: note, in: sql)
        }
        // Performed in the meantime, or called off by somebody else: the row only has to stop asking.
        if case .success(let outcome) = answer, !outcome.isRepeat {
        } else {
            try await context.store.engine.write { sql in
                try PixCharge.end(charge.transactionID, nil, note: note, in: sql)
            }
        }
        context.onChange(charge.id)
    }

    private func store(_ charge: PixCharge, _ known: PixBankCharge, dueAt: Int64?) async throws {
        let isNews = try await context.store.engine.write { sql in
            let before = try PixCharge.find(transactionID: charge.transactionID, in: sql)
            try charge.update(known.location, dueAt: dueAt, in: sql)
            return before?.standing != charge.standing || before?.code != charge.code
                || before?.expiresAt != charge.expiresAt
        }
        if isNews { context.onChange(charge.id) }
    }

    /// What the bank knows better: status, code, and the moment from which its time is counted.
    private func adopt(_ known: PixBankCharge, into charge: PixCharge) -> PixCharge {
        var charge = charge
        switch known.status {
        case .active: charge.standing = .active
        case .completed: charge.standing = .completed
        case .removed: charge.standing = .removed
        case .removedByBank: charge.standing = .removedByBank
        case nil: break
        }
        charge.revision = known.revision
        if charge.code == nil { charge.code = known.code ?? code(at: known.location) }
        let seconds = known.expirySeconds ?? charge.expirySeconds
        charge.expirySeconds = seconds
        // Some banks label local time as UTC: a clock that is hours off is not believed.
        let created = known.createdAt.flatMap { abs($0 - charge.createdAt) <= 600_000 ? $0 : nil } ?? charge.createdAt
        charge.expiresAt = created + seconds * 1_000
        return charge
    }

    /// Source: pix.md 3.2: `pixCopiaECola` may be missing.
    private func code(at location: String?) -> String? {
        guard let location = location.flatMap({ PixLocation($0) }) else { return nil }
        return try? BRCode(location: location, merchant: context.configuration.merchant).text
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
}
