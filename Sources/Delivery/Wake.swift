import Synchronization

/// Wakes a runner when there is work, so that it need not ask all the time.
public final class Wake: Sendable {
    private struct State {
        var isRaised = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Not raised.
    public init() {}

    /// There is work. Cheap, and safe from any thread. If nobody waits, the next wait returns at once.
    public func raise() {
        let waiting = state.withLock { state in
            let found = state.waiting
            state.waiting = nil
            if found == nil { state.isRaised = true }
            return found
        }
        waiting?.resume()
    }

    /// Returns when raised, when the time is up, or when the task is cancelled. One runner waits at a time.
    ///
    /// - Parameter milliseconds: the longest wait.
    public func wait(milliseconds: Int64) async {
        let timer = Task { [self] in
            // Cancelled, it leaves without a word: a raise now would cut the next wait short.
            guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
            raise()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRaised = state.withLock { state in
                    defer { state.isRaised = false }
                    if !state.isRaised { state.waiting = continuation }
                    return state.isRaised
                }
                if isRaised { continuation.resume() }
            }
        } onCancel: {
            raise()
        }
        timer.cancel()
    }
}
