import Foundation
import HTTPTypes
import Hummingbird
import Payments
import Storage

extension MerchantRoutes {
    /// `POST /orders`: 201; the same id and content once more: 200.
    func createOrder(_ call: MerchantCall) async throws -> MerchantAnswer {
        let now = clock.now
        let order = try OrderRequest(call.body, fiscal: fiscal, now: now).order
        // Made before the write: the shop's hook for links is not called inside a storage transaction.
        let fresh = OrderStanding(status: .pending, paid: 0, refunded: 0)
        let checkouts = payLinks.checkouts(order, fresh, PayLinkOptions())
        let created = MerchantAnswer(
            status: .created, body: Self.bytes(order, fresh, checkouts),
            headers: [.location: Self.location(order.id, call.request)], isKept: true)
        let stored = try await write { session -> Order? in
            guard try session.insertNew(order) else {
                guard let stored = try session.order(order.id), stored.hasSameContent(as: order) else {
                    throw Problem.orderExists
                }
                return stored
            }
            try call.ticket?.keep(created, in: session.sql)
            return nil
        }
        guard let stored else { return created }
        let standing = try await read { try $0.standing(of: stored, at: now) }
        return MerchantAnswer(
            body: Self.bytes(stored, standing, payLinks.checkouts(stored, standing, PayLinkOptions())),
            headers: [.location: Self.location(stored.id, call.request)])
    }

    static let createOrderScope = "POST /orders"

    /// Where the order is: below the path that was called, which may be mounted anywhere.
    static func location(_ id: String, _ request: Request) -> String {
        var path = request.uri.path[...]
        while path.last == "/" { path.removeLast() }
        let plain = CharacterSet(charactersIn: "-._~:+").union(.alphanumerics)
        return path + "/" + (id.addingPercentEncoding(withAllowedCharacters: plain) ?? id)
    }
}

extension SQLPaymentSession {
    /// Registers an order, unless its id was paid under as the shop's own account: those payments would seem to be the
    /// order's.
    ///
    /// - Returns: false if there is an order of that id.
    /// - Throws: ``Problem/orderExists``.
    func insertNew(_ order: Order) throws -> Bool {
        guard try insert(order) else { return false }
        if try hasTransaction(ofOrder: order.id) { throw Problem.orderExists }
        return true
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
