import Payments
import Storage

extension YooKassaSubscriptions {
    /// Nothing is charged until it is resumed. A charge that is under way is seen to its end.
    ///
    /// - Returns: the subscription; nil if there is none of that id.
    public func pause(_ id: String) async throws -> Result<YooKassaSubscription, YooKassaRefusal>? {
        try await change(id) { subscription, _ in
            switch subscription.state {
            case .paused: return nil
            case .active, .pastDue: subscription.state = .paused
            case .pending, .stopped, .cancelled: throw NotNow()
            }
            return true
        }
    }

    /// Goes on with the next period: what fell into the pause is not charged.
    ///
    /// - Returns: the subscription; nil if there is none of that id.
    public func resume(_ id: String) async throws -> Result<YooKassaSubscription, YooKassaRefusal>? {
        try await change(id) { subscription, now in
            switch subscription.state {
            case .active, .pastDue: return nil
            case .paused: break
            case .pending, .stopped, .cancelled: throw NotNow()
            }
            guard subscription.methodID != nil, let schedule = YooKassaSchedule(zone: subscription.zone) else {
                throw NotNow()
            }
            subscription.state = .active
            var period = subscription.period
            while let start = schedule.start(period, of: subscription), start <= now { period += 1 }
            if period != subscription.period {
                subscription.period = period
                subscription.nextAt = schedule.start(period, of: subscription)
            }
            subscription.dueAt = subscription.nextAt
            return true
        }
    }

    /// The payer, or the merchant, does not want it any more. Nothing is charged again; a charge that is under way is
    /// seen to its end.
    ///
    /// - Parameter actor: on whose word.
    /// - Returns: the subscription; nil if there is none of that id.
    public func cancel(_ id: String, actor: String) async throws -> Result<YooKassaSubscription, YooKassaRefusal>? {
        try await change(id) { subscription, now in
            if subscription.state.isEnd { return nil }
            subscription.state = .cancelled
            (subscription.endedBy, subscription.endedAt) = (actor, now)
            // Consent is over: what it allowed is forgotten.
            subscription.methodID = nil
            return true
        }
    }

    /// What nobody paid yet is called off with its subscription, in one: if it is paid all the same, it goes back.
    private static func callOff(
        _ paymentID: String, by actor: String?, at now: Int64, in sql: any SQLSession
    ) throws {
        guard let first = try YooKassaStoredPayment.find(paymentID, in: sql),
            [.sending, .unknown, .awaitingPayer].contains(first.step)
        else { return }
        try YooKassaStoredPayment.wishCancelled(
            paymentID, by: actor ?? YooKassaGateway.name, at: now, in: sql)
    }

    private struct NotNow: Error {}

    /// - Parameter edit: answers nil if nothing is to be changed.
    private func change(
        _ id: String, _ edit: @escaping @Sendable (inout YooKassaSubscription, Int64) throws -> Bool?
    ) async throws -> Result<YooKassaSubscription, YooKassaRefusal>? {
        let now = context.now
        do {
            let changed = try await context.store.engine.write { sql -> YooKassaSubscription? in
                guard let old = try YooKassaSubscriptionRows.find(id, in: sql) else { return nil }
                var next = old
                guard try edit(&next, now) != nil else { return old }
                let isCharging = try YooKassaPeriod.find(id, old.period, in: sql)?.state == .charging
                // Looked at until the charge is over; then nothing is due.
                if isCharging {
                    // It may have come to its end already, and nobody have looked.
                    next.dueAt = now
                } else if next.state.isEnd || next.state == .paused {
                    next.dueAt = nil
                }
                if isCharging, next.period != old.period { (next.period, next.nextAt) = (old.period, old.nextAt) }
                if next.period != old.period, let left = try YooKassaPeriod.find(id, old.period, in: sql),
                    left.state == .open
                {
                    try left.move(to: .skipped, charges: left.charges, endedAt: now, in: sql)
                }
                try YooKassaSubscriptionRows.update(next, from: old, in: sql)
                if old.state == .pending, let first = old.firstPaymentID {
                    try Self.callOff(first, by: next.endedBy, at: now, in: sql)
                }
                if next.state == .cancelled, let renewal = old.renewalPaymentID {
                    try Self.callOff(renewal, by: next.endedBy, at: now, in: sql)
                }
                return next
            }
            context.onDue(.subscriptions)
            context.onDue(.payments)
            return changed.map { .success($0) }
        } catch is NotNow {
            return .failure(.busy)
        }
    }
}
