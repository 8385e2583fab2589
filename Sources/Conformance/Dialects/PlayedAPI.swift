import NIOCore
import NIOHTTP1
import NIOPosix
import StrictJSON

/// The other side's own API as far as an endpoint needs it, played by the harness.
protocol PlayedAPI: Sendable {
    /// What a refusal calls it: "The bank".
    var title: String { get }
    /// The option that names its port: "--bank".
    var option: String { get }

    func answer(_ call: PlayedCall) async -> PlayedAnswer
    /// A scenario begins: whatever the one before has broken is mended.
    func mend()
    /// The run has ended: whoever still waits is let go.
    func close()
}

/// A call to such an API.
struct PlayedCall: Sendable {
    let method: String
    /// Path and query.
    let target: String
    let authorization: String?
    let idempotenceKey: String?
    let body: [UInt8]
}

/// What it is answered.
struct PlayedAnswer: Sendable {
    let status: Int
    var contentType = "application/json"
    let body: [UInt8]
}

extension PlayedAPI {
    func close() {}

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
                        try pipeline.addHandler(PlayedConnection(self))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        } catch {
            throw ConformanceError(
                .badArgument,
                "\(title) cannot be served on port \(port): \(error). Give another with \(option).")
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body("http://127.0.0.1:\(channel.localAddress?.port ?? port)"))
        } catch {
            result = .failure(error)
        }
        close()
        try? await channel.close()
        return try result.get()
    }
}

/// One connection. One answer for each.
private final class PlayedConnection: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPServerRequestFull
    typealias OutboundOut = HTTPServerResponsePart

    private let api: any PlayedAPI

    init(_ api: any PlayedAPI) {
        self.api = api
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let request = unwrapInboundIn(data)
        let (api, channel) = (api, context.channel)
        Task {
            let headers = request.head.headers
            let answer = await api.answer(
                PlayedCall(
                    method: request.head.method.rawValue, target: request.head.uri,
                    authorization: headers.first(name: "authorization"),
                    idempotenceKey: headers.first(name: "idempotence-key"),
                    body: request.body.map { Array($0.readableBytesView) } ?? []))
            let bytes = ByteBuffer(bytes: answer.body)
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status),
                headers: [
                    "content-type": answer.contentType, "content-length": String(bytes.readableBytes),
                    "connection": "close",
                ])
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(bytes)), promise: nil)
            try? await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            try? await channel.close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
