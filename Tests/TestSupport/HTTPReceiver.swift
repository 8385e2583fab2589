import NIOCore
public import NIOHTTP1
import NIOPosix
public import NIOSSL
import Synchronization

/// A shop's own HTTP server, as a test plays it: it keeps what it got, and answers as it is told, or does not.
public final class HTTPReceiver: Sendable {
    public struct Request: Sendable {
        public let method: String
        public let uri: String
        public let headers: HTTPHeaders
        public let body: [UInt8]

        public func header(_ name: String) -> String? { headers.first(name: name) }
    }

    public enum Reaction: Sendable {
        case answer(Int, headers: [(String, String)] = [], body: [UInt8] = [])
        /// Nothing, until ``HTTPReceiver/release()``; then 200.
        case held
        /// A head that promises a body, of which one byte comes.
        case unfinished(Int)
        /// What is no HTTP at all.
        case noise
        case hangUp
    }

    private struct State {
        var requests: [Request] = []
        var connections: [any Channel] = []
        var held: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let listener = Mutex<(any Channel)?>(nil)

    public let port: Int

    public var url: String { "http://127.0.0.1:\(port)" }
    /// In the order in which they came.
    public var requests: [Request] { state.withLock { $0.requests } }
    /// How many connections there have been.
    public var connectionCount: Int { state.withLock { $0.connections.count } }

    /// - Parameters:
    ///   - address: where it listens, on a port of the system's choice unless told.
    ///   - tls: nil: plain HTTP.
    ///   - react: what becomes of a request.
    public init(
        at address: String = "127.0.0.1", port: Int = 0, tls: TLSConfiguration? = nil,
        react: @escaping @Sendable (Request) -> Reaction = { _ in .answer(204) }
    ) async throws {
        let secure = try tls.map { try NIOSSLContext(configuration: $0) }
        let owner = Mutex<HTTPReceiver?>(nil)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                guard let receiver = owner.withLock({ $0 }) else { return channel.close() }
                receiver.state.withLock { $0.connections.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let secure { try pipeline.addHandler(NIOSSLServerHandler(context: secure)) }
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(NIOHTTPServerRequestAggregator(maxContentLength: 1 << 20))
                    try pipeline.addHandler(Reactor(receiver: receiver, react: react))
                }
            }
            .bind(host: address, port: port).get()
        self.port = channel.localAddress?.port ?? 0
        listener.withLock { $0 = channel }
        owner.withLock { $0 = self }
    }

    /// Answers what was held.
    public func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for answer in held { answer() }
    }

    public func stop() async {
        let all = [listener.withLock { $0 }].compactMap { $0 } + state.withLock { $0.connections }
        for channel in all { try? await channel.close() }
    }

    /// Starts one that does the same with every request, runs the closure, stops it, whatever happened.
    public static func with<T>(
        _ reaction: Reaction = .answer(204), tls: TLSConfiguration? = nil, _ body: (HTTPReceiver) async throws -> T
    ) async throws -> T {
        let receiver = try await HTTPReceiver(tls: tls) { _ in reaction }
        do {
            let result = try await body(receiver)
            await receiver.stop()
            return result
        } catch {
            await receiver.stop()
            throw error
        }
    }

    fileprivate func note(_ request: Request) { state.withLock { $0.requests.append(request) } }

    fileprivate func hold(_ answer: @escaping @Sendable () -> Void) { state.withLock { $0.held.append(answer) } }
}

/// One connection of the receiver.
private final class Reactor: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPServerRequestFull
    typealias OutboundOut = HTTPServerResponsePart

    private let receiver: HTTPReceiver
    private let react: @Sendable (HTTPReceiver.Request) -> HTTPReceiver.Reaction

    init(receiver: HTTPReceiver, react: @escaping @Sendable (HTTPReceiver.Request) -> HTTPReceiver.Reaction) {
        self.receiver = receiver
        self.react = react
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let full = unwrapInboundIn(data)
        let request = HTTPReceiver.Request(
            method: full.head.method.rawValue, uri: full.head.uri, headers: full.head.headers,
            body: full.body.map { Array(buffer: $0) } ?? [])
        let reaction = react(request)
        // Noted after the reaction is known, so that who waits for a request finds what it led to.
        if case .held = reaction {
            let channel = context.channel
            receiver.hold { channel.eventLoop.execute { Self.answer(200, [], [], on: channel) } }
        }
        receiver.note(request)
        switch reaction {
        case .held: break
        case .answer(let status, let headers, let body):
            Self.answer(status, headers, body, on: context.channel)
        case .unfinished(let status):
            Self.head(status, [("content-length", "5")], on: context.channel)
            context.channel.writeAndFlush(Self.part(.body(.byteBuffer(ByteBuffer(string: "a")))), promise: nil)
        case .noise:
            let raw = context.pipeline.syncOperations
            guard let encoder = try? raw.context(handlerType: HTTPResponseEncoder.self) else { return }
            encoder.writeAndFlush(NIOAny(ByteBuffer(string: "+PONG\r\n\r\n")), promise: nil)
            context.close(promise: nil)
        case .hangUp: context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private static func part(_ part: HTTPServerResponsePart) -> HTTPServerResponsePart { part }

    private static func head(_ status: Int, _ headers: [(String, String)], on channel: any Channel) {
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: HTTPHeaders(headers))
        channel.write(part(.head(head)), promise: nil)
    }

    private static func answer(
        _ status: Int, _ headers: [(String, String)], _ body: [UInt8], on channel: any Channel
    ) {
        var headers = headers
        if status != 204 { headers.append(("content-length", String(body.count))) }
        head(status, headers, on: channel)
        if !body.isEmpty { channel.write(part(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil) }
        channel.writeAndFlush(part(.end(nil)), promise: nil)
    }
}
