/// `pledg.openapi.yaml`: limits, times, states, reasons of purchases that a group pays.
public struct PledgSpecification: Sendable {
    /// Where a purchase stands.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// The leader has not paid.
        case draft
        /// The leader's money is secured; the pledgers pay.
        case collecting
        /// The time is up; payments on their way are asked about.
        case closing
        /// Everybody has paid; what the leader's gateway holds is being taken.
        case capturing
        case succeeded
        case failed
    }

    /// The public word for it.
    public enum State: String, Sendable, Hashable, CaseIterable {
        case initialized = "INITIALIZED"
        case successfull = "SUCCESSFULL"
        case failed = "FAILED"
    }

    /// Why a purchase came to its end.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The leader did not pay in time.
        case abandoned
        /// A share was not paid in time.
        case unpaid
        /// The merchant called it off.
        case cancelled
        /// Everybody had paid, and what was held of the leader's money could not be taken.
        case captureFailed
        /// The leader's gateway let go what it held.
        case holdLost
        /// The money went back.
        case refunded
    }

    /// What is sent at a time of its own.
    public enum Reminder: String, Sendable, Hashable, CaseIterable {
        /// To who has not paid.
        case reminder24, reminder42, reminder47
        /// To the leader.
        case summary24
    }

    /// Bounds of what may be asked.
    public struct Limits: Sendable, Hashable {
        /// Members, the leader included.
        public internal(set) var membersMaximum: Int
        /// The most of one purchase, minor units.
        public let amountMaximum: Int64
        /// Lines of a basket.
        public let linesMaximum: Int
        /// Pieces of one line.
        public let quantityMaximum: Int64
        /// Characters of a title, a name.
        public let textLength: Int
        /// Characters of a return URL.
        public let urlLength: Int
        /// Characters of an e-mail address.
        public let emailLength: Int
        /// Characters before its `@`.
        public let emailLocalLength: Int
    }

    /// Lengths, milliseconds.
    public struct Timers: Sendable, Hashable {
        /// How long the leader may take to pay.
        public let draft: Int64
        /// How long the pledgers may take, from the moment that the leader's money is secured.
        public internal(set) var collecting: Int64
        /// How long a gateway that does not answer is waited for once the time is up.
        public let closingPatience: Int64
        /// How long before a hold ends it is taken.
        public let holdGuard: Int64
        /// How much longer than the pledgers' time a hold has to last to be good for the whole of it.
        public let holdMargin: Int64
    }

    /// The public word of every phase.
    public let states: [Phase: State]
    /// Names of `transaction.yaml` for every ``Reason``.
    public let reasons: [Reason: String]
    /// Bounds of what may be asked.
    public internal(set) var limits: Limits
    /// The least share by currency, minor units.
    public let minimumShares: [String: Int64]
    /// Lengths.
    public internal(set) var timers: Timers
    /// When each is due, milliseconds after the leader's money is secured.
    public internal(set) var reminders: [Reminder: Int64]

    /// The public word of a phase. Every phase has one.
    public func state(_ phase: Phase) -> State {
        guard let state = states[phase] else { preconditionFailure("the reader took a document without \(phase)") }
        return state
    }

    /// The least that a share may be, minor units.
    public func minimumShare(_ currency: String) -> Int64 { minimumShares[currency] ?? 1 }

    /// The same with another time to pay and another size of groups. Reminders move with the time.
    ///
    /// - Parameters:
    ///   - hours: for the pledgers, from the moment that the leader's money is secured; nil: as the document says.
    ///   - membersMaximum: the leader included; nil: as the document says.
    public func adapted(hours: Int64? = nil, membersMaximum: Int? = nil) -> PledgSpecification {
        var copy = self
        if let membersMaximum { copy.limits.membersMaximum = membersMaximum }
        guard let hours else { return copy }
        let collecting = hours * 3_600_000
        // By the hour of the document: no product of two times is made.
        let documented = max(timers.collecting / 3_600_000, 1)
        copy.reminders = reminders.mapValues { $0 / documented * hours }
        copy.timers.collecting = collecting
        return copy
    }
}
