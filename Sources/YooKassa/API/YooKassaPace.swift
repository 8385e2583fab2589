public import Payments
public import Specification
import Synchronization

/// How many calls are made: none of the limits is exceeded in any second, and jobs leave room for those who wait.
///
/// Source: yookassa.md 18
public final class YooKassaPace: Sendable {
    private let rates: YooKassaSpecification.Rates
    private let clock: TimeSource

    private struct State {
        /// When calls of the last second were made, and whether by a job.
        var sent: [(at: Int64, isJob: Bool)] = []
        var inFlight = 0
        var jobsInFlight = 0
        /// Until when YooKassa wants to hear nothing.
        var closedUntil: Int64 = 0
    }
    private let state = Mutex(State())

    private static let window: Int64 = 1_000
    /// How soon a place may be free again, milliseconds.
    private static let placeMilliseconds: Int64 = 20
    /// The longest time for which YooKassa may want to hear nothing, milliseconds.
    private static let closedMaximum: Int64 = 60_000

    /// - Parameter clock: milliseconds.
    public init(_ rates: YooKassaSpecification.Rates, clock: TimeSource) {
        self.rates = rates
        self.clock = clock
    }

    /// Takes a place for one call. Who got it gives it back with ``done(_:)``.
    ///
    /// - Returns: nil: it may be made; else how long none may, milliseconds.
    public func take(_ urgency: YooKassaUrgency) -> Int64? {
        let now = clock.now
        let isJob = urgency == .background
        return state.withLock { state in
            if state.closedUntil > now, state.closedUntil - now <= Self.closedMaximum { return state.closedUntil - now }
            // What was sent later than now was sent before the clock was set back.
            state.sent.removeAll { $0.at > now || now - $0.at >= Self.window }
            if let wait = wait(in: state.sent.map(\.at), rates.perSecond, at: now) { return wait }
            if isJob {
                let jobs = state.sent.filter(\.isJob).map(\.at)
                if let wait = wait(in: jobs, min(rates.backgroundPerSecond, rates.perSecond), at: now) { return wait }
                if state.jobsInFlight >= rates.backgroundInFlight { return Self.placeMilliseconds }
            }
            if state.inFlight >= rates.inFlight { return Self.placeMilliseconds }
            state.sent.append((now, isJob))
            state.inFlight += 1
            if isJob { state.jobsInFlight += 1 }
            return nil
        }
    }

    private func wait(in sent: [Int64], _ limit: Int, at now: Int64) -> Int64? {
        guard sent.count >= limit else { return nil }
        return sent[sent.count - limit] + Self.window - now
    }

    /// The call is over, whatever came of it.
    public func done(_ urgency: YooKassaUrgency) {
        state.withLock { state in
            state.inFlight -= 1
            if urgency == .background { state.jobsInFlight -= 1 }
        }
    }

    /// YooKassa says that it was too much all the same.
    public func close(milliseconds: Int64) {
        let until = clock.now + min(max(milliseconds, 1), Self.closedMaximum)
        state.withLock { $0.closedUntil = max($0.closedUntil, until) }
    }
}
