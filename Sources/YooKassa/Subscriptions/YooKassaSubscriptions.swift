import Logging
import Payments
import Specification
import Storage
import StrictJSON
import Synchronization

/// Subscriptions: consent, a saved method, a schedule, and charges without the payer.
///
/// YooKassa neither schedules nor repeats anything: period, retries and the end are ours. Each period is an order, each
/// charge of it a payment with a key of its own, and the database lets no number be charged twice.
///
/// Source: yookassa.md 13, 15, 19
public final class YooKassaSubscriptions: Sendable {
    let context: YooKassaContext
    let payments: YooKassaPayments
    let sender: YooKassaSender
    private let tell: @Sendable (YooKassaSubscriptionEvent) async throws -> Void
    private let rounds = YooKassaRounds()
    /// Two at once would tell the same twice.
    let isTelling = Mutex(false)

    init(
        _ context: YooKassaContext, _ payments: YooKassaPayments,
        tell: @escaping @Sendable (YooKassaSubscriptionEvent) async throws -> Void
    ) {
        self.context = context
        self.payments = payments
        sender = YooKassaSender(context: context)
        self.tell = tell
    }

    /// A subscription, and the payment with which it begins.
    public struct Started: Sendable, Hashable {
        public var subscription: YooKassaSubscription
        /// The payer confirms it; nothing is charged before. Nil: it begins with a card.
        public var firstPayment: YooKassaPaymentView?
    }

    /// Stores a subscription, and asks YooKassa for its first payment, with which the method is saved.
    ///
    /// - Throws: `StorageFailure`; what a hook threw.
    public func create(
        _ request: YooKassaSubscriptionRequest
    ) async throws -> Result<Started, YooKassaRefusal> {
        if let refusal = Self.refusal(of: request) { return .failure(refusal) }
        if let known = try await known(request) { return known }
        let check = YooKassaRequestCheck(specification: context.specification, configuration: context.configuration)
        if let refusal = check.refusal(of: request.firstPayment) { return .failure(refusal) }
        if !request.startsWithPayment { return try await createWithCard(request) }
        let (id, paymentID, now) = (YooKassaID.make(), YooKassaID.make(), context.now)
        let new = YooKassaSubscription(
            id: id, userID: request.userID, amount: request.amount, description: request.description,
            receipt: request.receipt?.text, unit: request.unit, every: request.every, zone: request.zone,
            consent: request.consent, consentedAt: now, state: .pending, firstPaymentID: paymentID, period: 0,
            createdAt: now, dueAt: now + Self.lookPause)
        let (key, fingerprint) = (request.idempotencyKey, request.fingerprint)
        let stored: Result<YooKassaPaymentView, YooKassaRefusal>
        do {
            stored = try await payments.store(request.firstPayment, id: paymentID) { _, sql in
                guard try YooKassaSubscriptionRows.insert(new, callerKey: key, request: fingerprint, in: sql) else {
                    throw Overtaken()
                }
            }
        } catch is Overtaken {
            return try await known(request) ?? .failure(.otherRequest)
        }
        if case .failure(let refusal) = stored { return .failure(refusal) }
        _ = try await payments.step(paymentID, .foreground)
        context.onDue(.payments)
        let first = try await payments.find(paymentID)
        if let first, first.payment.step == .rejected, let refusal = first.payment.refusal {
            _ = try await step(id)
            return .failure(.provider(refusal))
        }
        return .success(Started(subscription: try await find(id) ?? new, firstPayment: first))
    }

    private static func refusal(of request: YooKassaSubscriptionRequest) -> YooKassaRefusal? {
        if request.consent.trimmed.isEmpty || request.consent.utf8.count > 10_000 {
            return .field("consent", rule: "it is what the payer agreed to: amount, frequency, and how to stop")
        }
        if !(1...200).contains(request.userID.utf8.count) { return .field("user_id", rule: "it has 1 to 200 bytes") }
        if !(1...366).contains(request.every) { return .field("every", rule: "it is 1 to 366") }
        if YooKassaSchedule(zone: request.zone) == nil {
            return .field("time_zone", rule: "it is a name such as Europe/Moscow")
        }
        return nil
    }

    func known(_ request: YooKassaSubscriptionRequest) async throws -> Result<Started, YooKassaRefusal>? {
        guard let key = request.idempotencyKey else { return nil }
        let found = try await context.store.engine.read(.point) {
            try YooKassaSubscriptionRows.find(callerKey: key, in: $0)
        }
        guard let found else { return nil }
        guard found.request == request.fingerprint else { return .failure(.otherRequest) }
        let first = try await found.subscription.firstPaymentID.asyncFlatMap { try await payments.find($0) }
        return .success(Started(subscription: found.subscription, firstPayment: first))
    }

    /// The subscription as it stands; nil: there is none of that id.
    public func find(_ id: String) async throws -> YooKassaSubscription? {
        try await context.store.engine.read(.point) { try YooKassaSubscriptionRows.find(id, in: $0) }
    }

    /// The subscriptions of a payer, the oldest first.
    public func all(ofUser id: String) async throws -> [YooKassaSubscription] {
        try await context.store.engine.read(.point) { try YooKassaSubscriptionRows.all(ofUser: id, in: $0) }
    }

    /// Works through what is due: ends of first payments, charges, their outcomes, and what is to be told. A second
    /// call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        let wait = await rounds.advance(
            "subscriptions", context, due: { try YooKassaSubscriptionRows.due(at: $0, limit: $1, in: $2) },
            nextDue: { try YooKassaSubscriptionRows.nextDue(in: $0) },
            step: { [self] subscription in
                let now = context.now
                let isOurs = try await context.store.engine.write {
                    try YooKassaSubscriptionRows.claim(subscription, at: now, in: $0)
                }
                return isOurs ? try await step(subscription.id) : nil
            })
        return min(wait, await tellDue(tell))
    }

    /// How often what others end is looked at all the same, milliseconds.
    static let lookPause: Int64 = 900_000
}

extension String {
    fileprivate var trimmed: Substring {
        drop { $0.isWhitespace }
    }
}

extension Optional {
    func asyncFlatMap<T>(_ transform: (Wrapped) async throws -> T?) async rethrows -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
