import NIOCore
import NIOHTTP1

/// Speaks HTTP/1.0 with clients that do: no chunks, which they cannot read, and the connection ends after the answer
/// unless they asked to keep it and the answer tells its length. The types of requests above know no version.
///
/// Source: RFC 9112, 9.3 and 6.1.
final class OldVersionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Client {
        /// HTTP/1.1: not our business.
        case current
        /// HTTP/1.0, and the connection is kept, or ends after the answer.
        case keeping, ending
    }

    /// Of each request that is not answered yet, in their order.
    private var clients: [Client] = []
    /// What is sent behind the last request is not read.
    private var isOver = false

    /// Adds itself behind what makes sense of the bytes; nothing where there is none.
    static func add(to pipeline: ChannelPipeline) {
        let pipeline = pipeline.syncOperations
        guard let decoder = try? pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self) else { return }
        try? pipeline.addHandler(OldVersionHandler(), position: .after(decoder))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        if case .head(let head) = unwrapInboundIn(data) {
            isOver = clients.last == .ending
            guard !isOver else { return }
            clients.append(Self.client(head))
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let client = clients.first, client != .current else {
            if !clients.isEmpty, case .end = unwrapOutboundIn(data) { clients.removeFirst() }
            return context.write(data, promise: promise)
        }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code < 200:
            // HTTP/1.0 knows no answer before the answer.
            promise?.succeed()
        case .head(let head):
            context.write(wrapOutboundOut(.head(answer(head, to: client))), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            clients.removeFirst()
            guard client == .ending else { return context.write(data, promise: promise) }
            isOver = true
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        }
    }

    private static func client(_ head: HTTPRequestHead) -> Client {
        if (head.version.major, head.version.minor) >= (1, 1) { return .current }
        return head.isKeepAlive ? .keeping : .ending
    }

    private func answer(_ head: HTTPResponseHead, to client: Client) -> HTTPResponseHead {
        var head = head
        head.version = .http1_0
        head.headers.remove(name: "transfer-encoding")
        if client == .keeping, head.headers.contains(name: "content-length") {
            head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
        } else {
            head.headers.replaceOrAdd(name: "connection", value: "close")
            clients[0] = .ending
        }
        return head
    }
}
