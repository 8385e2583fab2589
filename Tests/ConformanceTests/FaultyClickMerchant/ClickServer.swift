import Conformance
import Hummingbird

/// A Click merchant behind a real port, for as long as a closure runs.
struct ClickServer {
    let merchant: ClickMerchant
    /// Of both calls.
    let url: String

    static func run<Value: Sendable>(
        faults: Set<ClickFault> = [], policy: ClickPolicy = .suiteCompatible, misansweredCall: Int? = nil,
        _ body: @Sendable (ClickServer) async throws -> Value
    ) async throws -> Value {
        let merchant = ClickMerchant(faults: faults, policy: policy, misansweredCall: misansweredCall)
        return try await LoopbackServer.run { request in
            let body = Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
            if request.uri.path == "/orders" {
                return await LoopbackServer.makeOrder(request, body, key: ClickMerchant.merchantKey) {
                    await merchant.add($0)
                }
            }
            guard ["/click", "/prepare", "/complete"].contains(request.uri.path) else {
                return Response(status: .notFound)
            }
            return await merchant.answer(body, contentType: request.headers[.contentType]).http
        } _: { port in
            try await body(ClickServer(merchant: merchant, url: "http://127.0.0.1:\(port)/click"))
        }
    }

    /// A run that makes its own orders.
    func configuration(kind: OrderKind = .oneTime) -> ConformanceConfiguration {
        var configuration = ConformanceConfiguration(url: url, key: ClickMerchant.key, amount: 500_000)
        configuration.gateway = "click"
        configuration.serviceID = ClickMerchant.serviceID
        configuration.merchantKey = ClickMerchant.merchantKey
        configuration.kind = kind
        // Tests share the machine with others; what times out is tested elsewhere.
        configuration.callMillisecondsMax = 60_000
        return configuration
    }
}
