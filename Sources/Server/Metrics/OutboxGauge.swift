import CoreMetrics
import Logging
import Payments
import Storage
import Synchronization

/// How many events wait, for `/metrics`. Counted at most once a second, so that nobody can make us read more.
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
                let waiting = try await store.engine.read(.scan) { sql in
                    try SQLPaymentSession(sql: sql).countWaiting(target: target)
                }
                registry.makeMeter(label: "tiyin_outbox_waiting", dimensions: [("target", target)]).set(waiting)
            } catch {
                logger.warning("outbox cannot be counted", metadata: ["error": "\(error)"])
            }
        }
    }
}
