import HTTPTypes
import Hummingbird
import Logging
import Payments
import StrictJSON
import YooKassa

/// What the merchant does with a subscription.
enum SubscriptionChange: String, Sendable, CaseIterable {
    case pause, resume, cancel
}

extension YooKassaRoutes {
    /// `POST /subscriptions`: 201 with the subscription and its first payment, which the payer confirms; 202 while
    /// YooKassa has not answered.
    func subscribe(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["orders:write"])
        let key = try IdempotencyTicket.key(request)
        let wanted = try YooKassaSubscriptionBody.request(
            try await request.bytes(upTo: bodyBytesMaximum), idempotencyKey: key)
        switch try await site.gateway.subscriptions.create(wanted) {
        case .success(let started):
            let isAnswered =
                started.firstPayment.map { $0.status != .processing }
                ?? (started.subscription.state != .pending || started.subscription.confirmationURL != nil)
            return Self.json(
                YooKassaJSON.started(started), isAnswered ? .created : .accepted,
                location: "\(Self.subscriptionsPath)/\(started.subscription.id)")
        case .failure(let refusal): throw refusal.problem
        }
    }

    /// `GET /subscriptions?user_id=…`: those of a payer, the oldest first.
    func subscriptions(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        for (name, _) in request.uri.queryParameters where name != "user_id" {
            throw Problem.invalid(String(name), "There is no such query parameter. This path knows: user_id.")
        }
        guard let user = try RequestChecks.word("user_id", request), !user.isEmpty else {
            throw Problem.invalid("user_id", "Send it: whose subscriptions are wanted.")
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for subscription in try await site.gateway.subscriptions.all(ofUser: user) {
            YooKassaJSON.subscription(subscription, to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return Self.json(writer.bytes)
    }

    /// `GET /subscriptions/{id}`
    func subscription(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        guard let id = Self.id(id), let found = try await site.gateway.subscriptions.find(id) else {
            throw Problem.noSubscription
        }
        return Self.answer(found)
    }

    /// `POST /subscriptions/{id}/pause`, `/resume`, `/cancel`. What is so already is no error.
    func change(
        _ change: SubscriptionChange, _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        _ = try await self.change(request, access, logger, known: [])
        guard let id = Self.id(id) else { throw Problem.noSubscription }
        let subscriptions = site.gateway.subscriptions
        let answer =
            switch change {
            case .pause: try await subscriptions.pause(id)
            case .resume: try await subscriptions.resume(id)
            case .cancel: try await subscriptions.cancel(id, actor: MerchantRoutes.actor)
            }
        switch answer {
        case nil: throw Problem.noSubscription
        case .success(let changed): return Self.answer(changed)
        case .failure: throw Problem.subscriptionStands
        }
    }

    /// `POST /subscriptions/{id}/renew`: a payment with which the payer pays an unpaid period himself, and saves another
    /// method.
    func renew(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        let object = try await change(request, access, logger, known: ["confirmation"])
        let confirmation = try YooKassaPaymentBody.confirmation(object)
        guard let id = Self.id(id),
            let answer = try await site.gateway.subscriptions.renew(
                id, confirmation: confirmation.type, returnURL: confirmation.returnURL)
        else { throw Problem.noSubscription }
        switch answer {
        case .success(let started):
            return Self.json(
                YooKassaJSON.started(started), started.firstPayment?.status == .processing ? .accepted : .created)
        case .failure(.busy): throw Problem.subscriptionStands
        case .failure(let refusal): throw refusal.problem
        }
    }

    private static func answer(_ subscription: YooKassaSubscription) -> Response {
        var writer = JSONWriter()
        YooKassaJSON.subscription(subscription, to: &writer)
        return json(writer.bytes)
    }
}

extension Problem {
    fileprivate static let subscriptionStands = Problem(
        status: .conflict, type: "subscription-state",
        detail: "The subscription stands so that this cannot be done: read its `state`.")
}
