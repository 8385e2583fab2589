import Payments
import Storage

extension YooKassaSubscriptions {
    /// A link with which the payer pays the period that could not be charged, and saves another method: for cards that
    /// ran out, and where the bank wants to see the payer.
    ///
    /// Nothing is charged without the payer while the link can be used.
    /// - Parameters:
    ///   - confirmation: as of a payment.
    ///   - returnURL: nil: as configured.
    /// - Returns: the subscription and the payment; a refusal unless a period is unpaid; nil if there is none of that
    ///   id.
    ///
    /// Source: yookassa.md 15, class U; 19
    public func renew(
        _ id: String, confirmation: String = "redirect", returnURL: String? = nil
    ) async throws -> Result<Started, YooKassaRefusal>? {
        guard let subscription = try await find(id) else { return nil }
        if let renewal = subscription.renewalPaymentID, let view = try await payments.find(renewal) {
            return .success(Started(subscription: subscription, firstPayment: view))
        }
        let period = try await context.store.engine.read(.point) {
            try YooKassaPeriod.find(id, subscription.period, in: $0)
        }
        guard subscription.state == .pastDue || subscription.state == .stopped, let period,
            period.state == .open || period.state == .failed
        else { return .failure(.busy) }
        var request = YooKassaPaymentRequest(
            amount: subscription.amount, orderID: period.orderID, userID: subscription.userID,
            description: subscription.description, confirmation: confirmation, returnURL: returnURL,
            savesMethod: true, metadata: ["subscription": id, "period": String(period.number)])
        request.receipt = subscription.receiptValue
        let paymentID = YooKassaID.make()
        let dueAt = context.now + Self.lookPause
        let stored: Result<YooKassaPaymentView, YooKassaRefusal>
        do {
            stored = try await payments.store(request, id: paymentID, order: nil) { _, sql in
                guard let current = try YooKassaSubscriptionRows.find(id, in: sql), current == subscription else {
                    throw Overtaken()
                }
                var next = current
                next.renewalPaymentID = paymentID
                next.dueAt = dueAt
                try YooKassaSubscriptionRows.update(next, from: current, in: sql)
            }
        } catch is Overtaken {
            return .failure(.busy)
        }
        if case .failure(let refusal) = stored { return .failure(refusal) }
        _ = try await payments.step(paymentID, .foreground)
        context.onDue(.payments)
        guard let after = try await find(id) else { return nil }
        let view = try await payments.find(paymentID)
        if let view, view.payment.step == .rejected, let refusal = view.payment.refusal {
            return .failure(.provider(refusal))
        }
        return .success(Started(subscription: after, firstPayment: view))
    }

    /// What the payer's own payment came to.
    ///
    /// - Returns: whether the subscription goes on now; false: it is waited for.
    func judgeRenewal(_ subscription: YooKassaSubscription, _ paymentID: String) async throws -> Bool {
        let view = try await payments.find(paymentID)
        if let view, view.transaction.state == .created {
            try await later(subscription.id, Self.lookPause)
            return false
        }
        let (id, now) = (subscription.id, context.now)
        let schedule = YooKassaSchedule(zone: subscription.zone)
        try await context.store.engine.write { sql in
            guard let current = try YooKassaSubscriptionRows.find(id, in: sql),
                current.renewalPaymentID == paymentID
            else { throw Overtaken() }
            var next = current
            next.renewalPaymentID = nil
            next.dueAt = current.state == .stopped ? nil : now
            if let view, view.transaction.state == .performed, current.state != .cancelled {
                if let method = view.payment.methodID, view.payment.isMethodSaved {
                    (next.methodID, next.methodTitle) = (method, view.payment.methodTitle)
                    next.cardType = view.payment.cardType
                    if current.state != .paused { next.state = .active }
                    (next.endedBy, next.endedAt) = (nil, nil)
                }
                let paid = try YooKassaPeriod.find(orderID: view.transaction.orderID, in: sql)
                if let paid, paid.state != .charging, paid.state != .paid {
                    try paid.move(to: .paid, charges: paid.charges, endedAt: now, in: sql)
                }
                // Paused and resumed meanwhile, it may stand at a later period, which is still to be paid.
                if paid?.number == current.period {
                    // The method that was refused is charged for what comes, if it was to be tried again anyway.
                    if next.state == .pastDue { next.state = .active }
                    next.period = current.period + 1
                    if current.state == .stopped, let schedule {
                        // What went by while nothing was charged is not asked for.
                        while let start = schedule.start(next.period, of: next), start <= now { next.period += 1 }
                    }
                    next.nextAt = schedule?.start(next.period, of: next)
                    next.dueAt = next.state == .active ? next.nextAt : nil
                }
            }
            try YooKassaSubscriptionRows.update(next, from: current, in: sql)
        }
        return true
    }
}
