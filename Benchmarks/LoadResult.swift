import NIOCore

/// What one measurement found.
struct LoadResult: Sendable {
    let requests: Int
    let perSecond: Double
    /// Microseconds.
    let p50: Double
    let p99: Double
    /// Processor time of the server for one request, microseconds.
    var processorMicroseconds = 0.0
    /// Answers without the marker.
    let wrong: Int
    let example: String?

    init(_ records: [LoadHandler.Record], elapsed: TimeAmount) {
        let all = records.flatMap(\.microseconds).sorted()
        requests = all.count
        perSecond = Double(all.count) / (Double(elapsed.nanoseconds) / 1_000_000_000)
        p50 = Self.percentile(all, 0.50)
        p99 = Self.percentile(all, 0.99)
        wrong = records.reduce(0) { $0 + $1.wrong }
        example = records.compactMap(\.example).first
    }

    private static func percentile(_ sorted: [UInt32], _ part: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
    }
}

extension Array where Element == Double {
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
    }
}
