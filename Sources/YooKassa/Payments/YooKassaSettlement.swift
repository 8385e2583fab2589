import Logging
import Payments
import Specification
import Storage

/// What YooKassa's word on a payment makes of it: one storage transaction for each, through the service.
///
/// Only what YooKassa answered us comes here, never what a notification says.
///
/// Source: yookassa.md 22, 23
struct YooKassaSettlement: Sendable {
    /// What became of the call that was under way.
    enum Ending: Sendable, Hashable {
        case answered, refused
    }

    let context: YooKassaContext

    static let awaitingPhase = "awaiting_payer"
    static let authorizedPhase = "authorized"
    static let cancelRequestedPhase = "cancel_requested"
    static let quarantinedPhase = "quarantined"
    static let unresolvedPhase = "unresolved"

    /// How often somebody else may be faster.
    private static let looksMaximum = 8

    /// - Parameter ending: of the call whose answer this is; nil: it was only looked at.
    func take(_ known: YooKassaPayment, _ id: String, ending: Ending? = nil) async throws {
        for _ in 0..<Self.looksMaximum {
            let found = try await context.store.engine.read(.point) { try Facts.read(id, in: $0) }
            guard let facts = found, facts.payment.step != .quarantined else { return }
            if let mismatch = mismatch(known, facts) {
                if try await object(to: known, facts, mismatch) { return }
                continue
            }
            do {
                if try await settle(known, facts, ending) { return }
            } catch is Overtaken {
                continue
            }
        }
        throw YooKassaError.unknown("the payment is being changed by somebody else")
    }

    struct Facts: Sendable, Hashable {
        var payment: YooKassaStoredPayment
        var transaction: Transaction

        static func read(_ id: String, in sql: any SQLSession) throws -> Facts? {
            guard let payment = try YooKassaStoredPayment.find(id, in: sql),
                let transaction = try SQLPaymentSession(sql: sql).transaction(id: payment.transactionID)
            else { return nil }
            return Facts(payment: payment, transaction: transaction)
        }

        /// The transaction is the service's to guard. When somebody looks next does not matter.
        func confirm(in sql: any SQLSession) throws {
            guard var current = try YooKassaStoredPayment.find(payment.id, in: sql) else { throw Overtaken() }
            (current.dueAt, current.looks, current.note) = (payment.dueAt, payment.looks, payment.note)
            guard current == payment else { throw Overtaken() }
        }
    }

    /// - Returns: false: look again.
    private func settle(_ known: YooKassaPayment, _ facts: Facts, _ ending: Ending?) async throws -> Bool {
        switch known.status.known {
        case nil:
            await context.raise(.unknownStatus, facts.payment.id, "YooKassa calls the payment \(known.status.text)")
            try await later(facts)
            return true
        case .pending:
            guard facts.payment.step.isBeforeAnswer || facts.payment.step == .awaitingPayer else {
                // An old answer that came late.
                try await later(facts)
                return true
            }
            let phase = facts.payment.cancelledBy == nil ? Self.awaitingPhase : Self.cancelRequestedPhase
            return try await note(known, facts, phase, step: .awaitingPayer, dueAt: nextLook(known, facts), ending)
        case .waitingForCapture:
            return try await hold(known, facts, ending)
        case .succeeded:
            return try await succeed(known, facts, ending)
        case .canceled:
            return try await cancel(known, facts, ending)
        }
    }

    private func later(_ facts: Facts) async throws {
        let (id, dueAt) = (facts.payment.id, context.now + context.pollPause(facts.payment.looks))
        try await context.store.engine.write { sql in
            try YooKassaStoredPayment.schedule(id, at: dueAt, note: nil, in: sql)
        }
    }

    /// Growing pauses, and one look when the payer's time is up.
    private func nextLook(_ known: YooKassaPayment, _ facts: Facts) -> Int64 {
        let now = context.now
        let next = now + context.pollPause(facts.payment.looks)
        let method = known.method?.type ?? facts.payment.methodType
        guard let term = context.specification.confirmationTerm(method) else { return next }
        let deadline = facts.payment.createdAt + term + context.specification.confirmationMargin
        return deadline > now ? min(next, deadline) : next
    }

    /// Something finer than a state.
    func note(
        _ known: YooKassaPayment, _ facts: Facts, _ phase: String, step: YooKassaStoredPayment.Step, dueAt: Int64,
        _ ending: Ending?, also: Alongside? = nil
    ) async throws -> Bool {
        let now = context.now
        let record: Alongside = { transaction, sql in
            try facts.confirm(in: sql)
            try facts.payment.adopt(known, step: step, dueAt: dueAt, looks: facts.payment.looks + 1, in: sql)
            if ending != nil || facts.payment.step.isBeforeAnswer {
                let outcome: YooKassaAttempt.Outcome = ending == .refused ? .refused : .answered
                try YooKassaAttempt.end(facts.payment.attemptKey, outcome, at: now, in: sql)
            }
            try also?(transaction, sql)
        }
        if facts.transaction.state == .created {
            let answer = try await context.service.mark(
                facts.transaction.key, phase: phase, heldUntil: known.expiresAt ?? facts.payment.expiresAt,
                alongside: record)
            guard case .success(let outcome) = answer else { return false }
            guard outcome.isRepeat else {
                context.onChange(facts.payment.id)
                return true
            }
        }
        try await context.store.engine.write { try record(facts.transaction, $0) }
        return true
    }

    private func cancel(_ known: YooKassaPayment, _ facts: Facts, _ ending: Ending?) async throws -> Bool {
        let (payment, now) = (facts.payment, context.now)
        let record: Alongside = { _, sql in
            try facts.confirm(in: sql)
            try payment.adopt(known, step: .canceled, dueAt: nil, looks: 0, in: sql)
            try YooKassaAttempt.end(
                payment.attemptKey, ending == .refused ? .refused : .answered, at: now, in: sql)
            try YooKassaSubscriptionRows.wake(payment.id, at: now, in: sql)
        }
        switch facts.transaction.state {
        case .performed, .cancelledAfterPerform:
            await context.raise(.contradiction, payment.id, "YooKassa says canceled of a payment that succeeded")
            return true
        case .cancelled:
            if payment.step != .canceled { try await context.store.engine.write { try record(facts.transaction, $0) } }
            return true
        case .created: break
        }
        let word = known.cancellation?.reason
        let reason = context.specification.paymentReason(word)
        let answer = try await context.service.cancel(
            facts.transaction.key, reason: context.reason(reason.ends), refundAllowed: false,
            actor: payment.cancelledBy, alongside: record)
        guard case .success(let outcome) = answer, !outcome.isRepeat else { return false }
        if word == "expired_on_capture" {
            await context.raise(.holdEnding, payment.id, "nobody took the money, and it went back")
        }
        context.onChange(payment.id)
        context.onDue(.subscriptions)
        return true
    }
}

/// Somebody else changed what the decision rests on.
struct Overtaken: Error {}
