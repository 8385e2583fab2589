/// When a webhook that failed is sent again: ten attempts in all, over a little more than three days.
///
/// Source: Standard Webhooks 1.0, "Deliverability and reliability" (the retry schedule).
public struct WebhookSchedule: Sendable, Hashable {
    /// Milliseconds after the first failure, the second, …
    public let delays: [Int64]

    /// The standard's: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h.
    public static let standard = WebhookSchedule(
        delays: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map { $0 * 1_000 })

    /// - Parameter delays: milliseconds after each failure; empty: there is one attempt.
    public init(delays: [Int64]) {
        self.delays = delays
    }

    /// How many times a message is sent, the first one included.
    public var attemptsMaximum: Int64 { Int64(delays.count) + 1 }

    /// From the first attempt to the last, milliseconds, without jitter.
    public var totalMilliseconds: Int64 { delays.reduce(0, +) }

    /// How long to wait until the next attempt, milliseconds; nil: that was the last one.
    ///
    /// Up to a tenth longer than planned, by chance: messages that failed together do not come back together.
    ///
    /// - Parameters:
    ///   - attempts: how many have failed, 1 or more.
    ///   - generator: where the chance comes from.
    public func delay(
        afterAttempts attempts: Int64, using generator: inout some RandomNumberGenerator
    ) -> Int64? {
        let index = max(attempts, 1) - 1
        guard index < Int64(delays.count) else { return nil }
        let delay = delays[Int(index)]
        return delay + Int64.random(in: 0...max(delay / 10, 0), using: &generator)
    }
}
