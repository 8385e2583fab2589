import Conformance
import Foundation
import Synchronization

/// A clock that moves by a millisecond whenever it is read, and as far as it is told when somebody waits.
final class MerchantClock: Sendable {
    private let time: Mutex<Int64>

    init(startingAt time: Int64 = Int64(Date().timeIntervalSince1970 * 1000)) {
        self.time = Mutex(time)
    }

    func now() -> Int64 {
        time.withLock { time in
            time += 1
            return time
        }
    }

    func advance(milliseconds: Int64) {
        time.withLock { $0 += milliseconds }
    }

    /// The same clock, for the harness: its pauses take no time.
    var forHarness: ConformanceClock {
        ConformanceClock(now: { self.now() }, pause: { self.advance(milliseconds: $0) })
    }
}
