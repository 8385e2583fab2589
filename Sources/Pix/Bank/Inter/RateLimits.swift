import Payments
import Specification
import Synchronization

/// How many calls went out in the last minute, for each allowance: none is exceeded in any minute, not even around its
/// edges.
///
/// Source: pix.md 4.2
final class RateLimits: Sendable {
    private let clock: TimeSource
    private let limits: [PixSpecification.Rate: Int]
    private let payoutPause: Int64
    private struct State {
        var sent: [PixSpecification.Rate: [Int64]] = [:]
        /// Until when the bank wants to hear nothing.
        var closedUntil: [PixSpecification.Rate: Int64] = [:]
    }
    private let state = Mutex(State())

    private static let minute: Int64 = 60_000

    init(_ specification: PixSpecification, _ environment: PixSpecification.Environment, clock: TimeSource) {
        self.clock = clock
        limits = Dictionary(
            uniqueKeysWithValues: PixSpecification.Rate.allCases.map {
                ($0, Int(specification.rate($0, in: environment)))
            })
        payoutPause = specification.payoutPauseMilliseconds
    }

    /// Takes one call from an allowance; in the background a part of it is left to what somebody waits for.
    ///
    /// - Returns: nil: it may go out, and counts; else how long none may, milliseconds.
    func take(_ rate: PixSpecification.Rate, _ priority: PixCallPriority = .foreground) -> Int64? {
        let now = clock.now
        return state.withLock { state in
            if let until = state.closedUntil[rate] {
                if until > now, until - now <= Self.minute { return until - now }
                state.closedUntil[rate] = nil
            }
            // What was sent later than now was sent before the clock was set back.
            var sent = (state.sent[rate] ?? []).filter { $0 <= now && now - $0 < Self.minute }
            defer { state.sent[rate] = sent }
            let limit = limits[rate] ?? 1
            let share = priority.share(of: limit)
            // The allowance has room again when all but its share less one are older than a minute.
            if sent.count >= share { return sent[sent.count - share] + Self.minute - now }
            if rate == .payout, let last = sent.last, now - last < payoutPause { return last + payoutPause - now }
            sent.append(now)
            return nil
        }
    }

    /// The bank says that it was too much all the same.
    func close(_ rate: PixSpecification.Rate, milliseconds: Int64) {
        let until = clock.now + milliseconds
        state.withLock { $0.closedUntil[rate] = until }
    }
}
