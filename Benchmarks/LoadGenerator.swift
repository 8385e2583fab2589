import NIOCore
import NIOPosix
import Synchronization

/// Sends requests over kept-alive connections, each the next as soon as its answer is there.
struct LoadGenerator {
    let port: Int
    let connections: Int
    let threads: Int

    /// Runs until the time is up or the requests are used up.
    /// - Parameters:
    ///   - requests: whole HTTP requests, made before the clock runs.
    ///   - marker: what every answer must hold, so that a fast refusal is not taken for speed.
    func run(_ requests: [ByteBuffer], marker: [UInt8], seconds: Double) async throws -> LoadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let source = RequestSource(requests)
        let collector = Mutex<[LoadHandler.Record]>([])
        let end = NIODeadline.now() + .nanoseconds(Int64(seconds * 1_000_000_000))
        let start = NIODeadline.now()
        let bootstrap = ClientBootstrap(group: group)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = LoadHandler(source: source, marker: marker, end: end) { record in
                        collector.withLock { $0.append(record) }
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let channels = try await withThrowingTaskGroup(of: (any Channel).self) { tasks in
            for _ in 0..<connections {
                let connecting = bootstrap.connect(host: "127.0.0.1", port: port)
                tasks.addTask { try await connecting.get() }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        for channel in channels { try await channel.closeFuture.get() }
        let elapsed = NIODeadline.now() - start
        try await group.shutdownGracefully()
        return LoadResult(collector.withLock { $0 }, elapsed: elapsed)
    }
}

/// Hands out each request once.
final class RequestSource: Sendable {
    private let requests: [ByteBuffer]
    private let next = Atomic<Int>(0)

    init(_ requests: [ByteBuffer]) {
        self.requests = requests
    }

    func take() -> ByteBuffer? {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < requests.count ? requests[index] : nil
    }
}

/// One connection: a request, its whole answer, the next request.
final class LoadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What one connection saw.
    struct Record: Sendable {
        var microseconds: [UInt32] = []
        var wrong = 0
        var example: String?
        var last: NIODeadline = .uptimeNanoseconds(0)
    }

    private let source: RequestSource
    private let marker: [UInt8]
    private let end: NIODeadline
    private let onDone: (Record) -> Void
    private var record = Record()
    private var sentAt: NIODeadline = .uptimeNanoseconds(0)
    private var received = ByteBuffer()

    init(source: RequestSource, marker: [UInt8], end: NIODeadline, onDone: @escaping (Record) -> Void) {
        self.source = source
        self.marker = marker
        self.end = end
        self.onDone = onDone
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelInactive(context: ChannelHandlerContext) { onDone(record) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func send(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        guard now < end, let request = source.take() else { return context.close(promise: nil) }
        sentAt = now
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = buffer } else { received.writeBuffer(&buffer) }
        guard let isRight = AnswerScan.scan(received.readableBytesView, marker: marker) else { return }
        let now = NIODeadline.now()
        record.microseconds.append(UInt32(clamping: (now - sentAt).nanoseconds / 1_000))
        record.last = now
        if !isRight {
            record.wrong += 1
            if record.example == nil { record.example = String(buffer: received) }
        }
        received.clear()
        send(context)
    }
}

/// Finds the end of an HTTP answer that tells its length.
enum AnswerScan {
    /// Whether the answer holds the marker; nil while it is not complete.
    static func scan(_ bytes: ByteBufferView, marker: [UInt8]) -> Bool? {
        bytes.withUnsafeBytes { raw in
            guard let headEnd = find(Array("\r\n\r\n".utf8), in: raw, from: 0) else { return nil }
            guard let length = contentLength(raw, headEnd) else { return false }
            guard raw.count >= headEnd + 4 + length else { return nil }
            return marker.isEmpty || find(marker, in: raw, from: headEnd) != nil
        }
    }

    private static let lengthName = Array("content-length:".utf8)

    private static func contentLength(_ raw: UnsafeRawBufferPointer, _ headEnd: Int) -> Int? {
        var lineStart = 0
        var index = 0
        while index <= headEnd {
            if raw[index] == UInt8(ascii: "\r") {
                if let value = length(raw, lineStart, index) { return value }
                lineStart = index + 2
            }
            index += 1
        }
        return nil
    }

    private static func length(_ raw: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int? {
        guard end - start > lengthName.count else { return nil }
        for (offset, byte) in lengthName.enumerated() where raw[start + offset] | 0x20 != byte | 0x20 { return nil }
        var value = 0
        for index in (start + lengthName.count)..<end where raw[index] != UInt8(ascii: " ") {
            value = value * 10 + Int(raw[index] &- 48)
        }
        return value
    }

    private static func find(_ needle: [UInt8], in raw: UnsafeRawBufferPointer, from: Int) -> Int? {
        guard raw.count >= needle.count, let first = needle.first else { return nil }
        var index = from
        while index <= raw.count - needle.count {
            if raw[index] == first, needle.indices.allSatisfy({ raw[index + $0] == needle[$0] }) { return index }
            index += 1
        }
        return nil
    }
}
