import Synchronization

/// The clock of one sandbox: the machine's, and as many hours later as somebody wished.
///
/// Whoever starts a server for the sandbox gives it this clock. No other server knows of it, so none can be moved.
public final class SandboxClock: Sendable {
    private let base: @Sendable () -> Int64
    private let moved = Mutex<Int64>(0)
    private let watcher = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter base: the real time, milliseconds since 1970 UTC.
    public init(base: @escaping @Sendable () -> Int64) {
        self.base = base
    }

    /// Milliseconds since 1970 UTC.
    public var now: Int64 { base() + shift }

    /// How far it is ahead of the real time, milliseconds.
    public var shift: Int64 { moved.withLock { $0 } }

    /// Moves it forward; never back, because a payment's history cannot run backwards.
    public func advance(milliseconds: Int64) {
        precondition(milliseconds >= 0, "a clock runs forward")
        moved.withLock { $0 += milliseconds }
        watcher.withLock { $0 }?()
    }

    /// Is called after each move: who sleeps until a moment must look again.
    public func onMove(_ watcher: @escaping @Sendable () -> Void) { self.watcher.withLock { $0 = watcher } }
}
