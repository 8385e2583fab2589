import Synchronization

/// What happened, the newest hundreds of it, and everybody who watches.
///
/// Cheap and without waiting, so that a hook of the server can write to it. A watcher who does not keep up is let go:
/// the browser comes back by itself and says what it has seen.
public final class Timeline: Sendable {
    private struct State {
        var entries: [TimelineEntry] = []
        var last = 0
        var watchers: [Int: Watcher] = [:]
        var lastWatcher = 0
    }

    private struct Watcher {
        let signals: AsyncStream<TimelineSignal>.Continuation
        let dropped: AsyncStream<Never>.Continuation

        func letGo() {
            signals.finish()
            dropped.finish()
        }
    }

    /// Tells this run from an earlier one whose page is still open.
    let run: String
    private let now: @Sendable () -> Int64
    private let entriesMaximum: Int
    private let watchersMaximum: Int
    private let backlogMaximum: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - now: milliseconds since 1970 UTC.
    ///   - backlogMaximum: how many signals a watcher may be behind before it is let go.
    init(
        entriesMaximum: Int = 400, watchersMaximum: Int = 64, backlogMaximum: Int = 256,
        now: @escaping @Sendable () -> Int64
    ) {
        self.now = now
        self.entriesMaximum = entriesMaximum
        self.watchersMaximum = watchersMaximum
        self.backlogMaximum = backlogMaximum
        run = String(UInt32.random(in: 1 ... .max), radix: 36)
    }

    /// Writes an entry down and tells everybody.
    func add(_ entry: TimelineEntry) {
        var entry = entry
        entry.at = now()
        let slow = state.withLock { state in
            state.last += 1
            entry.number = state.last
            state.entries.append(entry)
            if state.entries.count > entriesMaximum {
                state.entries.removeFirst(state.entries.count - entriesMaximum)
            }
            return Self.tell(.entry(entry), &state)
        }
        for watcher in slow { watcher.letGo() }
    }

    /// Tells everybody what is true now; it is not kept.
    func tell(_ progress: SuiteProgress) {
        let slow = state.withLock { Self.tell(.suite(progress), &$0) }
        for watcher in slow { watcher.letGo() }
    }

    /// Tells everybody that something has changed which no entry tells of.
    func tellNews() {
        let slow = state.withLock { Self.tell(.news, &$0) }
        for watcher in slow { watcher.letGo() }
    }

    /// - Returns: who did not keep up. They are let go outside the lock, because that calls back.
    private static func tell(_ signal: TimelineSignal, _ state: inout State) -> [Watcher] {
        var slow: [Watcher] = []
        for (id, watcher) in state.watchers {
            if case .enqueued = watcher.signals.yield(signal) { continue }
            state.watchers[id] = nil
            slow.append(watcher)
        }
        return slow
    }

    /// The newest entries, newest first.
    func newest(_ count: Int) -> [TimelineEntry] {
        state.withLock { Array($0.entries.suffix(count).reversed()) }
    }

    /// The id of an entry as the stream of events writes it.
    func id(of number: Int) -> String { "\(run)-\(number)" }

    /// The id of the newest entry.
    var lastID: String { id(of: state.withLock { $0.last }) }

    /// What somebody who watches gets.
    struct Watch: Sendable {
        /// What they missed; nil: too much, they must look at the page again.
        let missed: [TimelineEntry]?
        let signals: AsyncStream<TimelineSignal>
        /// Ends when the watcher is let go because it did not keep up.
        let dropped: AsyncStream<Never>
        let number: Int
    }

    /// Watches from an id on: nothing is missed between the two parts of the answer.
    /// - Parameter id: the last entry that was seen; nil: from now on.
    /// - Returns: nil if too many watch already.
    func watch(after id: String?) -> Watch? {
        let (signals, continuation) = AsyncStream.makeStream(
            of: TimelineSignal.self, bufferingPolicy: .bufferingOldest(backlogMaximum))
        let (dropped, droppedEnd) = AsyncStream.makeStream(of: Never.self)
        return state.withLock { state -> Watch? in
            guard state.watchers.count < watchersMaximum else { return nil }
            state.lastWatcher += 1
            let number = state.lastWatcher
            state.watchers[number] = Watcher(signals: continuation, dropped: droppedEnd)
            continuation.onTermination = { [weak self] _ in self?.leave(number) }
            return Watch(missed: missed(after: id, state), signals: signals, dropped: dropped, number: number)
        }
    }

    /// Says to one watcher that the connection is alive.
    func beat(_ number: Int) { _ = state.withLock { $0.watchers[number]?.signals.yield(.beat) } }

    var watcherCount: Int { state.withLock { $0.watchers.count } }

    private func missed(after id: String?, _ state: borrowing State) -> [TimelineEntry]? {
        guard let id else { return [] }
        let parts = id.split(separator: "-")
        guard parts.count == 2, parts[0] == run, let seen = Int(parts[1]), (0...state.last).contains(seen) else {
            return nil
        }
        guard seen < state.last else { return [] }
        guard let first = state.entries.first?.number, first <= seen + 1 else { return nil }
        return state.entries.filter { $0.number > seen }
    }

    private func leave(_ number: Int) {
        state.withLock { $0.watchers[number] = nil }
    }
}
