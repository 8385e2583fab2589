import Hummingbird
import Logging

/// Serves a router on this machine, for as long as somebody needs it.
enum LoopbackServer {
    /// - Parameters:
    ///   - port: 0: a free one.
    ///   - beside: runs as long as the server does.
    ///   - body: is given `http://127.0.0.1:PORT`.
    /// - Throws: what the closure throws, or why it cannot be served.
    static func serving<T: Sendable>(
        _ router: Router<BasicRequestContext>, port: Int, beside: (@Sendable () async -> Void)? = nil,
        _ body: (String) async throws -> T
    ) async throws -> T {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Whoever waits for the port must not wait for ever.
                defer { continuation.finish() }
                try await application.runService(gracefulShutdownSignals: [])
            }
            if let beside { group.addTask { await beside() } }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else {
                try await group.next()
                throw CancellationError()
            }
            return try await body("http://127.0.0.1:\(port)")
        }
    }
}
