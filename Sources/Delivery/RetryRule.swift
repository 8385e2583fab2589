/// When a delivery that failed is tried again, and when it is given up.
public struct RetryRule: Sendable {
    /// How long to wait after a failure, milliseconds; given how many attempts have failed, 1 or more.
    public let delay: @Sendable (_ attempts: Int64) -> Int64
    /// Whether it becomes a dead letter; given how many attempts have failed, and how old it is in milliseconds.
    public let givesUp: @Sendable (_ attempts: Int64, _ age: Int64) -> Bool
    /// Whether a receiver that is not to be had is left alone for a while, instead of being asked for each delivery.
    public let sparesReceiver: Bool
    /// What the receiver takes in some time; all of them hold. Only for one that is spared.
    public let limits: [SendingLimit]
    /// A receiver that asks to be left alone for longer is asked again after this, milliseconds.
    public let askedMaximum: Int64

    /// - Parameters:
    ///   - limits: see ``limits``; by default none.
    ///   - askedMaximum: see ``askedMaximum``; by default an hour.
    ///   - givesUp: see ``givesUp``; by default never.
    ///   - delay: see ``delay``.
    public init(
        sparesReceiver: Bool = false, limits: [SendingLimit] = [], askedMaximum: Int64 = 3_600_000,
        givesUp: @escaping @Sendable (Int64, Int64) -> Bool = { _, _ in false },
        delay: @escaping @Sendable (Int64) -> Int64
    ) {
        self.sparesReceiver = sparesReceiver
        self.limits = limits
        self.askedMaximum = askedMaximum
        self.givesUp = givesUp
        self.delay = delay
    }

    /// Again and again, for ever: for the shop's own code in the same process.
    public static let hooks = RetryRule(Backoff.hooks)

    /// Those delays, for ever.
    public init(_ backoff: Backoff) {
        self.init { backoff.delay(afterAttempts: $0) }
    }
}
