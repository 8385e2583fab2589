import NIOCore
import NIOPosix
import Synchronization

/// Stands between a browser and a server and passes everything on, until it is told to cut.
public final class Relay: Sendable {
    /// Where browsers go, without a slash at the end.
    public let url: String
    private let port: Int
    private let target: Int
    private let listener: Mutex<any Channel>
    private let open = Connections()

    /// - Parameter target: the port of 127.0.0.1 that everything goes to.
    public init(to target: Int) async throws {
        let channel = try await Self.listen(on: 0, target, open)
        port = channel.localAddress?.port ?? 0
        url = "http://127.0.0.1:\(port)"
        self.target = target
        listener = Mutex(channel)
    }

    /// Ends every connection; nobody comes through any more.
    public func cut() async throws {
        try await listener.withLock { $0 }.close()
        for channel in open.all { try? await channel.close() }
    }

    /// Passes on again.
    public func mend() async throws {
        let channel = try await Self.listen(on: port, target, open)
        listener.withLock { $0 = channel }
    }

    private static func listen(on port: Int, _ target: Int, _ open: Connections) async throws -> any Channel {
        let group = MultiThreadedEventLoopGroup.singleton
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { inbound in
                open.add(inbound)
                return ClientBootstrap(group: inbound.eventLoop)
                    .channelInitializer { outbound in
                        outbound.eventLoop.makeCompletedFuture {
                            try outbound.pipeline.syncOperations.addHandler(PassOn(to: inbound))
                        }
                    }
                    .connect(host: "127.0.0.1", port: target)
                    .flatMap { outbound in
                        open.add(outbound)
                        return inbound.pipeline.addHandler(PassOn(to: outbound)).flatMap {
                            inbound.setOption(.autoRead, value: true)
                        }
                    }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }
}

/// Writes what one side says to the other, and ends with it.
private final class PassOn: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

private final class Connections: Sendable {
    private let channels = Mutex<[any Channel]>([])

    var all: [any Channel] { channels.withLock { $0 } }

    func add(_ channel: any Channel) { channels.withLock { $0.append(channel) } }
}
