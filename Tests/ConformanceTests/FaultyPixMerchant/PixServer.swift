import Conformance
import Hummingbird
import NIOCore
import NIOPosix

/// A PIX merchant behind a real port, for as long as a closure runs.
struct PixServer {
    let url: String
    let txids: [String]
    let bankPort: Int?

    static func run<Value: Sendable>(
        faults: Set<PixFault> = [], hasBank: Bool = true, _ body: @Sendable (PixServer) async throws -> Value
    ) async throws -> Value {
        let bankPort = hasBank ? try await freePort() : nil
        let txids = (10...59).map { "pedido00000000000000000000\($0)" }
        let merchant = PixMerchant(
            faults: faults, txids: txids, bankURL: bankPort.map { "http://127.0.0.1:\($0)" })
        return try await LoopbackServer.run { request in
            let body = Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
            let status = await merchant.answer(
                request.method.rawValue, request.uri.path, contentType: request.headers[.contentType], body)
            return Response(status: .init(code: status))
        } _: { port in
            try await body(
                PixServer(
                    url: "http://127.0.0.1:\(port)\(PixMerchant.path)", txids: txids, bankPort: bankPort))
        }
    }

    /// A port that was free a moment ago.
    static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }

    func configuration() -> ConformanceConfiguration {
        var configuration = ConformanceConfiguration(url: url, key: PixMerchant.key, amount: PixMerchant.amount)
        configuration.gateway = "pix"
        configuration.orders = txids
        configuration.bankPort = bankPort
        // Tests share the machine with others; what times out is tested elsewhere.
        configuration.callMillisecondsMax = 60_000
        return configuration
    }
}
