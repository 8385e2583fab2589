import CoreMetrics
import Synchronization

/// One series: a counter, a gauge, or a histogram of seconds.
final class PrometheusSeries: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private struct State {
        var value = 0.0
        var count: Int64 = 0
        var buckets: [Int64]
    }

    /// Upper bounds in seconds.
    private static let bounds: [Double] = [
        0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    let kind: Kind
    private let state: Mutex<State>

    init(_ kind: Kind) {
        self.kind = kind
        state = Mutex(State(buckets: kind == .histogram ? Array(repeating: 0, count: Self.bounds.count) : []))
    }

    func increment(by amount: Int64) { state.withLock { $0.value += Double(amount) } }

    func reset() { state.withLock { $0.value = 0 } }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { state.withLock { $0.value = value } }

    func increment(by amount: Double) { state.withLock { $0.value += amount } }

    func decrement(by amount: Double) { state.withLock { $0.value -= amount } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard kind == .histogram else { return set(value) }
        state.withLock { state in
            state.value += value
            state.count += 1
            if let bucket = Self.bounds.firstIndex(where: { value <= $0 }) { state.buckets[bucket] += 1 }
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func write(name: String, labels: [String], to text: inout String) {
        let state = state.withLock { $0 }
        func line(_ suffix: String, _ labels: [String], _ value: String) {
            text += name + suffix + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(value)\n"
        }
        guard kind == .histogram else { return line("", labels, Self.number(state.value)) }
        var total: Int64 = 0
        for (bound, count) in zip(Self.bounds, state.buckets) {
            total += count
            line("_bucket", labels + ["le=\"\(Self.number(bound))\""], String(total))
        }
        line("_bucket", labels + ["le=\"+Inf\""], String(state.count))
        line("_sum", labels, Self.number(state.value))
        line("_count", labels, String(state.count))
    }

    private static func number(_ value: Double) -> String {
        Double(Int64(exactly: value.rounded()) ?? 0) == value ? String(Int64(value)) : String(value)
    }
}
