import Click
import Foundation
import HTTPTypes
import Hummingbird
import JSONRPC
import Logging
import NIOCore
import Payments
import Specification
import Storage
import StrictJSON

/// The shop's own API, as `merchant.openapi.yaml` describes it.
struct MerchantRoutes: Sendable {
    let binding: MerchantBinding
    let access: MerchantAccess
    let store: Store
    let service: TransactionService
    let clock: TimeSource
    let payLinks: PayLinks
    /// Who can give money back.
    let refunds: [any RefundGateway]
    /// The cancel reason of what the merchant calls off.
    let cancelReason: Int64?
    let fiscal: SchemaValidator
    let bodyBytesMaximum: Int
    /// Whether no money can have been taken for a payment that waits.
    var mayCallOff: @Sendable (Transaction) async -> Bool = { _ in true }
    /// Called when deliveries were made due.
    var onDeliveriesDue: @Sendable () -> Void = {}
    /// Calls a payment off that somebody else holds too; nil: of that one nobody does.
    var withdraw: @Sendable (Transaction) async throws -> Transaction? = { _ in nil }
    let inFlight = KeysInFlight()

    /// What carries out the operations of the document.
    static let handlers: [String: MerchantBinding.Handler] = [
        "createOrder": { try await $0.createOrder($1) },
        "listOrders": { try await $0.listOrders($1) },
        "getOrder": { try await $0.showOrder($1) },
        "updateOrder": { try await $0.updateOrder($1) },
        "cancelOrder": { try await $0.cancelOrder($1) },
        "listTransactions": { try await $0.listTransactions($1) },
        "getTransaction": { try await $0.showTransaction($1) },
        "cancelTransaction": { try await $0.cancelTransaction($1) },
        "refundTransaction": { try await $0.refundTransaction($1) },
        "listDeliveries": { try await $0.listDeliveries($1) },
        "getDelivery": { try await $0.showDelivery($1) },
        "retryDelivery": { try await $0.retryDelivery($1) },
        "retryDeadLetters": { try await $0.retryDeadLetters($1) },
        "listReceivers": { try await $0.listReceivers($1) },
        "resumeReceiver": { try await $0.resumeReceiver($1) },
        "listKeys": { try await $0.listKeys($1) },
        "createKey": { try await $0.createKey($1) },
        "revokeKey": { try await $0.revokeKey($1) },
        "getDocument": { routes, _ in
            MerchantAnswer(body: routes.binding.specification.document, mediaType: "application/yaml")
        },
    ]

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let group = router.group().add(middleware: ProblemMiddleware())
        for operation in binding.operations {
            group.on(RouterPath(operation.specification.path), method: operation.method) { request, context in
                let raw = context.parameters.get("id") ?? ""
                return try await answer(
                    operation, request, id: raw.removingPercentEncoding ?? raw, context.logger)
            }
        }
    }

    /// Everything that is the same for every operation, and then the operation.
    private func answer(
        _ operation: MerchantBinding.Operation, _ request: Request, id: String, _ logger: Logger
    ) async throws -> Response {
        let specification = operation.specification
        var holder = KeyHolder.anybody
        if let scopes = specification.scopes {
            holder = try await access.holder(of: request, logger)
            try holder.require(scopes)
        }
        try RequestChecks.query(request, specification)
        try RequestChecks.mediaType(request, specification)
        let key = specification.isRepeatable ? try IdempotencyTicket.key(request) : nil
        let body = specification.mediaTypes.isEmpty ? [] : try await request.bytes(upTo: bodyBytesMaximum)
        let call = MerchantCall(
            request: request, id: id, body: body, holder: holder,
            ticket: IdempotencyTicket(key: key, specification, id: id, body: body, at: clock.now))
        return try await once(call) { try await operation.handler(self, call) }.response
    }

    func read<T: Sendable>(_ work: @escaping @Sendable (SQLPaymentSession) throws -> T) async throws -> T {
        try await store.engine.read(.scan) { try work(SQLPaymentSession(sql: $0)) }
    }

    func write<T: Sendable>(_ work: @escaping @Sendable (SQLPaymentSession) throws -> T) async throws -> T {
        try await store.engine.write { try work(SQLPaymentSession(sql: $0)) }
    }
}
