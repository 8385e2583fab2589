import Logging
import Payments
import Specification
import Storage
import StrictJSON

extension YooKassaSubscriptions {
    /// How soon an order that somebody else pays is looked at again, milliseconds.
    static let busyPause: Int64 = 300_000

    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func step(_ id: String, _ urgency: YooKassaUrgency = .background) async throws -> Int64? {
        do {
            guard var subscription = try await find(id) else { return nil }
            if let paymentID = subscription.renewalPaymentID {
                guard try await judgeRenewal(subscription, paymentID), let next = try await find(id) else { return nil }
                subscription = next
            }
            switch subscription.state {
            case .pending:
                if subscription.cardKey != nil {
                    try await bind(subscription, urgency)
                } else {
                    try await begin(subscription)
                }
                return nil
            case .active, .pastDue:
                return try await goOn(subscription)
            case .paused, .stopped, .cancelled:
                // Only what is under way.
                return try await goOn(subscription, mayCharge: false)
            }
        } catch is Overtaken {
            // Somebody changed it meanwhile: looked at again at once.
            try await later(id, 1)
            return nil
        } catch let error as YooKassaError {
            switch error {
            case .busy(let wait):
                try await later(id, wait)
                return wait
            case .unauthorized:
                await context.restAfterRefusedKey()
                try await later(id, YooKassaContext.refusedKeyMilliseconds)
                return YooKassaContext.refusedKeyMilliseconds
            default:
                try await later(id, Self.busyPause)
                return nil
            }
        }
    }

    func later(_ id: String, _ pause: Int64) async throws {
        let moment = context.now + pause
        try await context.store.engine.write { try YooKassaSubscriptionRows.schedule(id, at: moment, in: $0) }
    }

    // MARK: The first payment

    /// Source: yookassa.md 13.2, 23 #25
    private func begin(_ subscription: YooKassaSubscription) async throws {
        guard let paymentID = subscription.firstPaymentID, let first = try await payments.find(paymentID) else {
            return try await end(subscription, .notStarted, .stopped, by: "no payment", nil)
        }
        switch first.transaction.state {
        case .created: return try await later(subscription.id, Self.lookPause)
        case .cancelled:
            let why = first.payment.cancelReason ?? first.payment.refusal?.code ?? "not paid"
            return try await end(subscription, .notStarted, .stopped, by: why, nil)
        case .performed, .cancelledAfterPerform: break
        }
        if let actor = first.payment.cancelledBy {
            // Paid while it was being called off: the money is on its way back.
            return try await end(subscription, .notStarted, .stopped, by: actor, nil)
        }
        guard first.transaction.state == .performed, first.payment.isMethodSaved, let method = first.payment.methodID
        else { return try await end(subscription, .methodNotSaved, .stopped, by: "the method was not saved", nil) }
        let now = context.now
        let changed = Self.begun(
            subscription, at: first.payment.capturedAt ?? first.transaction.performTime, with: method,
            first.payment.methodTitle, first.payment.cardType)
        try await context.store.engine.write { sql in
            try YooKassaSubscriptionRows.update(changed, from: subscription, in: sql)
            try Self.note(.activated, changed, 0, nil, at: now, in: sql)
        }
    }

    /// Active in its first period, which begins at `anchor`: the next charge comes at its end.
    static func begun(
        _ subscription: YooKassaSubscription, at anchor: Int64?, with methodID: String, _ title: String?,
        _ cardType: String?
    ) -> YooKassaSubscription {
        var next = subscription
        next.state = .active
        (next.methodID, next.methodTitle, next.cardType) = (methodID, title, cardType)
        next.anchorAt = anchor
        next.period = 1
        next.nextAt = YooKassaSchedule(zone: next.zone)?.start(1, of: next)
        next.dueAt = next.nextAt
        return next
    }

