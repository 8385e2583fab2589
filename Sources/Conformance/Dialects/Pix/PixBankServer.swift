import NIOCore
import NIOHTTP1
import NIOPosix
import StrictJSON

extension PixBank {
    /// Serves it on 127.0.0.1 while the closure runs.
    ///
    /// - Parameters:
    ///   - port: 0: a free one.
    ///   - body: is given the base URL.
    func serving<Value>(port: Int, _ body: (String) async throws -> Value) async throws -> Value {
        let channel: any Channel
        do {
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                        try pipeline.addHandler(NIOHTTPServerRequestAggregator(maxContentLength: 1 << 18))
                        try pipeline.addHandler(PixBankHandler(self))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        } catch {
            throw ConformanceError(
                .badArgument, "The bank cannot be served on port \(port): \(error). Give another with --bank.")
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body("http://127.0.0.1:\(channel.localAddress?.port ?? port)"))
        } catch {
            result = .failure(error)
        }
        try? await channel.close()
        return try result.get()
    }
}

/// One connection to the bank. One answer for each.
private final class PixBankHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPServerRequestFull
    typealias OutboundOut = HTTPServerResponsePart

    private let bank: PixBank

    init(_ bank: PixBank) {
        self.bank = bank
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let request = unwrapInboundIn(data)
        let (bank, channel) = (bank, context.channel)
        Task {
            let body = request.body.map { Array($0.readableBytesView) } ?? []
            let answer = await bank.answer(request.head.method.rawValue, request.head.uri, body)
            let bytes = ByteBuffer(bytes: answer.body.serialized())
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status),
                headers: [
                    "content-type": answer.status < 400 ? "application/json" : "application/problem+json",
                    "content-length": String(bytes.readableBytes), "connection": "close",
                ])
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(bytes)), promise: nil)
            try? await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            try? await channel.close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
