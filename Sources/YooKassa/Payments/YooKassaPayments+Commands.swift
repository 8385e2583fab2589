public import Payments
import Specification
import Storage
public import StrictJSON

extension YooKassaPayments {
    /// Takes the money that is held, or a part of it; the rest goes back to the payer.
    ///
    /// - Parameters:
    ///   - amount: nil: all of it.
    ///   - receipt: of the 54-FZ, for what is taken; nil: that of the payment.
    /// - Returns: the payment as it stands then; nil if there is none of that id.
    /// - Throws: `StorageFailure`.
    ///
    /// Source: yookassa.md 9, 22
    public func capture(
        _ id: String, amount: Money? = nil, receipt: JSONValue? = nil
    ) async throws -> Result<YooKassaPaymentView, YooKassaRefusal>? {
        guard let view = try await find(id) else { return nil }
        let (payment, transaction, now) = (view.payment, view.transaction, context.now)
        switch transaction.state {
        case .performed: return .success(view)
        case .cancelled, .cancelledAfterPerform: return .failure(.order(.invalidState(transaction.state)))
        case .created: break
        }
        switch payment.step {
        case .authorized: break
        case .sending, .unknown, .unresolved, .quarantined: return .failure(.unresolved)
        case .awaitingPayer: return .failure(.notPaid)
        case .capturing, .cancelling: return .failure(.busy)
        case .succeeded, .canceled, .rejected: return .failure(.order(.invalidState(transaction.state)))
        }
        if payment.cancelledBy != nil { return .failure(.busy) }
        if let amount,
            amount.currency != transaction.amount.currency || amount.minor <= 0
                || amount.minor > transaction.amount.minor
        {
            return .failure(.field("amount", rule: "it is \(transaction.amount) at the most"))
        }
        if let receipt {
            let check = YooKassaRequestCheck(
                specification: context.specification, configuration: context.configuration)
            if let refusal = check.receipt(receipt, of: amount ?? transaction.amount) { return .failure(refusal) }
        }
        if let end = payment.expiresAt, now >= end {
            try await hasten(id)
            return .failure(.order(.expired))
        }
        let part = amount.flatMap { $0.minor == transaction.amount.minor ? nil : $0 }
        let attempt = YooKassaAttempt(.capture, id, body: YooKassaBody.capture(part ?? amount, receipt: receipt))
        let isOurs = try await begin(attempt, .capturing, view) { sql in
            try sql.execute(
                "UPDATE yookassa_payments SET capture_amount = $1 WHERE id = $2",
                [.optional(part?.minor), .text(id)])
        }
        guard isOurs else { return .failure(.busy) }
        return try await finish(id)
    }

    /// Calls a payment off: at once if the money is held, as soon as that can be if the payer may still pay, and by
    /// giving it back if it was taken.
    ///
    /// - Parameter actor: on whose word, for the journal.
    /// - Returns: the payment as it stands then; nil if there is none of that id.
    /// - Throws: `StorageFailure`; what a hook threw.
    ///
    /// Source: yookassa.md 22
    public func cancel(
        _ id: String, actor: String
    ) async throws -> Result<YooKassaPaymentView, YooKassaRefusal>? {
        guard let view = try await find(id) else { return nil }
        let (payment, transaction, now) = (view.payment, view.transaction, context.now)
        switch transaction.state {
        case .cancelled, .cancelledAfterPerform: return .success(view)
        case .performed:
            let answer = try await refunds.request(transaction, amount: nil, actor: actor, alongside: nil)
            if case .failure(let rejection) = answer { return .failure(.order(rejection)) }
            return try await find(id).map { .success($0) }
        case .created: break
        }
        switch payment.step {
        case .sending, .unknown, .awaitingPayer, .capturing, .cancelling:
            try await wish(view, actor, at: now)
        case .authorized:
            let attempt = YooKassaAttempt(.cancel, id, body: YooKassaBody.cancel)
            let isOurs = try await begin(attempt, .cancelling, view) { sql in
                try sql.execute(
                    "UPDATE yookassa_payments SET cancelled_by = coalesce(cancelled_by, $1) WHERE id = $2",
                    [.text(actor), .text(id)])
            }
            guard isOurs else { return .failure(.busy) }
            return try await finish(id)
        case .unresolved, .quarantined:
            // Somebody looked, and says so. If the money comes all the same, it goes back.
            var called = payment
            called.cancelledBy = actor
            try await giveUp(called, .canceled, reason: .other, nil, note: "called off by \(actor)")
        case .succeeded, .canceled, .rejected: return .failure(.busy)
        }
        return try await find(id).map { .success($0) }
    }