    /// It is over, and that is told once.
    func end(
        _ subscription: YooKassaSubscription, _ kind: YooKassaSubscriptionEvent.Kind,
        _ state: YooKassaSubscription.State, by why: String, _ fate: YooKassaSpecification.MethodFate?,
        also: (@Sendable (any SQLSession) throws -> Void)? = nil
    ) async throws {
        let now = context.now
        var next = subscription
        // Called off before: that stays its end.
        let isOver = subscription.state.isEnd
        if !isOver { (next.state, next.endedBy, next.endedAt) = (state, why, now) }
        next.dueAt = nil
        if fate == .delete { (next.methodID, next.methodTitle) = (nil, nil) }
        let changed = next
        try await context.store.engine.write { sql in
            try YooKassaSubscriptionRows.update(changed, from: subscription, in: sql)
            try also?(sql)
            if !isOver { try Self.note(kind, changed, changed.period, why, at: now, in: sql) }
        }
        if kind == .stopped, !isOver {
            await context.raise(.subscriptionEnded, subscription.id, "it could not be charged: \(why)")
        }
    }

    // MARK: Periods

    private func goOn(_ subscription: YooKassaSubscription, mayCharge: Bool = true) async throws -> Int64? {
        let period = try await context.store.engine.read(.point) {
            try YooKassaPeriod.find(subscription.id, subscription.period, in: $0)
        }
        if let period, period.state == .charging { return try await judge(subscription, period) }
        guard mayCharge else {
            try await rest(subscription)
            return nil
        }
        guard let nextAt = subscription.nextAt, let schedule = YooKassaSchedule(zone: subscription.zone),
            let end = schedule.start(subscription.period + 1, of: subscription)
        else { return nil }
        let now = context.now
        // Not a charge is due, only a look.
        if period == nil, nextAt > now {
            try await later(subscription.id, nextAt - now)
            return nil
        }
        // A whole period has gone by while nobody could charge it: it is not asked for afterwards.
        if period == nil, end <= now {
            try await move(subscription, on: schedule, .skipped, nil)
            return nil
        }
        if let period, period.state != .open {
            try await move(subscription, on: schedule, period.state, period)
            return nil
        }
        if let period, end <= now, try await isVoid(period) {
            // It could never be charged while it lasted, and no bank refused it.
            try await move(subscription, on: schedule, .skipped, period)
            return nil
        }
        let current =
            period
            ?? YooKassaPeriod(
                subscriptionID: subscription.id, number: subscription.period,
                orderID: "sub-\(subscription.id)-\(subscription.period)", scheduledAt: nextAt, state: .open, charges: 0)
        return try await charge(subscription, current, isNew: period == nil)
    }

    private func isVoid(_ period: YooKassaPeriod) async throws -> Bool {
        try await context.store.engine.read(.point) { try period.latestCharge(in: $0)?.outcome == "void" }
    }

    private func rest(_ subscription: YooKassaSubscription) async throws {
        var next = subscription
        next.dueAt = nil
        let changed = next
        try await context.store.engine.write {
            try YooKassaSubscriptionRows.update(changed, from: subscription, in: $0)
        }
    }

    /// On to the next period.
    func move(
        _ subscription: YooKassaSubscription, on schedule: YooKassaSchedule, _ state: YooKassaPeriod.State,
        _ period: YooKassaPeriod?, also: (@Sendable (any SQLSession) throws -> Void)? = nil
    ) async throws {
        let now = context.now
        var next = subscription
        if next.state == .pastDue { next.state = .active }
        next.period += 1
        next.nextAt = schedule.start(next.period, of: next)
        next.dueAt = subscription.state == .active || subscription.state == .pastDue ? next.nextAt : nil
        let changed = next
        try await context.store.engine.write { sql in
            try YooKassaSubscriptionRows.update(changed, from: subscription, in: sql)
            if let period, period.state != state {
                try period.move(to: state, charges: period.charges, endedAt: now, in: sql)
            } else if period == nil {
                let skipped = YooKassaPeriod(
                    subscriptionID: subscription.id, number: subscription.period,
                    orderID: "sub-\(subscription.id)-\(subscription.period)",
                    scheduledAt: subscription.nextAt ?? now, state: state, charges: 0)
                try skipped.insert(in: sql)
            }
            try also?(sql)
        }
    }
}
