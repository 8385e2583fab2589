import Synchronization

/// The deliveries that are under way, so that none is begun twice and all can be waited for.
final class DeliveriesInHand: Sendable {
    private struct State {
        var tasks: [Int64: Task<Bool, Never>] = [:]
        /// Ended before they could be noted.
        var ended: Set<Int64> = []
        var isStopping = false
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.tasks.count } }

    var ids: Set<Int64> { state.withLock { Set($0.tasks.keys) } }

    /// Whether nothing more is to be begun, and what waits for a better moment is to give up.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    func stop() { state.withLock { $0.isStopping = true } }

    /// Begins a delivery in a task of its own: cancelling who began it does not cancel it.
    ///
    /// - Parameter onEnd: called when it is out of hand.
    func begin(
        _ id: Int64, onEnd: @escaping @Sendable () -> Void, _ delivery: @escaping @Sendable () async -> Bool
    ) -> Task<Bool, Never> {
        let task = Task {
            let isDelivered = await delivery()
            end(id)
            onEnd()
            return isDelivered
        }
        state.withLock { state in
            if state.ended.remove(id) == nil { state.tasks[id] = task }
        }
        return task
    }

    private func end(_ id: Int64) {
        state.withLock { state in
            if state.tasks.removeValue(forKey: id) == nil { state.ended.insert(id) }
        }
    }

    func cancel(_ id: Int64) { state.withLock { $0.tasks[id] }?.cancel() }

    func cancelAll() {
        for task in state.withLock({ Array($0.tasks.values) }) { task.cancel() }
    }

    /// Waits until all have ended, but no longer than that, whether the waiting task is cancelled or not.
    /// - Returns: whether they have.
    func waitForAll(seconds: Int) async -> Bool {
        // A task of its own sleeps undisturbed in a cancelled one.
        let deadline = ContinuousClock.now + .seconds(seconds)
        return await Task {
            while count > 0 {
                guard ContinuousClock.now < deadline else { return false }
                try? await Task.sleep(for: .milliseconds(20))
            }
            return true
        }.value
    }
}
