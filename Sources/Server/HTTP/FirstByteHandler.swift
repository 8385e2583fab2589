import NIOCore

/// Stands before the decoder and sees the first byte of a request, so that a head that drips has a deadline too.
///
/// With TLS it stands before that as well: a handshake that drips is ended in the same way.
final class FirstByteHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let onBytes: (ChannelHandlerContext) -> Void

    /// - Parameter onBytes: called on the event loop for every read.
    init(_ onBytes: @escaping (ChannelHandlerContext) -> Void) {
        self.onBytes = onBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        onBytes(context)
        context.fireChannelRead(data)
    }
}
