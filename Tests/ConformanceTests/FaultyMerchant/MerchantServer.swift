import Conformance
import Hummingbird

/// A merchant behind a real port, for as long as a closure runs.
struct MerchantServer {
    let merchant: Merchant
    let url: String

    /// Starts a server on a free port of 127.0.0.1 and stops it afterwards.
    static func run<Value: Sendable>(
        faults: Set<Fault> = [], refunds: Bool = true, takesFiscalData: Bool = true,
        clock: MerchantClock = MerchantClock(), _ body: @Sendable (MerchantServer) async throws -> Value
    ) async throws -> Value {
        let merchant = Merchant(faults: faults, clock: clock, refunds: refunds, takesFiscalData: takesFiscalData)
        return try await LoopbackServer.run { request in
            try await respond(to: request, merchant)
        } _: { port in
            try await body(MerchantServer(merchant: merchant, url: "http://127.0.0.1:\(port)/payme"))
        }
    }

    private static func respond(to request: Request, _ merchant: Merchant) async throws -> Response {
        let body = Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
        if request.uri.path == "/orders" {
            return await LoopbackServer.makeOrder(request, body, key: Merchant.merchantKey) { await merchant.add($0) }
        }
        if await merchant.isSilent { try await Task.sleep(for: .seconds(3600)) }
        return await merchant.answer(
            MerchantRequest(
                method: request.method.rawValue, authorization: request.headers[.authorization],
                contentType: request.headers[.contentType], body: body)
        ).http
    }
}
