import Payments
import Specification
import Storage

extension YooKassaSettlement {
    struct Mismatch: Sendable, Hashable {
        var kind: YooKassaAnomaly
        var detail: String
    }

    /// Whether it is the payment that we asked for.
    ///
    /// Source: yookassa.md 14.5, 23 #17, #18, #32
    func mismatch(_ known: YooKassaPayment, _ facts: Facts) -> Mismatch? {
        let (payment, transaction) = (facts.payment, facts.transaction)
        guard known.metadata["tx"] == payment.id, payment.providerID == nil || payment.providerID == known.id else {
            return Mismatch(kind: .identityDiffers, detail: "YooKassa has \(known.id) for it")
        }
        if let account = known.accountID, account != transaction.key.cashbox {
            return Mismatch(kind: .shopDiffers, detail: "it is of shop \(account.prefix(32))")
        }
        if known.isTest != payment.isTest {
            return Mismatch(kind: .testFlagDiffers, detail: known.isTest ? "it is a test" : "it is no test")
        }
        // What is taken of a hold may be less.
        let parts = known.status.known == .succeeded ? [payment.captureAmount].compactMap { $0 } : []
        guard let money = known.amount.money, money.currency == transaction.amount.currency,
            money == transaction.amount || parts.contains(money.minor)
        else {
            let amount = "\(known.amount.value.prefix(32)) \(known.amount.currency.prefix(8))"
            return Mismatch(kind: .amountDiffers, detail: "it is of \(amount)")
        }
        return nil
    }

    /// Nothing is performed: somebody has to look.
    ///
    /// - Returns: false: look again.
    func object(to known: YooKassaPayment, _ facts: Facts, _ mismatch: Mismatch) async throws -> Bool {
        let payment = facts.payment
        // Another payment that names this one, or one whose end is known: what stands here is not touched.
        guard facts.transaction.state == .created, mismatch.kind != .identityDiffers else {
            await context.raise(mismatch.kind, payment.id, mismatch.detail)
            if mismatch.kind == .identityDiffers, payment.step.isBeforeAnswer, payment.providerID == nil {
                let dueAt = context.now + 60_000
                try await context.store.engine.write { sql in
                    try YooKassaStoredPayment.schedule(payment.id, at: dueAt, note: mismatch.detail, in: sql)
                }
            }
            return true
        }
        let now = context.now
        let record: Alongside = { _, sql in
            try facts.confirm(in: sql)
            try payment.adopt(known, step: .quarantined, dueAt: nil, looks: 0, in: sql)
            try YooKassaAttempt.end(payment.attemptKey, .answered, at: now, in: sql)
            try YooKassaStoredPayment.end(payment.id, .quarantined, note: mismatch.detail, in: sql)
        }
        do {
            let answer = try await context.service.mark(
                facts.transaction.key, phase: Self.quarantinedPhase, alongside: record)
            guard case .success(let outcome) = answer else { return false }
            // Looked at once more, and it still does not fit.
            if outcome.isRepeat { try await context.store.engine.write { try record(outcome.transaction, $0) } }
        } catch is Overtaken {
            return false
        }
        await context.raise(mismatch.kind, payment.id, mismatch.detail)
        context.onChange(payment.id)
        return true
    }
}