    private func wish(_ view: YooKassaPaymentView, _ actor: String, at now: Int64) async throws {
        let id = view.payment.id
        let record: Alongside = { _, sql in
            try YooKassaStoredPayment.wishCancelled(id, by: actor, at: now, in: sql)
        }
        let answer = try await context.service.mark(
            view.transaction.key, phase: YooKassaSettlement.cancelRequestedPhase, alongside: record)
        if case .success(let outcome) = answer, outcome.isRepeat {
            try await context.store.engine.write { try record(outcome.transaction, $0) }
        }
        context.onDue(.payments)
        context.onChange(id)
    }

    /// Stores what is about to be asked, if nobody else is at it.
    private func begin(
        _ attempt: YooKassaAttempt, _ step: YooKassaStoredPayment.Step, _ view: YooKassaPaymentView,
        also: @escaping @Sendable (any SQLSession) throws -> Void
    ) async throws -> Bool {
        let (id, now) = (view.payment.id, context.now)
        do {
            let answer = try await context.service.mark(view.transaction.key, phase: step.rawValue) { _, sql in
                let dueAt = now + YooKassaContext.leaseMilliseconds
                guard
                    try YooKassaStoredPayment.move(
                        id, from: .authorized, to: step, attempt: attempt.key, dueAt: dueAt, in: sql)
                else { throw Overtaken() }
                try attempt.insert(at: now, in: sql)
                try also(sql)
            }
            guard case .success(let outcome) = answer else { return false }
            return !outcome.isRepeat
        } catch is Overtaken {
            return false
        }
    }

    private func finish(_ id: String) async throws -> Result<YooKassaPaymentView, YooKassaRefusal>? {
        _ = try await step(id, .foreground)
        context.onDue(.payments)
        return try await find(id).map { view in
            let isUnderWay = view.payment.step == .capturing || view.payment.step == .cancelling
            if isUnderWay { return .failure(.unanswered) }
            if view.payment.step == .authorized, let refusal = view.payment.refusal {
                return .failure(.provider(refusal))
            }
            return .success(view)
        }
    }

    /// Makes the stored capture or cancellation, or repeats it.
    ///
    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func carryOut(_ payment: YooKassaStoredPayment, _ urgency: YooKassaUrgency) async throws -> Int64? {
        guard let providerID = payment.providerID else { return nil }
        let isCapture = payment.step == .capturing
        do {
            let sent = try await sender.send(payment.attemptKey) { posting throws(YooKassaError) in
                isCapture
                    ? try await self.context.provider.capturePayment(providerID, posting, urgency)
                    : try await self.context.provider.cancelPayment(providerID, posting, urgency)
            }
            try await settlement.take(sent.answer, payment.id, ending: .answered)
            return nil
        } catch let failure as YooKassaSender.Failure {
            switch failure {
            case .failed(.unknown(let cause), _): return try await repeatLater(payment, payment.step, .unknown(cause))
            case .failed(.notSent(let cause), _): return try await repeatLater(payment, payment.step, .notSent(cause))
            case .failed(.busy(let wait), _): return try await postpone(payment, .busy(milliseconds: wait))
            case .failed(.unauthorized, _): return try await postpone(payment, .unauthorized)
            // Somebody else won the race, or the hold ended: only a look tells.
            case .failed(.refused(let refusal), _):
                return try await lookAfterRefusal(payment, providerID, refusal, urgency)
            case .failed(.notFound, _), .keyTooOld, .over:
                return try await lookAfterRefusal(payment, providerID, nil, urgency)
            }
        } catch let error as YooKassaError {
            return try await postpone(payment, error)
        }
    }

    private func lookAfterRefusal(
        _ payment: YooKassaStoredPayment, _ providerID: String, _ refusal: YooKassaError.Refusal?,
        _ urgency: YooKassaUrgency
    ) async throws -> Int64? {
        do {
            let known = try await context.provider.payment(providerID, urgency)
            try await settlement.take(known, payment.id, ending: .refused)
            if let refusal {
                // It is still held: then it was the call itself that YooKassa does not take.
                try await context.store.engine.write { sql in
                    try YooKassaStoredPayment.keepRefusal(payment.id, refusal, in: sql)
                }
            }
            return nil
        } catch YooKassaError.notFound {
            return try await missing(payment)
        } catch let error as YooKassaError {
            return try await postpone(payment, error)
        }
    }
}
