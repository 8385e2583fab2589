import Delivery
import Synchronization
import Testing

/// The waits here are real: a wake has no clock to move. What must not be waited for is given ten minutes, what must be
/// waited for a quarter of a second.
@Suite("Wake")
struct WakeTests {
    private let never: Int64 = 600_000

    private func seconds(_ work: @Sendable () async -> Void) async -> Double {
        let elapsed = await ContinuousClock().measure { await work() }
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }

    @Test("raised before the wait, it does not wait")
    func before() async {
        let wake = Wake()
        wake.raise()
        wake.raise()
        #expect(await seconds { await wake.wait(milliseconds: never) } < 60)
    }

    @Test("raised during the wait, it returns")
    func during() async {
        let wake = Wake()
        let waiting = Task { await wake.wait(milliseconds: never) }
        for _ in 0..<100 { await Task.yield() }
        wake.raise()
        #expect(await seconds { await waiting.value } < 60)
    }

    @Test("not raised, it waits its time")
    func timeout() async {
        let wake = Wake()
        #expect(await seconds { await wake.wait(milliseconds: 250) } > 0.2)
    }

    @Test("being raised any number of times counts once, and the wait after it is whole")
    func wholeAfterwards() async {
        let wake = Wake()
        for _ in 0..<3 {
            wake.raise()
            wake.raise()
            await wake.wait(milliseconds: never)
            // The timer of the wait before must not cut this one short.
            #expect(await seconds { await wake.wait(milliseconds: 250) } > 0.2)
        }
    }

    @Test("a wait that was raised while it waited leaves nothing behind either")
    func wholeAfterBeingRaised() async {
        let wake = Wake()
        let waiting = Task { await wake.wait(milliseconds: never) }
        for _ in 0..<100 { await Task.yield() }
        wake.raise()
        await waiting.value
        #expect(await seconds { await wake.wait(milliseconds: 250) } > 0.2)
    }

    @Test("a cancelled task does not wait, cancelled before or during")
    func cancelled() async {
        let wake = Wake()
        let before = Task {
            while !Task.isCancelled { await Task.yield() }
            await wake.wait(milliseconds: never)
        }
        before.cancel()
        #expect(await seconds { await before.value } < 60)
        let during = Task { await wake.wait(milliseconds: never) }
        for _ in 0..<100 { await Task.yield() }
        during.cancel()
        #expect(await seconds { await during.value } < 60)
    }

    private final class Made: Sendable {
        let count = Mutex(0)
    }

    @Test("no raise is lost, from any number of threads")
    func noneLost() async {
        let wake = Wake()
        let made = Made()
        let consumer = Task {
            var seen = 0
            while seen < 10_000 {
                seen = made.count.withLock { $0 }
                if seen < 10_000 { await wake.wait(milliseconds: never) }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    for _ in 0..<1_000 {
                        made.count.withLock { $0 += 1 }
                        wake.raise()
                    }
                }
            }
        }
        #expect(await seconds { await consumer.value } < 60)
    }
}
