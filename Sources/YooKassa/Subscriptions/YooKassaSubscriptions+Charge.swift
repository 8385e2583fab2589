import Logging
import Payments
import Specification
import Storage
import StrictJSON

extension YooKassaSubscriptions {
    private static let day: Int64 = 86_400_000
    /// How soon a charge that the shop may not make is made again, milliseconds.
    private static let voidPause: Int64 = 3_600_000

    /// One charge of a period: its number, its order and its payment are stored together, and then it is made.
    ///
    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func charge(
        _ subscription: YooKassaSubscription, _ period: YooKassaPeriod, isNew: Bool
    ) async throws -> Int64? {
        guard let methodID = subscription.methodID, let schedule = YooKassaSchedule(zone: subscription.zone) else {
            try await end(subscription, .stopped, .stopped, by: "there is no method to charge", nil)
            return nil
        }
        if let wait = retryWait(period, schedule) {
            try await later(subscription.id, wait)
            return nil
        }
        if !isNew, try await isStillOpen(subscription, period) == false { return nil }
        if let wait = try await capWait(subscription, methodID) {
            try await later(subscription.id, wait)
            return nil
        }
        let paymentID = YooKassaID.make()
        let now = context.now
        let number = period.charges + 1
        let lease = now + YooKassaContext.leaseMilliseconds
        let isFirst = period.charges == 0
        let order = Order.oneTime(
            id: period.orderID, amount: subscription.amount, description: subscription.description, createdAt: now)
        let answer: Result<YooKassaPaymentView, YooKassaRefusal>
        do {
            answer = try await payments.store(
                request(subscription, period, methodID), id: paymentID, order: isFirst ? order : nil
            ) { _, sql in
                // Paused, called off, or charged with another method since it was looked at.
                guard let current = try YooKassaSubscriptionRows.find(subscription.id, in: sql),
                    current.state == subscription.state, current.period == period.number,
                    current.methodID == methodID, current.renewalPaymentID == nil
                else { throw Overtaken() }
                if isNew { try period.insert(in: sql) }
                try period.move(to: .charging, charges: number, endedAt: nil, in: sql)
                try sql.execute(
                    """
                    INSERT INTO yookassa_charges (subscription_id, period, attempt, payment_id, method_id, charged_at)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [
                        .text(subscription.id), .integer(period.number), .integer(number), .text(paymentID),
                        .text(methodID), .integer(now),
                    ])
                try YooKassaSubscriptionRows.schedule(subscription.id, at: lease, in: sql)
            }
        }
        if case .failure(let refusal) = answer {
            try await notCharged(subscription, period, isNew, schedule, refusal)
            return nil
        }
        let wait = try await payments.step(paymentID, .background)
        if let after = try await find(subscription.id),
            let current = try await context.store.engine.read(
                .point, { try YooKassaPeriod.find(subscription.id, period.number, in: $0) }),
            current.state == .charging
        {
            _ = try await judge(after, current)
        }
        return wait
    }

    private func request(
        _ subscription: YooKassaSubscription, _ period: YooKassaPeriod, _ methodID: String
    ) -> YooKassaPaymentRequest {
        var request = YooKassaPaymentRequest(
            amount: subscription.amount, orderID: period.orderID, userID: subscription.userID,
            description: subscription.description, capture: true,
            receipt: subscription.receiptValue,
            metadata: ["subscription": subscription.id, "period": String(period.number)])
        request.methodID = methodID
        return request
    }

    /// A repeat is made when it was arranged and not sooner, whatever woke the subscription; a slow one by day, however
    /// late the server comes to it.
    ///
    /// - Returns: how long none is made, milliseconds; nil: one may be.
    ///
    /// Source: yookassa.md 19
    private func retryWait(_ period: YooKassaPeriod, _ schedule: YooKassaSchedule) -> Int64? {
        let now = context.now
        var moment = max(period.retryAt ?? now, now)
        if let last = period.lastClass.flatMap(YooKassaSpecification.RetryClass.init(rawValue:)),
            context.specification.plan(last).keepsQuietHours
        {
            moment = schedule.inHours(context.specification.chargingHours, moment)
        }
        return moment > now ? moment - now : nil
    }

    /// Before a retry the last payment is read again: it must be cancelled. One that YooKassa does not know any more,
    /// after it had called it so, is.
    ///
    /// - Returns: false: what is done instead is arranged.
    ///
    /// Source: yookassa.md 19
    private func isStillOpen(
        _ subscription: YooKassaSubscription, _ period: YooKassaPeriod
    ) async throws -> Bool {
        let id = try await context.store.engine.read(.point) { try period.latestPayment(in: $0) }
        guard let id, let view = try await payments.find(id), let providerID = view.payment.providerID else {
            return true
        }
        let known: YooKassaPayment
        do {
            known = try await context.provider.payment(providerID, .background)
        } catch YooKassaError.notFound {
            return true
        }
        if known.status.known == .canceled { return true }
        await context.raise(.contradiction, id, "a charge that was refused is \(known.status.text) now")
        try await payments.settlement.take(known, id)
        guard known.status.known == .succeeded else {
            try await later(subscription.id, Self.lookPause)
            return false
        }
        // The money goes back. Whether the payer is asked for it again, somebody decides.
        let now = context.now
        try await end(subscription, .stopped, .stopped, by: "a charge that was refused was paid after all", nil) {
            try period.move(to: .failed, charges: period.charges, endedAt: now, in: $0)
        }
        return false
    }

    /// Card schemes limit charges that are refused.
    ///
    /// - Returns: how long none is made, milliseconds; nil: one may be.
    private func capWait(_ subscription: YooKassaSubscription, _ methodID: String) async throws -> Int64? {
        let cap = context.specification.schemeCap(subscription.cardType)
        let now = context.now
        let counts = try await context.store.engine.read(.point) { sql in
            (
                try YooKassaPeriod.refusals(ofMethod: methodID, since: now - Self.day, in: sql),
                try YooKassaPeriod.refusals(ofMethod: methodID, since: now - 30 * Self.day, in: sql)
            )
        }
        return counts.0 >= cap.perDay || counts.1 >= cap.perMonth ? Self.day : nil
    }

    /// The order does not let itself be paid.
    private func notCharged(
        _ subscription: YooKassaSubscription, _ period: YooKassaPeriod, _ isNew: Bool, _ schedule: YooKassaSchedule,
        _ refusal: YooKassaRefusal
    ) async throws {
        switch refusal {
        case .order(.orderPaid):
            // By another way: the payer, or the merchant, was faster.
            try await move(subscription, on: schedule, .paid, isNew ? nil : period)
        case .order(.orderNotPayable), .order(.refused), .order(.orderNotFound):
            // The shop does not want to be paid for this period.
            try await move(subscription, on: schedule, .skipped, isNew ? nil : period)
        case .order, .busy, .unanswered, .unresolved, .notPaid, .otherRequest, .provider:
            try await later(subscription.id, Self.busyPause)
        case .field(let name, let rule):
            try await end(subscription, .stopped, .stopped, by: "\(name): \(rule)", nil)
        }
    }

    /// What the charge that is under way came to.
    ///
    /// - Returns: nil.
    func judge(_ subscription: YooKassaSubscription, _ period: YooKassaPeriod) async throws -> Int64? {
        let id = try await context.store.engine.read(.point) { try period.latestPayment(in: $0) }
        guard let id, let view = try await payments.find(id), let schedule = YooKassaSchedule(zone: subscription.zone)
        else { return nil }
        let outcome: String
        switch view.transaction.state {
        case .created:
            // Not final, or not known: no other one until it is.
            try await later(subscription.id, Self.lookPause)
            return nil
        case .performed, .cancelledAfterPerform:
            try await move(subscription, on: schedule, .paid, period) { sql in
                try period.end(id, "paid", in: sql)
            }
            return nil
        case .cancelled:
            // Not taken because of the shop's own rights: no refusal of the payer's bank.
            let isVoid =
                [401, 403, 429].contains(view.payment.refusal?.status ?? 0) || view.payment.step == .unresolved
            outcome = isVoid ? "void" : "refused"
        }
        if outcome == "void" {
            // Twice as long each time, up to a day: somebody has to change it, and is told each time.
            let pause = min(Self.voidPause << min(period.charges - 1, 8), Self.day)
            try await reopen(subscription, period, id, outcome, state: subscription.state, after: pause, nil, nil)
            return nil
        }
        try await refused(subscription, period, view, schedule)
        return nil
    }

    /// Source: yookassa.md 15, 19
    private func refused(
        _ subscription: YooKassaSubscription, _ period: YooKassaPeriod, _ view: YooKassaPaymentView,
        _ schedule: YooKassaSchedule
    ) async throws {
        let word = view.payment.cancelReason
        // What YooKassa does not take at all, it does not take with the same method tomorrow.
        let isRejected = view.payment.refusal != nil
        let reason = context.specification.paymentReason(word)
        let retry = isRejected ? YooKassaSpecification.RetryClass.final : reason.retry
        let fate = isRejected ? YooKassaSpecification.MethodFate.keep : reason.method
        let plan = context.specification.plan(retry)
        let before = try await context.store.engine.read(.point) { try period.refusals(in: $0) }
        let most = min(Int64(plan.delays.count), context.configuration.retriesMaximum)
        let (paymentID, why) = (view.payment.id, word ?? view.payment.refusal?.code ?? "refused")
        let now = context.now
        let mayGoOn = subscription.state == .active || subscription.state == .pastDue || subscription.state == .paused
        guard before < most, mayGoOn, fate == .keep else {
            return try await end(subscription, .stopped, .stopped, by: why, fate) { sql in
                try period.end(paymentID, "refused", in: sql)
                try period.move(
                    to: .failed, charges: period.charges, lastClass: retry.rawValue, lastReason: why,
                    endedAt: now, in: sql)
            }
        }
        var moment = now + context.atLeast(plan.delays[Int(before)])
        if plan.keepsQuietHours { moment = schedule.inHours(context.specification.chargingHours, moment) }
        let state: YooKassaSubscription.State = subscription.state == .paused ? .paused : .pastDue
        try await reopen(
            subscription, period, paymentID, "refused", state: state, after: moment - now, retry.rawValue, why)
    }

    private func reopen(
        _ subscription: YooKassaSubscription, _ period: YooKassaPeriod, _ paymentID: String, _ outcome: String,
        state: YooKassaSubscription.State, after pause: Int64, _ lastClass: String?, _ lastReason: String?
    ) async throws {
        var next = subscription
        let retryAt = context.now + pause
        next.state = state
        next.dueAt = state == .active || state == .pastDue ? retryAt : nil
        let changed = next
        try await context.store.engine.write { sql in
            try YooKassaSubscriptionRows.update(changed, from: subscription, in: sql)
            try period.end(paymentID, outcome, in: sql)
            try period.move(
                to: .open, charges: period.charges, lastClass: lastClass, lastReason: lastReason, retryAt: retryAt,
                endedAt: nil, in: sql)
        }
    }
}
