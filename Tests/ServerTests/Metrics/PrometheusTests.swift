import CoreMetrics
import Testing

@testable import Server

@Suite("Prometheus text")
struct PrometheusTests {
    @Test("of nothing is empty")
    func nothing() {
        #expect(PrometheusRegistry().text() == "")
    }

    @Test("of a counter is its sum")
    func counter() {
        let registry = PrometheusRegistry()
        let counter = registry.makeCounter(label: "calls", dimensions: [("gateway", "payme")])
        counter.increment(by: 2)
        registry.makeCounter(label: "calls", dimensions: [("gateway", "payme")]).increment(by: 40)
        registry.makeCounter(label: "calls", dimensions: []).increment(by: 9_007_199_254_740_992)
        #expect(
            registry.text() == """
                # TYPE calls counter
                calls 9007199254740992
                calls{gateway="payme"} 42

                """)
        counter.reset()
        #expect(registry.text().contains("calls{gateway=\"payme\"} 0\n"))
    }

    @Test("of a gauge is what it was set to last")
    func gauge() {
        let registry = PrometheusRegistry()
        let meter = registry.makeMeter(label: "waiting", dimensions: [])
        meter.set(7 as Int64)
        meter.increment(by: 0.5)
        #expect(registry.text() == "# TYPE waiting gauge\nwaiting 7.5\n")
        meter.set(-3 as Int64)
        #expect(registry.text() == "# TYPE waiting gauge\nwaiting -3\n")
        registry.makeRecorder(label: "last", dimensions: [], aggregate: false).record(1e300)
        #expect(registry.text().hasPrefix("# TYPE last gauge\nlast 1e+300\n"))
    }

    @Test("of a timer is a histogram of seconds whose buckets hold all that is below them")
    func histogram() {
        let registry = PrometheusRegistry()
        let timer = registry.makeTimer(label: "duration", dimensions: [("code", "0")])
        // 100 µs to the nanosecond, one more, 30 ms, 10 s, 11 s.
        for nanoseconds in [100_000, 100_001, 30_000_000, 10_000_000_000, 11_000_000_000] as [Int64] {
            timer.recordNanoseconds(nanoseconds)
        }
        #expect(
            registry.text() == """
                # TYPE duration histogram
                duration_bucket{code="0",le="0.0001"} 1
                duration_bucket{code="0",le="0.0005"} 2
                duration_bucket{code="0",le="0.001"} 2
                duration_bucket{code="0",le="0.0025"} 2
                duration_bucket{code="0",le="0.005"} 2
                duration_bucket{code="0",le="0.01"} 2
                duration_bucket{code="0",le="0.025"} 2
                duration_bucket{code="0",le="0.05"} 3
                duration_bucket{code="0",le="0.1"} 3
                duration_bucket{code="0",le="0.25"} 3
                duration_bucket{code="0",le="0.5"} 3
                duration_bucket{code="0",le="1"} 3
                duration_bucket{code="0",le="2.5"} 3
                duration_bucket{code="0",le="5"} 3
                duration_bucket{code="0",le="10"} 4
                duration_bucket{code="0",le="+Inf"} 5
                duration_sum{code="0"} 21.030200001
                duration_count{code="0"} 5

                """)
    }

    @Test("escapes what a label may hold, and mends what a name may not")
    func escaping() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "my.calls-of ж", dimensions: [("the-name", "a\\b\"c\nd «é»")]).increment(by: 1)
        #expect(
            registry.text() == """
                # TYPE my_calls_of__ counter
                my_calls_of__{the_name="a\\\\b\\"c\\nd «é»"} 1

                """)
    }

    @Test("is sorted, each name with its type once")
    func sorted() {
        let registry = PrometheusRegistry()
        for (label, value) in [("b", "2"), ("a", "1"), ("b", "1"), ("a", "2")] {
            registry.makeCounter(label: label, dimensions: [("x", value)]).increment(by: 1)
        }
        #expect(
            registry.text() == """
                # TYPE a counter
                a{x="1"} 1
                a{x="2"} 1
                # TYPE b counter
                b{x="1"} 1
                b{x="2"} 1

                """)
    }

    @Test("loses no count when many count at once, also for the first time")
    func race() async {
        let registry = PrometheusRegistry()
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<500 {
                        let name = (task + number) % 10
                        registry.makeCounter(label: "n\(name)", dimensions: []).increment(by: 1)
                    }
                }
            }
        }
        let counts = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(counts.count == 10)
        #expect(counts.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +) == 4_000)
    }
}
