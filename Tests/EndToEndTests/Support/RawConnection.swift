import NIOCore
import NIOPosix

/// Bytes to a server and back, exactly as the test wrote them.
struct RawConnection {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received: [UInt8] = []
    private let channel: any Channel

    /// Connects, runs the closure, closes. A server that says nothing for so long is as good as gone.
    static func with<T>(
        port: Int, within limit: TimeAmount = .seconds(20), _ body: (inout RawConnection) async throws -> T
    ) async throws -> T {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        let bell = channel.channel.eventLoop.scheduleTask(in: limit) { [channel = channel.channel] in
            channel.close(promise: nil)
        }
        defer { bell.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(
                inbound: inbound.makeAsyncIterator(), outbound: outbound, channel: channel.channel)
            return try await body(&connection)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel
    ) {
        self.inbound = inbound
        self.outbound = outbound
        self.channel = channel
    }

    /// Whether the bytes could be sent; false if the server has closed already.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) async -> Bool {
        do {
            try await outbound.write(ByteBuffer(bytes: Array(bytes)))
            return true
        } catch {
            return false
        }
    }

    @discardableResult
    func send(_ text: String) async -> Bool { await send(text.utf8) }

    /// Sends no more, and still reads.
    func finish() { outbound.finish() }

    /// The next response; nil if the server closed, or said what is no HTTP.
    mutating func response(toHead: Bool = false) async -> RawResponse? {
        while true {
            if let (response, length) = RawResponse.parse(received, hasBody: !toHead) {
                received.removeFirst(length)
                return response
            }
            guard await receive() else { return nil }
        }
    }

    /// Waits for the first bytes of the next response; false if the server closed.
    mutating func begins() async -> Bool {
        if !received.isEmpty { return true }
        return await receive()
    }

    /// Everything up to the server's close.
    mutating func rest() async -> [UInt8] {
        while await receive() {}
        defer { received = [] }
        return received
    }

    /// Whether the server closes without another byte.
    mutating func isClosed() async -> Bool { await rest().isEmpty }

    private mutating func receive() async -> Bool {
        guard let buffer = try? await inbound.next() else { return false }
        received.append(contentsOf: buffer.readableBytesView)
        return true
    }
}
