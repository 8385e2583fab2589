import Foundation
import NIOCore
import NIOPosix
import StrictJSON
import Synchronization

/// Payers' pages of Pix that are open all at once, each with its live events, while one after the other is paid.
struct OpenPages {
    let count: Int
    let program: String
    let port: Int
    private let key = "merchant-key-of-the-benchmark"

    /// - Parameter folder: for the database.
    func run(in folder: String) async throws -> OpenPagesResult {
        try Self.allowFiles(count + 256)
        let server = try ChildServer(
            program, ["serve"],
            environment: [
                "API_PORT": String(port), "DATABASE_URL": "sqlite:\(folder)/pages.db", "MERCHANT_API_KEY": key,
                "PIX_KEY": "123e4567-e12b-12d1-a456-426655440000", "PIX_MERCHANT_NAME": "Fulano de Tal",
                // Each payer has an address, as behind a proxy: one address has a limited number of pages.
                "PIX_MERCHANT_CITY": "BRASILIA", "HTTP_TRUSTED_PROXIES": "127.0.0.0/8", "LOG_LEVEL": "error",
            ], port: port)
        defer { server.stop() }
        let atFirst = server.peakMegabytes
        var ids: [String] = []
        for _ in 0..<count { ids.append(try await create()) }
        let opened = Mutex(0)
        let seen = Mutex<[Int: NIODeadline]>([:])
        var channels: [any Channel] = []
        for (number, id) in ids.enumerated() {
            let request =
                "GET /payments/pix/\(id)/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
                + "X-Forwarded-For: 10.0.\(number / 250).\(number % 250 + 1)\r\n\r\n"
            channels.append(
                try await connect(
                    EventsHandler(
                        onOpen: { opened.withLock { $0 += 1 } },
                        onPaid: { seen.withLock { $0[number] = .now() } }), request))
        }
        guard await Self.eventually({ opened.withLock { $0 } == count }) else {
            throw BenchFailure("only \(opened.withLock { $0 }) of \(count) pages were opened")
        }
        var sent: [NIODeadline] = []
        for id in ids {
            sent.append(.now())
            let answer = try await call(
                "POST", "/payments/pix/confirm", #"{"bank_payment_id":"\#(id)","amount":"10.50"}"#)
            guard answer.hasPrefix("HTTP/1.1 200") else { throw BenchFailure("not confirmed: \(answer.prefix(300))") }
        }
        _ = await Self.eventually { seen.withLock { $0.count } == count }
        let found = seen.withLock { $0 }
        let waits = found.map { Double(($0.value - sent[$0.key]).nanoseconds) / 1e6 }.sorted()
        let megabytes = server.peakMegabytes
        for channel in channels { channel.close(promise: nil) }
        return OpenPagesResult(
            pages: count, missed: count - found.count, milliseconds: waits, megabytesAtFirst: atFirst,
            megabytes: megabytes)
    }

    private func create() async throws -> String {
        let answer = try await call("POST", "/payments/pix", #"{"amount":"10.50"}"#)
        guard let body = answer.range(of: "\r\n\r\n").map({ String(answer[$0.upperBound...]) }),
            let id = try JSONValue(parsing: body)["payment"]?["id"]?.stringValue
        else { throw BenchFailure("no charge: \(answer.prefix(300))") }
        return id
    }

    /// The whole answer of one request on a connection of its own.
    private func call(_ method: String, _ path: String, _ body: String) async throws -> String {
        let bytes = Mutex<[UInt8]>([])
        let request =
            "\(method) \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let channel = try await connect(BytesHandler { view in bytes.withLock { $0 += view } }, request)
        try await channel.closeFuture.get()
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }

    private func connect(
        _ handler: @autoclosure @escaping @Sendable () -> some ChannelHandler, _ request: String
    ) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler()) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: request))
        return channel
    }

    private static func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<1_000 {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return condition()
    }

    /// Each page is a file here, and one in the server, which takes over what this process may have.
    private static func allowFiles(_ count: Int) throws {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(count)))
        guard setrlimit(resource, &limit) == 0, limit.rlim_cur >= rlim_t(count) else {
            throw BenchFailure("\(count) open files are not allowed here: ulimit -n")
        }
    }
}

/// What became of the pages.
struct OpenPagesResult {
    let pages: Int
    let missed: Int
    /// From sending the confirmation to the page that shows it, so with the commit, in rising order.
    let milliseconds: [Double]
    let megabytesAtFirst: Double?
    let megabytes: Double?

    static let megabytesMaximum = 150.0
    static let millisecondsMaximum = 200.0

    func percentile(_ part: Double) -> Double {
        milliseconds.isEmpty ? .nan : milliseconds[min(milliseconds.count - 1, Int(Double(milliseconds.count) * part))]
    }

    /// What is not as it should be; nil: nothing.
    var failure: String? {
        if missed > 0 { return "\(missed) of \(pages) pages did not see their payment" }
        if let megabytes, megabytes >= Self.megabytesMaximum {
            return "\(Int(megabytes)) MB for \(pages) open pages, and \(Int(Self.megabytesMaximum)) are allowed"
        }
        if percentile(0.99) >= Self.millisecondsMaximum {
            return
                "a payment was seen after \(Int(percentile(0.99))) ms, and \(Int(Self.millisecondsMaximum)) are allowed"
        }
        return nil
    }
}

/// Hears events until one says that it is paid.
private final class EventsHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onOpen: () -> Void
    private let onPaid: () -> Void
    private var isOpen = false
    private var isPaid = false
    /// The end of what came, for a word that is cut in two.
    private var tail = ""

    init(onOpen: @escaping @Sendable () -> Void, onPaid: @escaping @Sendable () -> Void) {
        self.onOpen = onOpen
        self.onPaid = onPaid
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = tail + String(buffer: unwrapInboundIn(data))
        tail = String(text.suffix(32))
        if !isOpen, text.contains(#""status":"pending""#) {
            isOpen = true
            onOpen()
        }
        if !isPaid, text.contains(#""status":"paid""#) {
            isPaid = true
            onPaid()
        }
    }
}

private final class BytesHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onBytes: (ByteBufferView) -> Void

    init(_ onBytes: @escaping @Sendable (ByteBufferView) -> Void) {
        self.onBytes = onBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { onBytes(unwrapInboundIn(data).readableBytesView) }
}
