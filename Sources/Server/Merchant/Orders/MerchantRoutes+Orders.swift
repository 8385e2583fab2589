import Hummingbird
import Payments
import Pledg
import Storage
import StrictJSON

extension MerchantRoutes {
    /// `GET /orders/{id}`
    func showOrder(_ call: MerchantCall) async throws -> MerchantAnswer {
        let now = clock.now
        let options = try PayLinkOptions(call.request)
        let found = try await read { session -> (Order, OrderStanding)? in
            guard let order = try session.order(call.id) else { return nil }
            return (order, try session.standing(of: order, at: now))
        }
        // Shares of groups are shown to nobody but who pays them.
        guard let (order, standing) = found, !PledgGateway.isOwnOrder(order.id) else { throw Problem.noOrder }
        try options.check(order)
        return MerchantAnswer(body: Self.bytes(order, standing, payLinks.checkouts(order, standing, options)))
    }

    /// `GET /orders`
    func listOrders(_ call: MerchantCall) async throws -> MerchantAnswer {
        let page = try PageQuery(call.request)
        let before = try page.age()
        let filter = try Self.orderFilter(call.request)
        let now = clock.now
        let found = try await read { session in
            try session.orders(filter, before: before, limit: page.limit + 1).map {
                ($0, try session.standing(of: $0, at: now))
            }
        }
        return MerchantAnswer(
            body: page.list(found, cursor: { PageQuery.cursor($0.0.createdAt, $0.0.id) }) { item, writer in
                let checkouts = payLinks.checkouts(item.0, item.1, PayLinkOptions())
                MerchantJSON.order(item.0, item.1, checkouts, to: &writer)
            })
    }

    static func bytes(_ order: Order, _ standing: OrderStanding, _ checkouts: [PayLinks.Checkout]) -> [UInt8] {
        var writer = JSONWriter()
        MerchantJSON.order(order, standing, checkouts, to: &writer)
        return writer.bytes
    }

    private static func orderFilter(_ request: Request) throws -> OrderFilter {
        let parameters = request.uri.queryParameters
        var filter = OrderFilter(hiddenPrefix: PledgGateway.orderPrefix)
        if let text = parameters["kind"] {
            guard let kind = Order.Kind(rawValue: String(text)) else {
                throw Problem.invalid("kind", "Must be one_time or cumulative.")
            }
            filter.kind = kind
        }
        func moment(_ name: String) throws -> Int64? {
            guard let text = parameters[name[...]] else { return nil }
            guard let time = Int64(plain: text), (0...999_999_999_999_999).contains(time) else {
                throw Problem.invalid(name, "Must be milliseconds since 1970.")
            }
            return time
        }
        filter.createdFrom = try moment("created_from")
        filter.createdTo = try moment("created_to")
        return filter
    }
}
