public import Payments
import Synchronization

/// A clock that stands until it is moved.
public final class ManualClock: Sendable {
    private let milliseconds: Mutex<Int64>

    /// 2026-11-21 00:00:00 UTC, unless told.
    public init(_ start: Int64 = 1_795_219_200_000) {
        milliseconds = Mutex(start)
    }

    public var now: Int64 {
        get { milliseconds.withLock { $0 } }
        set { milliseconds.withLock { $0 = newValue } }
    }

    public func advance(milliseconds delta: Int64) { milliseconds.withLock { $0 += delta } }

    public func advance(hours: Int64) { advance(milliseconds: hours * 3_600_000) }

    public var source: TimeSource { TimeSource { self.now } }
}
