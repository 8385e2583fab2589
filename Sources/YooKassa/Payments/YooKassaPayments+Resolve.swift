import Payments
import Specification
import Storage

extension YooKassaPayments {
    /// How much earlier than it was sent a payment may seem to have been created, milliseconds.
    private static let skew: Int64 = 300_000
    /// Pages of a list that are searched.
    private static let pagesMaximum = 200

    /// Looks for the payment in YooKassa's list: there is no other way once its key is too old.
    ///
    /// - Parameter refusal: what is believed if it is not there; nil: nothing, and somebody has to look.
    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func resolve(
        _ payment: YooKassaStoredPayment, _ urgency: YooKassaUrgency, orElse refusal: YooKassaError.Refusal?
    ) async throws -> Int64? {
        let found: YooKassaPayment?
        do {
            found = try await search(payment, urgency)
        } catch {
            return try await postpone(payment, error)
        }
        if let found {
            do { try await settlement.take(found, payment.id, ending: .answered) } catch let error as YooKassaError {
                return try await postpone(payment, error)
            }
            return nil
        }
        if let refusal {
            await context.raise(.paymentRefused, payment.id, YooKassaError.refused(refusal).description)
            try await giveUp(payment, .rejected, reason: .refused, refusal, note: "refused, and not in YooKassa's list")
            return nil
        }
        try await leaveUnresolved(payment)
        return nil
    }

    private func search(
        _ payment: YooKassaStoredPayment, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment? {
        let query = YooKassaQuery(createdFrom: payment.createdAt - Self.skew)
        var cursor: String?
        for _ in 0..<Self.pagesMaximum {
            let page = try await context.provider.payments(query, cursor: cursor, urgency)
            if let found = page.items.first(where: { $0.metadata["tx"] == payment.id }) { return found }
            guard let next = page.nextCursor else { return nil }
            cursor = next
        }
        // The list is longer than that: not to have found it says nothing.
        throw .unknown("the list is too long to be searched at once")
    }

    /// State 1 stays: what was never heard of may still have happened.
    private func leaveUnresolved(_ payment: YooKassaStoredPayment) async throws {
        let now = context.now
        guard let transaction = try await context.service.find(id: payment.transactionID) else { return }
        let record: @Sendable (any SQLSession) throws -> Void = { sql in
            let note = "YooKassa never said what became of it, and its list does not have it"
            try YooKassaStoredPayment.end(payment.id, .unresolved, note: note, in: sql)
            try YooKassaAttempt.end(payment.attemptKey, .unresolved, at: now, in: sql)
            try YooKassaSubscriptionRows.wake(payment.id, at: now, in: sql)
        }
        let answer = try await context.service.mark(transaction.key, phase: YooKassaSettlement.unresolvedPhase) {
            _, sql in try record(sql)
        }
        if case .success(let outcome) = answer, !outcome.isRepeat {
        } else {
            try await context.store.engine.write { try record($0) }
        }
        await context.raise(
            .unresolved, payment.id, "look for it in YooKassa's cabinet; it is never sent again by itself")
        context.onChange(payment.id)
        if payment.cancelledBy != nil {
            try await giveUp(payment, .canceled, reason: .other, nil, note: "called off while nothing was known of it")
        }
    }
}
