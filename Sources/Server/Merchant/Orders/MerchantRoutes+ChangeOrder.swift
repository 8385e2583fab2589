import Payments
import Pledg
import Storage

extension MerchantRoutes {
    /// `PATCH /orders/{id}`. Two at once are carried out one after the other, each on what the other left.
    func updateOrder(_ call: MerchantCall) async throws -> MerchantAnswer {
        let patch = try OrderPatch(call.body)
        while true {
            guard let order = try await read({ try $0.order(call.id) }) else { throw Problem.noOrder }
            guard !PledgGateway.isOwnOrder(order.id) else { throw Problem.managedOrder() }
            guard order.cancelledAt == nil else { throw Problem.orderCancelled }
            let patched = try patch.applied(to: order, fiscal: fiscal)
            // Made before the write: the shop's hook for links is not called inside a storage transaction.
            let pending = OrderStanding(status: .pending, paid: 0, refunded: 0)
            let checkouts = payLinks.checkouts(patched, pending, PayLinkOptions())
            let now = clock.now
            let answer = try await write { session -> MerchantAnswer? in
                // Somebody changed it meanwhile: once more, from the beginning.
                guard try session.order(call.id) == order else { return nil }
                let changesTerms = !patched.hasSameTerms(as: order)
                if changesTerms { try session.expectQuiet(order, at: now) }
                if patched != order { try session.update(patched, termsChangedAt: changesTerms ? now : nil) }
                let standing = try session.standing(of: patched, at: now)
                let answer = MerchantAnswer(
                    body: Self.bytes(patched, standing, standing.status == .paid ? [] : checkouts), isKept: true)
                try call.ticket?.keep(answer, in: session.sql)
                return answer
            }
            if let answer { return answer }
        }
    }

    /// `POST /orders/{id}/cancel`
    func cancelOrder(_ call: MerchantCall) async throws -> MerchantAnswer {
        try RequestChecks.fields(RequestChecks.optionalObject(call.body), known: [])
        let now = clock.now
        return try await write { session in
            guard var order = try session.order(call.id) else { throw Problem.noOrder }
            guard !PledgGateway.isOwnOrder(order.id) else { throw Problem.managedOrder() }
            if order.cancelledAt == nil {
                try session.expectQuiet(order, at: now)
                order.cancelledAt = now
                try session.update(order, termsChangedAt: nil)
            }
            let answer = MerchantAnswer(
                body: Self.bytes(order, try session.standing(of: order, at: now), []), isKept: true)
            try call.ticket?.keep(answer, in: session.sql)
            return answer
        }
    }
}

extension SQLPaymentSession {
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: ``Problem`` if the order is paid, or may be at any moment. A cumulative order is never paid for good.
    fileprivate func expectQuiet(_ order: Order, at now: Int64) throws {
        if order.kind == .oneTime, try holder(ofOrder: order.id)?.state == .performed { throw Problem.orderPaid }
        if try hasOpenTransaction(ofOrder: order.id, at: now) { throw Problem.orderBusy }
    }
}

extension Order {
    /// Whether what a payment has to fit, or its receipt shows, is the same.
    fileprivate func hasSameTerms(as other: Order) -> Bool {
        var copy = other
        copy.description = description
        return copy == self
    }
}
