import NIOCore

/// Sits where bytes come in and go out. It tells that bytes came, before anybody has made sense of them, and lets the
/// last answer get through before a connection closes.
///
/// NIO drops what is not yet sent when a channel closes, and Hummingbird closes at shutdown as soon as the end of the
/// answer is written: a client that reads a long statement slowly would get a part of it.
final class WireHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case open, lingering, ending
    }

    private let onBytes: () -> Void
    private let linger: TimeAmount
    private var phase = Phase.open

    /// - Parameters:
    ///   - linger: how long a close waits for what is not yet sent.
    ///   - onBytes: called for every piece that comes in.
    init(linger: TimeAmount, onBytes: @escaping () -> Void) {
        self.linger = linger
        self.onBytes = onBytes
    }

    /// The next close is carried out at once.
    func stopLingering() { phase = .ending }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        onBytes()
        context.fireChannelRead(data)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .open where mode == .all && Self.hasUnsent(context):
            phase = .lingering
            closeWhenSent(context, promise)
        case .lingering where mode == .all:
            // It closes soon enough.
            context.channel.closeFuture.cascade(to: promise)
        case .open, .lingering, .ending:
            context.close(mode: mode, promise: promise)
        }
    }

    private func closeWhenSent(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        let loop = context.eventLoop.assumeIsolated()
        let bell = loop.scheduleTask(in: linger) { context.close(promise: nil) }
        sent.futureResult.assumeIsolated().whenComplete { [self] _ in
            bell.cancel()
            phase = .ending
            context.close(promise: promise)
        }
        // Nothing, behind everything: it is sent when all is.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
    }

    private static func hasUnsent(_ context: ChannelHandlerContext) -> Bool {
        let bytes = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return (bytes ?? 0) > 0
    }
}
