import NIOCore
import NIOPosix
import StrictJSON
import TestSupport

/// A connection that never finishes what it began to send, a byte now and then.
struct Dripper {
    enum Kind: CaseIterable {
        /// The head never ends.
        case head
        /// The body never ends.
        case body
        /// The body never ends, of a request whose answer needs none.
        case needlessBody
        /// The body never ends, of a request that is answered as too large long before.
        case hugeBody
        /// A whole request, and behind it one whose body never ends.
        case bodyBehindRequest
        /// A whole request, and behind it one whose head never ends.
        case headBehindRequest
    }

    static let pause = TimeAmount.milliseconds(150)

    let kind: Kind
    private let channel: any Channel
    private let drip: RepeatedTask

    static func open(_ kind: Kind, port: Int, key: String) async throws -> Dripper {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: start(kind, key)))
        let drip = channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
            channel.writeAndFlush(ByteBuffer(string: "a"), promise: nil)
        }
        return Dripper(kind: kind, channel: channel, drip: drip)
    }

    /// Waits until the server has ended it.
    func isEnded(within limit: TimeAmount) async -> Bool {
        let promise = channel.eventLoop.makePromise(of: Bool.self)
        let bell = channel.eventLoop.scheduleTask(in: limit) { promise.succeed(false) }
        channel.closeFuture.whenComplete { _ in promise.succeed(true) }
        let isEnded = (try? await promise.futureResult.get()) ?? false
        bell.cancel()
        drip.cancel()
        channel.close(promise: nil)
        return isEnded
    }

    private static func start(_ kind: Kind, _ key: String) -> String {
        let call = RawRequest.post(
            #"{"method":"CheckTransaction","params":{"id":"none"},"id":1}"#, key: key)
        let open = RawRequest.head(key: key, ["Content-Length: 60000"])
        return switch kind {
        case .head: "POST \(RawRequest.path) HTTP/1.1\r\nHost: a\r\nX-Long: "
        case .body: open
        case .needlessBody: RawRequest.head("GET", key: key, target: "/health", ["Content-Length: 60000"])
        case .hugeBody:
            RawRequest.head(key: key, ["Content-Length: 10000000"]) + String(repeating: " ", count: 70_000)
        case .bodyBehindRequest: call + open
        case .headBehindRequest: call + "POST \(RawRequest.path) HTTP/1.1\r\nHost: a\r\nX-Long: "
        }
    }
}
