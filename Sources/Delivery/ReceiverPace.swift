import Synchronization

/// How much of a receiver's outbox is tried at once: all of it while the receiver takes it, one at a time while it does
/// not, and nothing for a while when nobody is there.
///
/// 100,000 deliveries to a receiver that is down are so one attempt every half a minute, and not a load for this machine;
/// one success opens the door again, each further one doubles what goes through it.
final class ReceiverPace: Sendable {
    private struct State {
        var width: Int
        /// Of failures in a row, with no success between them.
        var weight = 0
        /// Nothing is begun before either moment, milliseconds since 1970: as it seems right here, and as the receiver
        /// asked.
        var restsUntil: Int64 = 0
        var askedUntil: Int64 = 0
        /// Everything that it was not there for is to be made due, when it was last done five minutes ago or longer.
        /// At first: nobody knows how it was before this start.
        var owesHaste = true
        var hastenedAt: Int64?
        var isAway = false
        var history: SendingHistory
    }

    private let state: Mutex<State>
    private let widthMaximum: Int

    /// Five failures in a row of the receiver itself, or twenty of single deliveries, mean that it is away or ill.
    private static let weightTolerated = 20
    private static let receiverWeight = 4
    private static let deliveryWeight = 1
    private static let restMaximum: Int64 = 30_000
    /// A receiver that names a longer time is asked again all the same.
    private let askedMaximum: Int64

    /// - Parameters:
    ///   - limits: what the receiver takes in some time; all of them hold.
    ///   - askedMaximum: the longest time that it can ask for, milliseconds.
    init(widthMaximum: Int, limits: [SendingLimit] = [], askedMaximum: Int64 = 3_600_000) {
        self.widthMaximum = widthMaximum
        self.askedMaximum = askedMaximum
        state = Mutex(State(width: widthMaximum, history: SendingHistory(limits)))
    }

    /// How many may be in hand at once; 0 while the receiver is left alone.
    func width(at now: Int64) -> Int {
        state.withLock { now < max($0.restsUntil, $0.askedUntil) ? 0 : $0.width }
    }

    /// How many may be begun now by the receiver's limits, whatever is in hand.
    func room(at now: Int64) -> Int { state.withLock { $0.history.room(at: now) } ?? .max }

    /// That many are begun.
    func began(_ count: Int, at now: Int64) { state.withLock { $0.history.note(count, at: now) } }

    /// How long the receiver is left alone yet, milliseconds; nil: it is not.
    func rest(at now: Int64) -> Int64? {
        state.withLock { state in
            let until = max(state.restsUntil, state.askedUntil, state.history.opens(at: now) ?? .min)
            return now < until ? until - now : nil
        }
    }

    /// The receiver took one. What it asked for holds all the same: this one may have been on its way before.
    /// - Returns: whether it is back from having been away.
    func answered(at now: Int64) -> Bool {
        state.withLock { state in
            defer {
                state.weight = 0
                state.restsUntil = 0
                if state.isAway { state.owesHaste = true }
                state.isAway = false
                if now >= state.askedUntil { state.width = min(widthMaximum, state.width * 2) }
            }
            return state.isAway
        }
    }

    /// Whether everything that it was not there for is to be made due now; not again and again for a receiver that comes
    /// and goes.
    func owesHaste(at now: Int64) -> Bool {
        state.withLock { state in
            guard state.owesHaste, !state.isAway else { return false }
            return !(state.hastenedAt.map { (0..<300_000).contains(now - $0) } ?? false)
        }
    }

    /// - Parameter count: how many were made due.
    func hastened(_ count: Int, at now: Int64) {
        state.withLock { state in
            state.owesHaste = false
            if count > 0 { state.hastenedAt = now }
        }
    }

    /// Whether it was found to be away, and has not been back since.
    var isAway: Bool { state.withLock { $0.isAway } }

    /// It did not take one.
    ///
    /// - Parameters:
    ///   - isReceiver: nobody is there, or it can take no more; otherwise it did not take this one.
    ///   - retryAfter: how long it wants to be left alone, milliseconds; nil: it did not say.
    /// - Returns: whether it has just been found to be away.
    func failed(at now: Int64, isReceiver: Bool, retryAfter: Int64?) -> Bool {
        state.withLock { state in
            state.weight += isReceiver ? Self.receiverWeight : Self.deliveryWeight
            state.width = max(1, state.width / 2)
            if isReceiver, let retryAfter {
                state.askedUntil = max(state.askedUntil, now + min(retryAfter, askedMaximum))
            }
            let wasAway = state.isAway
            if state.weight >= Self.weightTolerated {
                state.isAway = true
                state.width = 1
                let doublings = min((state.weight - Self.weightTolerated) / Self.receiverWeight, 10)
                state.restsUntil = max(state.restsUntil, now + min(Self.restMaximum, 500 << doublings))
            }
            return state.isAway && !wasAway
        }
    }

    /// The clock was set back: what was to rest until a moment that is far off now need not.
    func notBeyond(_ now: Int64) {
        state.withLock { state in
            state.restsUntil = min(state.restsUntil, now + Self.restMaximum)
            state.askedUntil = min(state.askedUntil, now + askedMaximum)
            state.history.notBeyond(now)
        }
    }
}
