import CoreMetrics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Storage
import StrictJSON
import Synchronization

/// `GET /health` (the process answers), `/ready` (a write went through), `/metrics` (Prometheus text). The last two only to operators.
struct OperatorRoutes: Sendable {
    let readiness: Readiness
    let registry: PrometheusRegistry
    let outbox: OutboxGauge
    let access: OperatorAccess

    /// - Parameter targets: of the outbox, each counted.
    init(
        readiness: Readiness, registry: PrometheusRegistry, store: Store, targets: [String], clock: TimeSource,
        access: OperatorAccess
    ) {
        self.readiness = readiness
        self.registry = registry
        self.access = access
        outbox = OutboxGauge(store: store, targets: targets, registry: registry, clock: clock)
    }

    static let paths = [
        KnownPath("/health", [.get, .head]), KnownPath("/ready", [.get, .head], isForOperators: true),
        KnownPath("/metrics", [.get, .head], isForOperators: true),
    ]

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.get("/health") { _, _ in Self.status("ok", .ok) }
        router.get("/ready") { request, context in
            guard access.admits(request, context) else { return Problem.nothingHere.response }
            return await readiness.isReady(context.logger)
                ? Self.status("ready", .ok) : Self.status("not ready", .serviceUnavailable)
        }
        router.get("/metrics") { request, context in
            guard access.admits(request, context) else { return Problem.nothingHere.response }
            await outbox.measure(context.logger)
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: registry.text())))
        }
    }

    private static func status(_ text: String, _ status: HTTPResponse.Status) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.string(text)
        writer.endObject()
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    }
}

/// Whether a write goes through to the disk. Asked at most once a second, so that nobody can make us write more.
final class Readiness: Sendable {
    private let store: Store
    private let clock: TimeSource
    private let last = Mutex<(at: Int64, isReady: Bool)?>(nil)

    init(store: Store, clock: TimeSource) {
        self.store = store
        self.clock = clock
    }

    func isReady(_ logger: Logger) async -> Bool {
        let now = clock.now
        if let last = last.withLock({ $0 }), (0..<1_000).contains(now - last.at) { return last.isReady }
        var isReady = false
        do {
            isReady = try await store.engine.write { try SQLPaymentSession(sql: $0).touchReadiness(at: now) } == now
        } catch {
            logger.error("not ready", metadata: ["error": "\(error)"])
        }
        last.withLock { $0 = (now, isReady) }
        return isReady
    }
}
