/// How many deliveries a receiver takes in some time.
public struct SendingLimit: Sendable, Hashable {
    /// At the most, above 0.
    public let count: Int
    /// In any stretch of this length.
    public let milliseconds: Int64

    /// - Parameters:
    ///   - count: above 0; traps otherwise.
    ///   - milliseconds: above 0.
    public init(_ count: Int, inMilliseconds milliseconds: Int64) {
        precondition(count > 0 && milliseconds > 0, "a limit lets something through")
        self.count = count
        self.milliseconds = milliseconds
    }
}

/// When deliveries were begun, as far back as the limits look.
struct SendingHistory {
    private let limits: [SendingLimit]
    private var begun: [Int64] = []

    init(_ limits: [SendingLimit]) {
        self.limits = limits
    }

    /// How many may be begun now; nil: there is no limit.
    func room(at now: Int64) -> Int? {
        limits.map { limit in max(0, limit.count - begun.count { now - $0 < limit.milliseconds }) }.min()
    }

    /// When there is room again, milliseconds since 1970; nil: there is.
    func opens(at now: Int64) -> Int64? {
        limits.compactMap { limit in
            let counted = begun.filter { now - $0 < limit.milliseconds }
            // So many have to be out of its sight.
            let surplus = counted.count - limit.count
            return surplus < 0 ? nil : counted[surplus] + limit.milliseconds
        }.max()
    }

    mutating func note(_ count: Int, at now: Int64) {
        guard let longest = limits.map(\.milliseconds).max() else { return }
        begun.removeAll { now - $0 >= longest }
        begun += Array(repeating: now, count: count)
    }

    /// The clock was set back: what was begun later than now was begun just now.
    mutating func notBeyond(_ now: Int64) {
        for index in begun.indices { begun[index] = min(begun[index], now) }
    }
}
