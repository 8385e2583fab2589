import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import Payments
import Storage
import StrictJSON

extension MerchantRoutes {
    /// `POST /orders`: 201; the same `Idempotency-Key` and body: the same answer; the same id and content: 200.
    func createOrder(_ request: Request) async throws -> Response {
        let key = try Self.idempotencyKey(request)
        let bytes = try await request.bytes(upTo: bodyBytesMaximum)
        let now = clock.now
        let order = try OrderRequest(bytes, fiscal: fiscal, now: now).order
        let fingerprint = SHA256.hash(data: bytes).map { String($0, radix: 16) }.joined(separator: ".")
        let payLinks = payLinks
        let outcome = try await store.engine.write { sql -> Outcome in
            let session = SQLPaymentSession(sql: sql)
            if let key, let known = try session.idempotentAnswer(scope: Self.scope, key: key) {
                return known.fingerprint == fingerprint ? .replayed(known) : .keyReused
            }
            let isNew = try session.insert(order)
            guard let stored = try session.order(order.id) else { throw StorageFailure(.notStored, "no order") }
            guard isNew || stored.hasSameContent(as: order) else { return .taken }
            var writer = JSONWriter()
            let standing = try session.standing(of: stored, at: now)
            MerchantJSON.order(stored, standing, payLinks.payme(stored, PayLinks.Options()), to: &writer)
            let answer = IdempotentAnswer(
                fingerprint: fingerprint, status: isNew ? 201 : 200, body: writer.text)
            if let key { try session.remember(answer, scope: Self.scope, key: key, at: now) }
            return .answered(answer)
        }
        return try Self.response(outcome, order)
    }

    private static let scope = "POST /orders"

    private enum Outcome: Sendable {
        case answered(IdempotentAnswer)
        case replayed(IdempotentAnswer)
        case keyReused
        case taken
    }

    private static func response(_ outcome: Outcome, _ order: Order) throws -> Response {
        switch outcome {
        case .answered(let answer):
            return json(
                HTTPResponse.Status(code: Int(answer.status)), Array(answer.body.utf8),
                headers: [.location: "/orders/\(order.id)"])
        case .replayed(let answer):
            return json(
                HTTPResponse.Status(code: Int(answer.status)), Array(answer.body.utf8),
                headers: [.idempotencyReplayed: "true"])
        case .keyReused:
            throw Problem(
                status: .unprocessableContent, type: "idempotency-key-reused",
                detail: "This Idempotency-Key was used with another body. Use a new key for a new request.")
        case .taken:
            throw Problem.orderExists
        }
    }

    private static func idempotencyKey(_ request: Request) throws -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem.invalid("Idempotency-Key", "Must be 1 to 255 visible ASCII characters.")
        }
        return key
    }
}

extension Order {
    /// Whether both ask for the same thing, whenever they were made.
    func hasSameContent(as other: Order) -> Bool {
        var copy = other
        copy.createdAt = createdAt
        copy.cancelledAt = cancelledAt
        return copy == self
    }
}
