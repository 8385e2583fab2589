import Logging
import Payments
import Specification
import Storage

/// Payments: asked for, watched, taken and let go.
///
/// Source: yookassa.md 5 to 9, 22
public final class YooKassaPayments: Sendable {
    let context: YooKassaContext
    let settlement: YooKassaSettlement
    let refunds: YooKassaRefunds
    let sender: YooKassaSender
    private let rounds = YooKassaRounds()

    init(_ context: YooKassaContext, _ settlement: YooKassaSettlement, _ refunds: YooKassaRefunds) {
        self.context = context
        self.settlement = settlement
        self.refunds = refunds
        sender = YooKassaSender(context: context)
    }

    /// The payment as it stands here; nil: there is none of that id.
    public func find(_ id: String) async throws -> YooKassaPaymentView? {
        let facts = try await context.store.engine.read(.point) { try YooKassaSettlement.Facts.read(id, in: $0) }
        return facts.map { YooKassaPaymentView(payment: $0.payment, transaction: $0.transaction) }
    }

    /// The payment of a transaction; nil: it is none of this gateway's.
    public func find(transactionID: Int64) async throws -> YooKassaPaymentView? {
        let id = try await context.store.engine.read(.point) {
            try YooKassaStoredPayment.find(transactionID: transactionID, in: $0)?.id
        }
        guard let id else { return nil }
        return try await find(id)
    }

    /// Somebody waits for it, a payer who came back: it is looked at now, by the job.
    ///
    /// Source: yookassa.md 23 #20
    public func hasten(_ id: String) async throws {
        let now = context.now
        try await context.store.engine.write { sql in try YooKassaStoredPayment.hasten(id, at: now, in: sql) }
        context.onDue(.payments)
    }

