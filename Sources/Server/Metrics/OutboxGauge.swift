import CoreMetrics
import Logging
import Payments
import Storage
import Synchronization

/// How many events wait, for how long, and how many were given up, for `/metrics`. Counted at most once a second, so that nobody can make us read more.
final class OutboxGauge: Sendable {
    private let store: Store
    private let targets: [String]
    private let registry: PrometheusRegistry
    private let clock: TimeSource
    private let last = Mutex<Int64?>(nil)

    init(store: Store, targets: [String], registry: PrometheusRegistry, clock: TimeSource) {
        self.store = store
        self.targets = targets
        self.registry = registry
        self.clock = clock
    }

    func measure(_ logger: Logger) async {
        let now = clock.now
        let isDue = last.withLock { last in
            if let last, (0..<1_000).contains(now - last) { return false }
            last = now
            return true
        }
        guard isDue else { return }
        for target in targets {
            do {
                let (waiting, dead, oldest, isStopped) = try await store.engine.read(.scan) { sql in
                    let session = SQLPaymentSession(sql: sql)
                    return (
                        try session.countWaiting(target: target), try session.countDead(target: target),
                        try session.oldestWaiting(target: target), try session.stopped(target: target) != nil
                    )
                }
                func show(_ name: String, _ value: Int64) {
                    registry.makeMeter(label: name, dimensions: [("target", target)]).set(value)
                }
                show("tiyin_outbox_waiting", waiting)
                show("tiyin_outbox_dead", dead)
                show("tiyin_outbox_oldest_seconds", oldest.map { max(0, now - $0) / 1_000 } ?? 0)
                show("tiyin_outbox_stopped", isStopped ? 1 : 0)
            } catch {
                logger.warning("outbox cannot be counted", metadata: ["error": "\(error)"])
            }
        }
    }
}
