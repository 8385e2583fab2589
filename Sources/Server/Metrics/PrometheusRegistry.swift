public import CoreMetrics
import Synchronization

/// A swift-metrics back end that keeps everything in memory and writes it as Prometheus text.
public final class PrometheusRegistry: MetricsFactory {
    struct Key: Hashable {
        let name: String
        let labels: [String]
    }

    private let series = Mutex<[Key: PrometheusSeries]>([:])

    /// Without series.
    public init() {}

    /// All series, in the text format 0.0.4.
    public func text() -> String {
        let all = series.withLock { Array($0) }
        var names: [String: [(Key, PrometheusSeries)]] = [:]
        for (key, value) in all { names[key.name, default: []].append((key, value)) }
        var text = ""
        for name in names.keys.sorted() {
            let members = (names[name] ?? []).sorted { $0.0.labels.lexicographicallyPrecedes($1.0.labels) }
            guard let kind = members.first?.1.kind else { continue }
            text += "# TYPE \(name) \(kind.rawValue)\n"
            for (key, value) in members { value.write(name: key.name, labels: key.labels, to: &text) }
        }
        return text
    }

    private func find(
        _ label: String, _ dimensions: [(String, String)], _ kind: PrometheusSeries.Kind
    ) -> PrometheusSeries {
        let labels = dimensions.map { "\(Self.name($0.0))=\"\(Self.escaped($0.1))\"" }
        let key = Key(name: Self.name(label), labels: labels)
        return series.withLock { series in
            if let known = series[key] { return known }
            let fresh = PrometheusSeries(kind)
            // Labels come from documents and enumerations, never from callers; the cap is for a mistake of ours.
            if series.count < 10_000 { series[key] = fresh }
            return fresh
        }
    }

    private static func name(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// A Prometheus counter. Characters that Prometheus does not take in names become `_`.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        find(label, dimensions, .counter)
    }

    /// A Prometheus gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        find(label, dimensions, .gauge)
    }

    /// A histogram with the bounds of ``makeTimer(label:dimensions:)`` if values are aggregated, else a gauge.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        find(label, dimensions, aggregate ? .histogram : .gauge)
    }

    /// A histogram in seconds, from 0.1 ms to 10 s.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        find(label, dimensions, .histogram)
    }

    // A series lives as long as the process: a counter that vanished would look like a restart.
    /// Does nothing: the series stays.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing: the series stays.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing: the series stays.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing: the series stays.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
