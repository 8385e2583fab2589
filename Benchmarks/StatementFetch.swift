import NIOCore
import NIOPosix
import Synchronization

/// Reads one large chunked answer without keeping it.
enum StatementFetch {
    /// - Returns: how many bytes came, framing included.
    static func count(port: Int, body: String) async throws -> Int {
        let total = Mutex(0)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Counter { count in total.withLock { $0 += count } })
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(Workload.request(body))
        try await channel.closeFuture.get()
        return total.withLock { $0 }
    }

    /// Counts, and closes at the last chunk.
    private final class Counter: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let onBytes: (Int) -> Void

        init(_ onBytes: @escaping (Int) -> Void) {
            self.onBytes = onBytes
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            onBytes(buffer.readableBytes)
            if buffer.readableBytesView.suffix(5).elementsEqual("0\r\n\r\n".utf8) { context.close(promise: nil) }
        }
    }
}
