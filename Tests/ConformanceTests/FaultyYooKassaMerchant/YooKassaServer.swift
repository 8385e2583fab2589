import Conformance
import Hummingbird
import StrictJSON
import Synchronization

/// A merchant of YooKassa behind a real port, for as long as a closure runs.
struct YooKassaServer {
    static let merchantKey = "merchant-key"

    /// What is started.
    struct Plan: Sendable {
        var faults: Set<YooKassaFault> = []
        var hasAPI = true
        var isProxied = false
        var asksLater = false
        /// The body of its answers, which nobody reads.
        var reply = ""
    }

    let url: String
    let orders: [String]
    let merchant: YooKassaMerchant
    private let plan: Plan

    static func run<Value: Sendable>(
        _ plan: Plan = Plan(), _ body: @Sendable (YooKassaServer) async throws -> Value
    ) async throws -> Value {
        let orders = (100...199).map { "2d8a1b77-000f-5000-9000-100000000\($0)" }
        let merchant = YooKassaMerchant(
            faults: plan.faults, orders: orders, asksLater: plan.asksLater, isProxied: plan.isProxied)
        return try await LoopbackServer.run { request in
            let body = Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
            let status =
                request.uri.path == "/payments"
                ? await merchant.makePayment(body, request.headers[.authorization])
                : await merchant.answer(
                    YooKassaCall(
                        method: request.method.rawValue, path: request.uri.path,
                        contentType: request.headers[.contentType],
                        forwardedFor: request.headers.first { $0.name.canonicalName == "x-forwarded-for" }?.value,
                        body: body))
            return Response(
                status: .init(code: status), headers: [.contentType: "text/html"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: plan.reply)))
        } _: { port in
            try await body(
                YooKassaServer(
                    url: "http://127.0.0.1:\(port)\(YooKassaMerchant.path)", orders: orders, merchant: merchant,
                    plan: plan))
        }
    }

    func configuration() -> ConformanceConfiguration {
        var configuration = ConformanceConfiguration(
            url: url, key: YooKassaMerchant.key, amount: YooKassaMerchant.amount)
        configuration.gateway = "yookassa"
        configuration.shopID = YooKassaMerchant.shop
        configuration.orders = orders
        configuration.bankPort = plan.hasAPI ? 0 : nil
        configuration.isProxy = plan.isProxied
        configuration.onBankServed = { [merchant] in merchant.ask($0) }
        // Tests share the machine with others; what times out is tested elsewhere.
        configuration.callMillisecondsMax = 60_000
        configuration.bankMillisecondsMax = 60_000
        return configuration
    }
}

extension YooKassaMerchant {
    /// `POST /payments` as Tiyin has it, by which the run has its orders made.
    func makePayment(_ body: [UInt8], _ authorization: String?) async -> Int {
        guard authorization == "Bearer \(YooKassaServer.merchantKey)" else { return 401 }
        guard let object = try? JSONValue(parsing: body), let amount = object["amount"],
            object["is_recurrent"] == false
        else { return 422 }
        let number = books.withLock { $0.orders.count }
        guard let id = await client?.pay(amount, metadata: ["tx": "\(number)"], key: "order-\(number)") else {
            return 502
        }
        books.withLock { _ = $0.orders.insert(id) }
        return 201
    }
}
