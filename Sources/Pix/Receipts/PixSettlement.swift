import Logging
import Payments
import Specification
import Storage

/// What a confirmed payment makes of its charge: one storage transaction for each, keyed by the payment's id.
///
/// Source: pix.md 5.1
struct PixSettlement: Sendable {
    /// What came of a payment.
    enum Taken: Sendable, Hashable {
        case taken(PixReceipt.Standing)
        /// It was taken before; only what goes back may be new.
        case repeated
        /// It is of another charge, or to another's key.
        case foreign
    }

    let context: PixContext
    let returns: PixReturns

    /// The phase of a transaction whose payer paid too little: it is called off once the money is back.
    static let underpaidPhase = "underpaid"

    /// Judges by the moment of the payment, not by that of its arrival here.
    ///
    /// - Parameter isFresh: the charge is as the bank has it now. What seems to come too late is judged again if not:
    ///   the bank counts from its own clock, and may have been told of a longer time.
    func take(_ payment: PixPayment, _ charge: PixCharge, isFresh: Bool = false) async throws -> Taken {
        guard payment.amount > 0, payment.key.map(charge.isPaid(to:)) ?? true else {
            context.onAnomaly(.foreignKey)
            return .foreign
        }
        for _ in 0..<Self.looksMaximum {
            let (transaction, known) = try await context.store.engine.read(.point) { sql in
                (
                    try SQLPaymentSession(sql: sql).transaction(id: charge.transactionID),
                    try PixReceipt.find(payment.e2eID, in: sql)
                )
            }
            guard let transaction else { throw CorruptCharge() }
            if let known {
                guard known.transactionID == charge.transactionID else {
                    context.onAnomaly(.movedPayment)
                    return .foreign
                }
                try await returns.take(payment.returns, of: payment.e2eID, charge.id)
                return .repeated
            }
            if !isFresh, transaction.state == .created, standing(of: payment, charge, transaction) == .late,
                let fresh = try await asBankHasIt(charge, transaction)
            {
                return try await take(payment, fresh, isFresh: true)
            }
            // Somebody else was faster: look again.
            guard let standing = try await take(payment, charge, transaction) else { continue }
            announce(standing, charge)
            try await returns.take(payment.returns, of: payment.e2eID, charge.id)
            return .taken(standing)
        }
        throw PixBankError.unknown("the payment is being stored by somebody else")
    }

    /// How often somebody else may be faster.
    static let looksMaximum = 8

    /// - Returns: nil if there is no bank that has it.
    private func asBankHasIt(_ charge: PixCharge, _ transaction: Transaction) async throws -> PixCharge? {
        guard let bank = context.bank, charge.provider != .static else { return nil }
        do {
            let known = try await bank.charge(charge.txid)
            return charge.adopting(
                known, amount: transaction.amount.minor, merchant: context.configuration.merchant, at: context.now)
        } catch PixBankError.notFound {
            return nil
        }
    }

    /// - Returns: nil if the transaction or the receipts changed meanwhile.
    private func take(
        _ payment: PixPayment, _ charge: PixCharge, _ transaction: Transaction
    ) async throws -> PixReceipt.Standing? {
        let now = context.now
        let paidAt = moment(of: payment, charge, transaction) ?? now
        let standing = standing(of: payment, charge, transaction)
        let receipt = PixReceipt(
            e2eID: payment.e2eID, transactionID: transaction.id, amount: payment.amount, paidAt: paidAt,
            standing: standing, reserved: 0, refunded: 0)
        let hasBank = charge.provider != .static
        let stray = hasBank ? stray(receipt, transaction) : nil
        let staysOpen = !hasBank && staysOpen(standing, charge)
        let record: Alongside = { _, sql in
            guard try receipt.insert(payerNote: payment.payerNote, at: now, in: sql) else { throw Overtaken() }
            try stray?.insert(in: sql)
            if transaction.state == .created, !staysOpen {
                try PixCharge.end(transaction.id, hasBank ? .completed : nil, note: nil, in: sql)
            }
        }
        do {
            switch (transaction.state, standing) {
            case (.created, .paid), (.created, .overpaid):
                let answer = try await context.service.perform(
                    transaction.key, paidAt: paidAt, alongside: record)
                return try isNew(answer) ? standing : nil
            case (.created, .underpaid) where stray != nil:
                let answer = try await context.service.mark(
                    transaction.key, phase: Self.underpaidPhase, alongside: record)
                return try isNew(answer) ? standing : nil
            case (.created, _) where staysOpen:
                try await context.store.engine.write { try record(transaction, $0) }
                return standing
            case (.created, .duplicate):
                try await context.store.engine.write { try record(transaction, $0) }
                return standing
            case (.created, _):
                let reason: PixSpecification.Reason = standing == .underpaid ? .amountMismatch : .expired
                let answer = try await context.service.cancel(
                    transaction.key, reason: context.reason(reason), refundAllowed: false, alongside: record)
                return try isNew(answer) ? standing : nil
            default:
                try await context.store.engine.write { try record(transaction, $0) }
                return standing
            }
        } catch is Overtaken {
            return nil
        }
    }

