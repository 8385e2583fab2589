import Conformance
import Hummingbird

/// A PIX merchant behind a real port, for as long as a closure runs.
struct PixServer {
    let url: String
    let txids: [String]
    private let merchant: PixMerchant
    private let hasBank: Bool

    static func run<Value: Sendable>(
        faults: Set<PixFault> = [], hasBank: Bool = true, _ body: @Sendable (PixServer) async throws -> Value
    ) async throws -> Value {
        let txids = (10...59).map { "pedido00000000000000000000\($0)" }
        let merchant = PixMerchant(faults: faults, txids: txids)
        return try await LoopbackServer.run { request in
            let body = Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
            let status = await merchant.answer(
                request.method.rawValue, request.uri.path, contentType: request.headers[.contentType], body)
            return Response(status: .init(code: status))
        } _: { port in
            try await body(
                PixServer(
                    url: "http://127.0.0.1:\(port)\(PixMerchant.path)", txids: txids, merchant: merchant,
                    hasBank: hasBank))
        }
    }

    func configuration() -> ConformanceConfiguration {
        var configuration = ConformanceConfiguration(url: url, key: PixMerchant.key, amount: PixMerchant.amount)
        configuration.gateway = "pix"
        configuration.orders = txids
        configuration.bankPort = hasBank ? 0 : nil
        configuration.onBankServed = { [merchant] in merchant.ask($0) }
        // Tests share the machine with others; what times out is tested elsewhere.
        configuration.callMillisecondsMax = 60_000
        configuration.bankMillisecondsMax = 60_000
        return configuration
    }
}
