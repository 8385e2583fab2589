import Click
import Foundation
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore
import Payme
import Payments
import Storage
import StrictJSON

/// The shop's own API, behind `merchant.api_key`.
struct MerchantRoutes: Sendable {
    let key: String
    let store: Store
    let clock: TimeSource
    let payLinks: PayLinks
    /// Who gives money back; nil: no gateway that is on can.
    let refunds: ClickReversals?
    let fiscal: SchemaValidator
    let bodyBytesMaximum: Int

    static let paths = [
        KnownPath("/orders", [.get, .head, .post]), KnownPath("/orders/{id}", [.get, .head]),
        KnownPath("/transactions", [.get, .head]), KnownPath("/transactions/{id}", [.get, .head]),
        KnownPath("/transactions/{id}/refund", [.post]),
    ]

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let group = router.group()
            .add(middleware: ProblemMiddleware())
            .add(middleware: MerchantAuthentication(key: key))
        group.post("/orders") { request, _ in try await createOrder(request) }
        group.get("/orders") { request, _ in try await listOrders(request) }
        group.get("/orders/{id}") { request, context in
            try await showOrder(try Self.parameter("id", context), request)
        }
        group.get("/transactions") { request, _ in try await listTransactions(request) }
        group.get("/transactions/{id}") { _, context in
            try await showTransaction(try Self.parameter("id", context))
        }
        group.post("/transactions/{id}/refund") { request, context in
            try await refund(try Self.parameter("id", context), request)
        }
    }

    private func showOrder(_ id: String, _ request: Request) async throws -> Response {
        let now = clock.now
        let options = try PayLinkOptions(request)
        let found = try await read { session -> (Order, OrderStanding)? in
            guard let order = try session.order(id) else { return nil }
            return (order, try session.standing(of: order, at: now))
        }
        guard let (order, standing) = found else { throw Problem.notFound("order with this id") }
        try options.check(order)
        var writer = JSONWriter()
        MerchantJSON.order(order, standing, payLinks.checkouts(order, standing, options), to: &writer)
        return Self.json(.ok, writer.bytes)
    }

    private func listOrders(_ request: Request) async throws -> Response {
        let page = try PageQuery(request)
        let before = try page.orders()
        let now = clock.now
        let found = try await read { session in
            try session.orders(before: before, limit: page.limit + 1).map {
                ($0, try session.standing(of: $0, at: now))
            }
        }
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for (order, standing) in found.prefix(page.limit) {
            MerchantJSON.order(order, standing, payLinks.checkouts(order, standing, PayLinkOptions()), to: &writer)
        }
        writer.endArray()
        let last = found.count > page.limit ? found[page.limit - 1].0 : nil
        writer.member("next_cursor", last.map(PageQuery.cursor(after:)))
        writer.endObject()
        return Self.json(.ok, writer.bytes)
    }

    private func listTransactions(_ request: Request) async throws -> Response {
        let page = try PageQuery(request)
        let before = try page.transactions()
        let filter = try Self.filter(request)
        let found = try await read { try $0.transactions(filter, before: before, limit: page.limit + 1) }
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for transaction in found.prefix(page.limit) {
            writer.beginObject()
            MerchantJSON.transaction(transaction, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.member("next_cursor", found.count > page.limit ? String(found[page.limit - 1].id) : nil)
        writer.endObject()
        return Self.json(.ok, writer.bytes)
    }

    private func showTransaction(_ text: String) async throws -> Response {
        guard let id = Int64(plain: text) else { throw Problem.notFound("transaction with this id") }
        let found = try await read { session -> (Transaction, [JournalEntry], [PaymeFiscalReceipt])? in
            guard let transaction = try session.transaction(id: id) else { return nil }
            return (
                transaction, try session.journal(ofTransaction: id),
                try PaymeFiscalReceipt.all(ofTransaction: id, in: session.sql)
            )
        }
        guard let (transaction, journal, receipts) = found else {
            throw Problem.notFound("transaction with this id")
        }
        var writer = JSONWriter()
        writer.beginObject()
        MerchantJSON.transaction(transaction, to: &writer)
        writer.key("journal")
        MerchantJSON.journal(journal, currency: transaction.amount.currency, to: &writer)
        writer.key("fiscal_receipts")
        MerchantJSON.receipts(receipts, to: &writer)
        writer.endObject()
        return Self.json(.ok, writer.bytes)
    }

    private static func filter(_ request: Request) throws -> TransactionFilter {
        let parameters = request.uri.queryParameters
        var state: TransactionState?
        if let text = parameters["state"] {
            guard let number = Int64(plain: text), let known = TransactionState(rawValue: number) else {
                throw Problem.invalid("state", "Must be 1, 2, -1 or -2.")
            }
            state = known
        }
        return TransactionFilter(
            orderID: parameters["order_id"].map(String.init), gateway: parameters["gateway"].map(String.init),
            state: state)
    }

    private static func parameter(_ name: String, _ context: some RequestContext) throws -> String {
        let raw = try context.parameters.require(name)
        return raw.removingPercentEncoding ?? raw
    }

    func read<T: Sendable>(_ work: @escaping @Sendable (SQLPaymentSession) throws -> T) async throws -> T {
        try await store.engine.read(.scan) { try work(SQLPaymentSession(sql: $0)) }
    }

    static func json(
        _ status: HTTPResponse.Status, _ bytes: [UInt8], headers: HTTPFields = [:]
    ) -> Response {
        var fields = headers
        fields[.contentType] = "application/json"
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
