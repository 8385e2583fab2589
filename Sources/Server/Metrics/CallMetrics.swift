import CoreMetrics
import Synchronization

/// Counts and times the calls of a gateway, by method and answer.
final class CallMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let code: Int
    }

    private let gateway: String
    private let factory: any MetricsFactory
    private let timers = Mutex<[Key: any TimerHandler]>([:])

    init(gateway: String, factory: any MetricsFactory) {
        self.gateway = gateway
        self.factory = factory
    }

    /// - Parameters:
    ///   - method: as the document names it; nil: none of its methods.
    ///   - code: the error's code; nil: a result.
    func record(method: String?, code: Int?, since start: ContinuousClock.Instant) {
        let key = Key(method: method ?? "none", code: code ?? 0)
        let timer = timers.withLock { timers in
            if let known = timers[key] { return known }
            let fresh = factory.makeTimer(
                label: "tiyin_call_duration_seconds",
                dimensions: [("gateway", gateway), ("method", key.method), ("code", String(key.code))])
            timers[key] = fresh
            return fresh
        }
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