    /// Takes every payment that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "payments", context, due: { try YooKassaStoredPayment.due(at: $0, limit: $1, in: $2) },
            nextDue: { try YooKassaStoredPayment.nextDue(in: $0) },
            step: { [self] payment in
                let now = context.now
                guard try await context.store.engine.write({ try payment.claim(at: now, in: $0) }) else { return nil }
                return try await step(payment.id, .background)
            })
    }

    /// What is to be done next with a payment, done.
    ///
    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func step(_ id: String, _ urgency: YooKassaUrgency) async throws -> Int64? {
        let payment = try await context.store.engine.read(.point) { try YooKassaStoredPayment.find(id, in: $0) }
        guard let payment else { return nil }
        switch payment.step {
        case .sending, .unknown:
            if try await isNeverSent(payment) {
                try await giveUp(payment, .canceled, reason: .other, nil, note: "called off before it was sent")
                return nil
            }
            return try await offer(payment, urgency)
        case .capturing, .cancelling: return try await carryOut(payment, urgency)
        case .awaitingPayer, .authorized, .succeeded, .canceled: return try await look(payment, urgency)
        case .rejected, .unresolved, .quarantined:
            let id = payment.id
            try await context.store.engine.write { try YooKassaStoredPayment.rest(id, in: $0) }
            return nil
        }
    }

    /// Called off, and never sent: nobody can have it, and nobody shall.
    private func isNeverSent(_ payment: YooKassaStoredPayment) async throws -> Bool {
        let transaction = try await context.service.find(id: payment.transactionID)
        guard payment.cancelledBy != nil || transaction?.state == .cancelled else { return false }
        let attempt = try await context.store.engine.read(.point) {
            try YooKassaAttempt.find(payment.attemptKey, in: $0)
        }
        return attempt?.firstSentAt == nil
    }

    /// Somebody looked into a payment that stands as unresolved or in quarantine: YooKassa is asked once more, and its
    /// word is taken if it fits now.
    ///
    /// - Returns: the payment as it stands then; nil if there is none of that id.
    public func lookAgain(_ id: String) async throws -> YooKassaPaymentView? {
        guard let view = try await find(id) else { return nil }
        let now = context.now
        switch view.payment.step {
        case .quarantined where view.payment.providerID != nil:
            try await context.store.engine.write { sql in
                try YooKassaStoredPayment.reopen(
                    id, .awaitingPayer, dueAt: now + YooKassaContext.leaseMilliseconds, in: sql)
            }
            _ = try await step(id, .foreground)
        case .unresolved:
            try await context.store.engine.write { sql in
                try YooKassaStoredPayment.reopen(
                    id, .unresolved, dueAt: now + YooKassaContext.leaseMilliseconds, in: sql)
            }
            _ = try await resolve(view.payment, .foreground, orElse: nil)
        default:
            _ = try await step(id, .foreground)
        }
        return try await find(id)
    }

    /// Asks YooKassa how it stands.
    func look(_ payment: YooKassaStoredPayment, _ urgency: YooKassaUrgency) async throws -> Int64? {
        guard let providerID = payment.providerID else { return nil }
        do {
            let known = try await context.provider.payment(providerID, urgency)
            context.rest.over()
            try await settlement.take(known, payment.id)
            return nil
        } catch YooKassaError.notFound {
            return try await missing(payment)
        } catch let error as YooKassaError {
            return try await postpone(payment, error)
        }
    }

    /// YooKassa answered once and knows of nothing now.
    ///
    /// Source: yookassa.md 22
    func missing(_ payment: YooKassaStoredPayment) async throws -> Int64? {
        await context.raise(.identityDiffers, payment.id, "YooKassa knows of no such payment")
        if payment.step.isEnd {
            // Only its receipt was looked for: the money's end is known.
            try await context.store.engine.write { try YooKassaStoredPayment.rest(payment.id, in: $0) }
            return nil
        }
        guard context.now - payment.createdAt > context.specification.unknownResult.keyGuard else {
            return try await postpone(payment, .notFound)
        }
        try await giveUp(payment, .canceled, reason: .other, nil, note: "YooKassa knows of no such payment")
        return nil
    }

    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func postpone(_ payment: YooKassaStoredPayment, _ error: YooKassaError) async throws -> Int64? {
        let now = context.now
        var wait: Int64?
        let pause: Int64
        switch error {
        case .busy(let milliseconds):
            (wait, pause) = (milliseconds, milliseconds)
        case .unauthorized:
            await context.restAfterRefusedKey()
            (wait, pause) = (YooKassaContext.refusedKeyMilliseconds, YooKassaContext.refusedKeyMilliseconds)
        default:
            pause = context.pollPause(payment.looks)
        }
        let note = error.description
        try await context.store.engine.write { sql in
            try YooKassaStoredPayment.schedule(payment.id, at: now + pause, note: note, in: sql)
        }
        return wait
    }

    /// Nothing will come of it: the transaction is called off.
    func giveUp(
        _ payment: YooKassaStoredPayment, _ step: YooKassaStoredPayment.Step,
        reason: YooKassaSpecification.Reason, _ refusal: YooKassaError.Refusal?, note: String
    ) async throws {
        let now = context.now
        let record: @Sendable (any SQLSession) throws -> Void = { sql in
            try YooKassaStoredPayment.end(payment.id, step, refusal: refusal, note: note, in: sql)
            try YooKassaAttempt.end(payment.attemptKey, .refused, at: now, in: sql)
            try YooKassaSubscriptionRows.wake(payment.id, at: now, in: sql)
        }
        guard let transaction = try await context.service.find(id: payment.transactionID) else { return }
        let answer = try await context.service.cancel(
            transaction.key, reason: context.reason(reason), refundAllowed: false, actor: payment.cancelledBy
        ) { _, sql in try record(sql) }
        // Given up before, by somebody's own word.
        if case .success(let outcome) = answer, outcome.isRepeat, outcome.transaction.state == .cancelled {
            try await context.store.engine.write { try record($0) }
        }
        context.onChange(payment.id)
        context.onDue(.subscriptions)
    }
}
