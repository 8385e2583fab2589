/// How long to wait before a delivery is tried again.
public struct Backoff: Sendable {
    /// Milliseconds after the first failure, the second, …; the last one repeats.
    public let delays: [Int64]

    /// - Parameter delays: milliseconds, at least one; traps without any.
    public init(delays: [Int64]) {
        precondition(!delays.isEmpty, "a backoff needs a delay")
        self.delays = delays
    }

    /// For the shop's own code in the same process: quick at first, a minute in the end.
    public static let hooks = Backoff(delays: [200, 1_000, 5_000, 15_000, 60_000])

    /// How long to wait until the next attempt, milliseconds.
    ///
    /// - Parameter attempts: how many have failed, 1 or more.
    public func delay(afterAttempts attempts: Int64) -> Int64 {
        delays[Int(min(max(attempts, 1), Int64(delays.count))) - 1]
    }
}
