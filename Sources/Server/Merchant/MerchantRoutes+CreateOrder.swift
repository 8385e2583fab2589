import Crypto
import Foundation
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
        // Made before the write: the shop's hook for links is not called inside a storage transaction.
        let fresh = OrderStanding(status: .pending, paid: 0, refunded: 0)
        let created = IdempotentAnswer(fingerprint: fingerprint, status: 201, body: text(order, fresh))
        let outcome = try await store.engine.write { sql -> Outcome in
            let session = SQLPaymentSession(sql: sql)
            if let key, let known = try session.idempotentAnswer(scope: Self.scope, key: key) {
                return known.fingerprint == fingerprint ? .replayed(known) : .keyReused
            }
            guard try session.insert(order) else {
                guard let stored = try session.order(order.id), stored.hasSameContent(as: order) else { return .taken }
                return .known(stored)
            }
            if let key { try session.remember(created, scope: Self.scope, key: key, at: now) }
            return .created(created)
        }
        if case .known(let stored) = outcome {
            // Not under the key: the id itself makes this request repeatable, and the order goes on living.
            let standing = try await read { try $0.standing(of: stored, at: now) }
            return Self.json(
                .ok, Array(text(stored, standing).utf8), headers: [.location: Self.location(stored.id, request)])
        }
        return try Self.response(outcome, order, request)
    }

    private func text(_ order: Order, _ standing: OrderStanding) -> String {
        var writer = JSONWriter()
        MerchantJSON.order(order, standing, payLinks.checkouts(order, standing, PayLinkOptions()), to: &writer)
        return writer.text
    }

    private static let scope = "POST /orders"

    private enum Outcome: Sendable {
        case created(IdempotentAnswer)
        /// The same order was there already.
        case known(Order)
        case replayed(IdempotentAnswer)
        case keyReused
        case taken
    }

    private static func response(_ outcome: Outcome, _ order: Order, _ request: Request) throws -> Response {
        switch outcome {
        case .created(let answer):
            return json(
                HTTPResponse.Status(code: Int(answer.status)), Array(answer.body.utf8),
                headers: [.location: location(order.id, request)])
        case .replayed(let answer):
            // The order that was made then: if its id was left out, this request was given another one.
            let id = (try? JSONValue(parsing: answer.body))?["id"]?.stringValue ?? order.id
            return json(
                HTTPResponse.Status(code: Int(answer.status)), Array(answer.body.utf8),
                headers: [.location: location(id, request), .idempotencyReplayed: "true"])
        case .keyReused:
            throw Problem(
                status: .unprocessableContent, type: "idempotency-key-reused",
                detail: "This Idempotency-Key was used with another body. Use a new key for a new request.")
        case .taken, .known:
            throw Problem.orderExists
        }
    }

    /// Where the order is: below the path that was called, which may be mounted anywhere.
    private static func location(_ id: String, _ request: Request) -> String {
        var path = request.uri.path[...]
        while path.last == "/" { path.removeLast() }
        let plain = CharacterSet(charactersIn: "-._~:+").union(.alphanumerics)
        return path + "/" + (id.addingPercentEncoding(withAllowedCharacters: plain) ?? id)
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