    /// Nobody but the merchant can judge what a static code brought in beside its payment: too little, or too late while
    /// the notice of one that came in time may be on its way. The money is held.
    private func staysOpen(_ standing: PixReceipt.Standing, _ charge: PixCharge) -> Bool {
        switch standing {
        case .underpaid: true
        case .late: context.now <= context.noticesEnd(charge)
        case .paid, .overpaid, .duplicate: false
        }
    }

    /// When it was paid, milliseconds since 1970; nil: nobody says.
    private func moment(of payment: PixPayment, _ charge: PixCharge, _ transaction: Transaction) -> Int64? {
        if let moment = payment.paidAt ?? PixTime.minute(ofPayment: payment.e2eID) { return moment }
        guard charge.provider == .static else { return nil }
        // The merchant says so, now: of a charge that waits for late notices, that it came in time.
        let now = context.now
        let isWaiting = transaction.state == .created && now <= context.noticesEnd(charge)
        return isWaiting ? min(now, charge.expiresAt) : now
    }

    private func standing(
        of payment: PixPayment, _ charge: PixCharge, _ transaction: Transaction
    ) -> PixReceipt.Standing {
        let amount = payment.amount
        let isLate = moment(of: payment, charge, transaction).map { $0 > charge.expiresAt } ?? false
        return switch transaction.state {
        case .performed, .cancelledAfterPerform: .duplicate
        case .cancelled: .late
        case .created where transaction.phase == Self.underpaidPhase: .duplicate
        case .created where isLate: .late
        case .created where amount < transaction.amount.minor: .underpaid
        case .created: amount == transaction.amount.minor ? .paid : .overpaid
        }
    }

    /// What is to go back by itself, if that is the policy and there is a bank to do it.
    private func stray(_ receipt: PixReceipt, _ transaction: Transaction) -> PixRefund? {
        guard context.bank != nil, context.configuration.returnsStrayMoney else { return nil }
        let amount: Int64
        switch receipt.standing {
        case .paid: return nil
        case .overpaid: amount = receipt.amount - transaction.amount.minor
        case .underpaid, .duplicate, .late: amount = receipt.amount
        }
        return PixRefund(
            e2eID: receipt.e2eID, id: PixID.refund(), transactionID: transaction.id, amount: amount, origin: .policy,
            actor: PixGateway.name, state: .waiting, requestedAt: context.now, attempts: 0)
    }

    /// - Throws: what a refusal means that cannot be.
    private func isNew(_ answer: ServiceAnswer) throws -> Bool {
        switch answer {
        case .success(let outcome): return !outcome.isRepeat
        case .failure(.invalidState), .failure(.refundRefused): return false
        case .failure: throw PixBankError.unknown("the transaction does not take the payment")
        }
    }

    private func announce(_ standing: PixReceipt.Standing, _ charge: PixCharge) {
        switch standing {
        case .paid: break
        case .overpaid: context.onAnomaly(.overpaid)
        case .underpaid: context.onAnomaly(.underpaid)
        case .duplicate: context.onAnomaly(.duplicatePayment)
        case .late: context.onAnomaly(.latePayment)
        }
        if standing != .paid {
            context.logger.warning(
                "a payment is not what its charge asked for",
                metadata: ["transaction": "\(charge.transactionID)", "payment": "\(standing.rawValue)"])
        }
        context.onChange(charge.id)
        if standing != .paid { context.onDue(.refunds) }
    }
}

/// Another task stored the payment first.
private struct Overtaken: Error {}
