import Synchronization

/// What a runner remembers from round to round.
final class RunnerStanding: Sendable {
    private struct State {
        var hasBegun = false
        var lastSweep: Int64?
        var isStopped = false
    }

    private let state = Mutex(State())

    var isFirst: Bool { state.withLock { !$0.hasBegun } }

    func begun() { state.withLock { $0.hasBegun = true } }

    /// Whether it is time again; true at most once in that many milliseconds.
    func isTime(at now: Int64, every milliseconds: Int64) -> Bool {
        state.withLock { state in
            if let last = state.lastSweep, (0..<milliseconds).contains(now - last) { return false }
            state.lastSweep = now
            return true
        }
    }

    /// Whether the receiver's being stopped, or not, is new.
    func isNews(stopped: Bool) -> Bool {
        state.withLock { state in
            defer { state.isStopped = stopped }
            return state.isStopped != stopped
        }
    }
}

/// A name that no other runner has, on this server or another.
enum RunnerName {
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(generator.next() as UInt64, radix: 36) + String(generator.next() as UInt64, radix: 36)
    }
}
