import Synchronization

/// Who watches which page, and the one timer for all of them.
///
/// A watcher is told only that it is worth looking; what there is to see stands in the database. So nothing is missed,
/// whatever was told while nobody listened, and nothing piles up for one who is slow.
final class PixPageHub: Sendable {
    private struct State {
        /// By page, then by number.
        var watchers: [String: [Int: Watcher]] = [:]
        /// How many watch from each address.
        var addresses: [String: Int] = [:]
        var count = 0
        var last = 0
        var isBeating = false
        /// By which bounds somebody was turned away.
        var reached: Set<Bound> = []
    }

    private struct Watcher {
        let looks: AsyncStream<Void>.Continuation
        let stuck: AsyncStream<Never>.Continuation
        let address: String?
        /// How many beats in a row it did not take.
        var missed = 0
    }

    private let watchersMaximum: Int
    private let perPage: Int
    private let perAddress: Int
    private let beatMilliseconds: Int64
    /// Called at every beat with the pages that are open.
    private let onOpen: Mutex<@Sendable (String) -> Void> = Mutex { _ in }
    private let onTurnedAway: Mutex<@Sendable (Bound, Bool) -> Void> = Mutex { _, _ in }
    private let state = Mutex(State())

    /// In how many parts a beat reaches everybody, so that they do not all look at once.
    private static let parts = 15
    /// After how many beats that it did not take a watcher is let go.
    private static let patience = 4

    /// - Parameters:
    ///   - watchersMaximum: more are turned away.
    ///   - perPage: of one page; a payer has some devices.
    ///   - perAddress: from one address; many payers come through one of a telephone company's.
    ///   - beatMilliseconds: how often everybody looks although nothing was told: a dead connection is noticed, and so
    ///     is what another process wrote.
    init(watchersMaximum: Int, perPage: Int = 8, perAddress: Int = 64, beatMilliseconds: Int64 = 15_000) {
        self.watchersMaximum = watchersMaximum
        self.perPage = perPage
        self.perAddress = perAddress
        self.beatMilliseconds = beatMilliseconds
    }

    /// Which bound turned somebody away.
    enum Bound: String, Sendable, CaseIterable {
        case server, page, address
    }

    /// Whom to tell that somebody was turned away, and whether nobody was by that bound before.
    func tellTurnedAway(_ tell: @escaping @Sendable (Bound, _ isFirst: Bool) -> Void) {
        onTurnedAway.withLock { $0 = tell }
    }

    /// What somebody who watches gets.
    struct Watch: Sendable {
        /// Each one: look again.
        let looks: AsyncStream<Void>
        /// Ends when the watcher is let go because it does not read.
        let stuck: AsyncStream<Never>
    }

    /// From now on no change of the page is missed.
    ///
    /// - Parameter address: who watches; nil: not known.
    /// - Returns: nil if too many watch already.
    func watch(_ page: String, from address: String? = nil) -> Watch? {
        let (looks, lookAgain) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (stuck, letGo) = AsyncStream.makeStream(of: Never.self)
        var turnedAway: (bound: Bound, isFirst: Bool)?
        let startsBeating: Bool? = state.withLock { state in
            let bound: Bound? =
                state.count >= watchersMaximum
                ? .server
                : state.watchers[page]?.count ?? 0 >= perPage
                    ? .page : address.flatMap({ state.addresses[$0] }) ?? 0 >= perAddress ? .address : nil
            if let bound {
                turnedAway = (bound, state.reached.insert(bound).inserted)
                return nil
            }
            if let address { state.addresses[address, default: 0] += 1 }
            state.last += 1
            state.count += 1
            let number = state.last
            state.watchers[page, default: [:]][number] = Watcher(looks: lookAgain, stuck: letGo, address: address)
            lookAgain.onTermination = { [weak self] _ in self?.leave(page, number) }
            defer { state.isBeating = true }
            return !state.isBeating
        }
        // Outside the lock: it calls back.
        if let turnedAway { onTurnedAway.withLock { $0 }(turnedAway.bound, turnedAway.isFirst) }
        guard let startsBeating else { return nil }
        if startsBeating { startBeating() }
        return Watch(looks: looks, stuck: stuck)
    }

    /// What the page shows was committed.
    func changed(_ page: String) {
        let watchers = state.withLock { $0.watchers[page].map { Array($0.values) } ?? [] }
        for watcher in watchers { watcher.looks.yield() }
    }

    /// Whom to tell that a page is open; the bank is then asked more often.
    func tellOpenPages(_ tell: @escaping @Sendable (String) -> Void) { onOpen.withLock { $0 = tell } }

    /// How many watch.
    var watcherCount: Int { state.withLock { $0.count } }

    private func leave(_ page: String, _ number: Int) {
        state.withLock { state in
            guard let gone = state.watchers[page]?.removeValue(forKey: number) else { return }
            if let address = gone.address, let count = state.addresses[address] {
                state.addresses[address] = count > 1 ? count - 1 : nil
            }
            if state.watchers[page]?.isEmpty == true { state.watchers[page] = nil }
            state.count -= 1
        }
    }

    /// For as long as somebody watches.
    private func startBeating() {
        let pause = Duration.milliseconds(max(1, beatMilliseconds / Int64(Self.parts)))
        Task { [weak self] in
            var part = 0
            repeat {
                try? await Task.sleep(for: pause)
                part = (part + 1) % Self.parts
            } while self?.beat(part) == true
        }
    }

    /// - Returns: false if nobody watches any more; the next who comes starts a beat of its own.
    private func beat(_ part: Int) -> Bool {
        var stuck: [Watcher] = []
        let pages: [String]? = state.withLock { state in
            guard state.count > 0 else {
                state.isBeating = false
                return nil
            }
            var pages: [String] = []
            for (page, watchers) in state.watchers {
                for (number, watcher) in watchers where number % Self.parts == part {
                    if pages.last != page { pages.append(page) }
                    var isTaken = false
                    if case .enqueued = watcher.looks.yield() { isTaken = true }
                    let missed = isTaken ? 0 : watcher.missed + 1
                    state.watchers[page]?[number]?.missed = missed
                    if missed >= Self.patience { stuck.append(watcher) }
                }
            }
            return pages
        }
        // Outside the lock: it calls back.
        for watcher in stuck { watcher.stuck.finish() }
        let tell = onOpen.withLock { $0 }
        for page in pages ?? [] { tell(page) }
        return pages != nil
    }
}
