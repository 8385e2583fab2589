import Hummingbird
import Payments
import Storage
import StrictJSON

extension MerchantRoutes {
    /// `GET /deliveries`
    func listDeliveries(_ call: MerchantCall) async throws -> MerchantAnswer {
        let page = try PageQuery(call.request)
        let before = try page.number()
        let filter = try Self.deliveryFilter(call.request)
        let found = try await read { try $0.deliveries(filter, before: before, limit: page.limit + 1) }
        return MerchantAnswer(
            body: page.list(found, cursor: { String($0.item.id) }) { row, writer in
                writer.beginObject()
                MerchantJSON.delivery(row, to: &writer)
                writer.endObject()
            })
    }

    /// `GET /deliveries/{id}`
    func showDelivery(_ call: MerchantCall) async throws -> MerchantAnswer {
        guard let id = Int64(plain: call.id), let row = try await read({ try $0.delivery(id) }) else {
            throw Problem.noDelivery
        }
        var writer = JSONWriter()
        writer.beginObject()
        MerchantJSON.delivery(row, to: &writer)
        let isWebhook = row.target == WebhookEvents.target
        writer.member("message_id", isWebhook ? WebhookEvents.id(row.item) : nil)
        writer.key("message")
        writer.value(isWebhook ? (try? JSONValue(parsing: WebhookEvents.body(row.item))) ?? .null : .null)
        writer.endObject()
        return MerchantAnswer(body: writer.bytes)
    }

    /// `POST /deliveries/{id}/retry`: due now, or as soon as what is before it is out of the way.
    func retryDelivery(_ call: MerchantCall) async throws -> MerchantAnswer {
        try RequestChecks.fields(RequestChecks.optionalObject(call.body), known: [])
        guard let id = Int64(plain: call.id) else { throw Problem.noDelivery }
        let now = clock.now
        let answer = try await write { session -> MerchantAnswer in
            switch try session.retryDelivery(id, at: now) {
            case .notFound: throw Problem.noDelivery
            case .inHand: throw Problem.deliveryInHand
            case .due, .behind: break
            }
            guard let row = try session.delivery(id) else { throw Problem.noDelivery }
            var writer = JSONWriter()
            writer.beginObject()
            MerchantJSON.delivery(row, to: &writer)
            writer.endObject()
            let answer = MerchantAnswer(body: writer.bytes, isKept: true)
            try call.ticket?.keep(answer, in: session.sql)
            return answer
        }
        onDeliveriesDue()
        return answer
    }

    /// `POST /dead-letters/retry`: all of them, up to 1,000 at once.
    func retryDeadLetters(_ call: MerchantCall) async throws -> MerchantAnswer {
        try RequestChecks.fields(RequestChecks.optionalObject(call.body), known: [])
        let now = clock.now
        let answer = try await write { session -> MerchantAnswer in
            let letters = try session.deadLetters(limit: 1_001)
            for id in letters.prefix(1_000) { _ = try session.retryDelivery(id, at: now) }
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("retried", Int64(min(letters.count, 1_000)))
            writer.key("more")
            writer.bool(letters.count > 1_000)
            writer.endObject()
            let answer = MerchantAnswer(body: writer.bytes, isKept: true)
            try call.ticket?.keep(answer, in: session.sql)
            return answer
        }
        onDeliveriesDue()
        return answer
    }

    /// `GET /receivers`: who hears of changes, and how far behind each is.
    func listReceivers(_ call: MerchantCall) async throws -> MerchantAnswer {
        let targets = service.targets
        let found = try await read { session in try targets.map { try Receiver($0, in: session) } }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for receiver in found { receiver.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return MerchantAnswer(body: writer.bytes)
    }

    /// `POST /receivers/{id}/resume`: what waits for it is sent again.
    func resumeReceiver(_ call: MerchantCall) async throws -> MerchantAnswer {
        try RequestChecks.fields(RequestChecks.optionalObject(call.body), known: [])
        guard service.targets.contains(call.id) else { throw Problem.notFound("receiver of this name") }
        let now = clock.now
        let answer = try await write { session -> MerchantAnswer in
            try session.setTarget(call.id, stopped: nil)
            _ = try session.hasten(target: call.id, limit: 1_000, at: now)
            var writer = JSONWriter()
            try Receiver(call.id, in: session).write(to: &writer)
            let answer = MerchantAnswer(body: writer.bytes, isKept: true)
            try call.ticket?.keep(answer, in: session.sql)
            return answer
        }
        onDeliveriesDue()
        return answer
    }

    private static func deliveryFilter(_ request: Request) throws -> DeliveryFilter {
        let parameters = request.uri.queryParameters
        var state: DeliveryRow.State?
        if let text = parameters["state"] {
            guard let known = DeliveryRow.State(rawValue: String(text)) else {
                throw Problem.invalid("state", "Must be waiting, delivered or dead.")
            }
            state = known
        }
        return DeliveryFilter(
            state: state, target: try RequestChecks.word("receiver", request),
            orderID: try RequestChecks.word("order_id", request))
    }
}

/// How far behind a receiver is.
private struct Receiver: Sendable {
    let name: String
    let waiting: Int64
    let dead: Int64
    let oldest: Int64?
    let stopped: StoppedTarget?

    init(_ name: String, in session: SQLPaymentSession) throws {
        self.name = name
        waiting = try session.countWaiting(target: name)
        dead = try session.countDead(target: name)
        oldest = try session.oldestWaiting(target: name)
        stopped = try session.stopped(target: name)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("waiting", waiting)
        writer.member("dead", dead)
        writer.member("oldest_at", oldest)
        writer.member("stopped_at", stopped?.at)
        writer.member("stopped_because", stopped?.reason)
        writer.endObject()
    }
}

extension MerchantJSON {
    /// The members of a delivery, without the braces.
    static func delivery(_ row: DeliveryRow, to writer: inout JSONWriter) {
        let event = row.item.event
        writer.member("id", String(row.item.id))
        writer.member("receiver", row.target)
        writer.member("type", WebhookEvents.type(row.item))
        writer.member("event_id", String(event.id))
        writer.member("order_id", event.transaction.orderID)
        writer.member("transaction_id", String(event.transaction.id))
        writer.member("state", row.state.rawValue)
        writer.member("attempts", row.item.attempts)
        writer.member("last_error", row.lastError)
        writer.member("created_at", row.item.createdAt)
        writer.member("due_at", row.dueAt)
        writer.member("attempted_at", row.attemptedAt)
        writer.member("delivered_at", row.deliveredAt)
        writer.member("dead_at", row.deadAt)
    }
}

extension Problem {
    static let noDelivery = Problem.notFound("delivery with this id")

    static let deliveryInHand = Problem(
        status: .conflict, type: "delivery-in-hand",
        detail: "This delivery is under way at this moment. Look at what becomes of it with GET /deliveries/{id}.")
}
