import Payments
import Specification
import Storage
import StrictJSON

extension YooKassaSubscriptions {
    /// How long the payer has to confirm a card; YooKassa itself gives up sooner. Milliseconds.
    private static let cardMilliseconds: Int64 = 86_400_000
    private static let minute: Int64 = 60_000

    /// One that begins with a card, saved without a payment: nothing is charged until its first period is over.
    ///
    /// Source: yookassa.md 8, 13
    func createWithCard(_ request: YooKassaSubscriptionRequest) async throws -> Result<Started, YooKassaRefusal> {
        guard request.confirmation == "redirect" else {
            return .failure(.field("confirmation.type", rule: "a card is saved by redirect alone"))
        }
        guard let returnURL = request.returnURL ?? context.configuration.returnURL else {
            return .failure(.field("confirmation.return_url", rule: "a card that is saved without a payment needs one"))
        }
        let (id, now) = (YooKassaID.make(), context.now)
        let attempt = YooKassaAttempt(
            .create, id, body: YooKassaBody.card(returnURL: returnURL.replacing("{id}", with: id)))
        let new = YooKassaSubscription(
            id: id, userID: request.userID, amount: request.amount, description: request.description,
            receipt: request.receipt?.text, unit: request.unit, every: request.every, zone: request.zone,
            consent: request.consent, consentedAt: now, state: .pending, period: 0, createdAt: now,
            dueAt: now + YooKassaContext.leaseMilliseconds, cardKey: attempt.key)
        let (key, fingerprint) = (request.idempotencyKey, request.fingerprint)
        let isNew = try await context.store.engine.write { sql in
            guard try YooKassaSubscriptionRows.insert(new, callerKey: key, request: fingerprint, in: sql) else {
                return false
            }
            try attempt.insert(at: now, in: sql)
            return true
        }
        guard isNew else { return try await known(request) ?? .failure(.otherRequest) }
        _ = try await step(id, .foreground)
        context.onDue(.subscriptions)
        let after = try await find(id) ?? new
        if after.state == .stopped { return .failure(.provider(.init(status: 400, code: after.endedBy ?? ""))) }
        return .success(Started(subscription: after, firstPayment: nil))
    }

    /// A payer came back from confirming a card: it is looked at now, by the job, unless it was a moment ago.
    ///
    /// - Throws: `StorageFailure`.
    public func hasten(_ id: String) async throws {
        let now = context.now
        let isDue = try await context.store.engine.write { sql in
            try YooKassaSubscriptionRows.hasten(id, at: now, in: sql)
        }
        if isDue { context.onDue(.subscriptions) }
    }

    /// Asks YooKassa to save a card, or how that stands. No money moves: what stays unknown is given up in the end.
    func bind(_ subscription: YooKassaSubscription, _ urgency: YooKassaUrgency) async throws {
        guard let key = subscription.cardKey else { return }
        do {
            if let cardID = subscription.cardID {
                let known = try await context.provider.method(cardID, urgency)
                context.rest.over()
                return try await take(known, subscription, key)
            }
            let sent = try await sender.send(key) { posting throws(YooKassaError) in
                try await self.context.provider.createMethod(posting, urgency)
            }
            try await take(sent.answer, subscription, key)
        } catch let failure as YooKassaSender.Failure {
            switch failure {
            case .over, .keyTooOld: try await giveUp(subscription, key, "YooKassa never said what became of the card")
            case .failed(.refused(let refusal), _): try await giveUp(subscription, key, refusal.code)
            case .failed(.notFound, _): try await giveUp(subscription, key, "not_found")
            case .failed(.unknown, _), .failed(.notSent, _):
                try await later(subscription.id, pause(subscription))
            case .failed(let error, _): throw error
            }
        } catch YooKassaError.notFound {
            try await giveUp(subscription, key, "YooKassa knows of no such card")
        }
    }

    private func take(
        _ known: YooKassaMethod, _ subscription: YooKassaSubscription, _ key: String
    ) async throws {
        let now = context.now
        if known.isChargeable { return try await activate(known, subscription, key) }
        let isWaiting = known.status?.known == .pending || known.status?.known == nil
        guard isWaiting, now - subscription.createdAt < Self.cardMilliseconds else {
            return try await giveUp(subscription, key, "the card was not saved")
        }
        let dueAt = now + pause(subscription)
        try await context.store.engine.write { sql in
            try YooKassaSubscriptionRows.setCard(
                subscription.id, known.id, url: known.confirmation?.url, dueAt: dueAt, in: sql)
            try YooKassaAttempt.end(key, .answered, at: now, in: sql)
        }
    }

    private func activate(
        _ known: YooKassaMethod, _ subscription: YooKassaSubscription, _ key: String
    ) async throws {
        let now = context.now
        let changed = Self.begun(subscription, at: now, with: known.id, known.title, known.cardType)
        try await context.store.engine.write { sql in
            try YooKassaSubscriptionRows.update(changed, from: subscription, in: sql)
            try YooKassaAttempt.end(key, .answered, at: now, in: sql)
            try Self.note(.activated, changed, 0, nil, at: now, in: sql)
        }
    }

    private func giveUp(_ subscription: YooKassaSubscription, _ key: String, _ why: String) async throws {
        let now = context.now
        try await end(subscription, .notStarted, .stopped, by: why, nil) {
            try YooKassaAttempt.end(key, .refused, at: now, in: $0)
        }
    }

    /// The longer it takes, the longer: between a minute and a quarter of an hour. A notice comes sooner.
    private func pause(_ subscription: YooKassaSubscription) -> Int64 {
        min(max((context.now - subscription.createdAt) / 4, Self.minute), Self.lookPause)
    }
}
