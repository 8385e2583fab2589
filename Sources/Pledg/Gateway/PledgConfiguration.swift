/// How purchases of groups are carried out.
public struct PledgConfiguration: Sendable {
    /// What becomes of the money when a share stays unpaid.
    public enum OnFailure: String, Sendable, Hashable, CaseIterable {
        /// The leader has paid for those who have not; he gets back what the others paid.
        case leaderCovers = "leader_covers"
        /// Everybody gets his money back.
        case refundAll = "refund_all"
    }

    /// What becomes of the money when a share stays unpaid and the merchant has not said.
    public var onFailure: OnFailure
    /// A secret of the server's, 16 bytes or more, without which nobody makes a link out of a row of the database. If
    /// it changes, links are made anew; those that were sent stay good.
    public var linkSecret: [UInt8]
    /// Whether e-mails are written. False: the merchant's webhook carries the links.
    public var sendsMail: Bool
    /// Whether a leader's money is held instead of taken where his gateway can.
    public var usesHolds: Bool
    /// How long the pledgers may take, hours; nil: as the document says.
    public var hours: Int64?
    /// How many a group may have, the leader included; nil: as the document says.
    public var membersMaximum: Int?

    /// - Parameters:
    ///   - onFailure: see ``onFailure``.
    ///   - linkSecret: see ``linkSecret``.
    ///   - sendsMail: see ``sendsMail``.
    ///   - usesHolds: see ``usesHolds``.
    ///   - hours: see ``hours``.
    ///   - membersMaximum: see ``membersMaximum``.
    public init(
        onFailure: OnFailure = .leaderCovers, linkSecret: [UInt8], sendsMail: Bool, usesHolds: Bool = true,
        hours: Int64? = nil, membersMaximum: Int? = nil
    ) {
        self.onFailure = onFailure
        self.linkSecret = linkSecret
        self.sendsMail = sendsMail
        self.usesHolds = usesHolds
        self.hours = hours
        self.membersMaximum = membersMaximum
    }
}

extension PledgConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the secret.
    public var description: String { "Pledg, \(onFailure.rawValue)" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The documents, the configuration and the program do not fit.
public struct PledgSetupError: Error, Sendable, CustomStringConvertible {
    /// What does not fit.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What somebody should look at and no answer tells of.
public enum PledgAnomaly: String, Sendable, Hashable, CaseIterable {
    /// Money that came too late, or twice: it goes back.
    case strayPayment = "stray_payment"
    /// Money of a share went back that nobody here asked for: a chargeback, or the merchant gave it back by hand.
    case foreignRefund = "foreign_refund"
    /// Money that somebody has to give back by hand.
    case needsOperator = "needs_operator"
    /// Money that is not back after days.
    case stuck
    /// A gateway did not say in time whether a share was paid; it counts as unpaid.
    case unansweredClosing = "unanswered_closing"
    /// What was held could not be taken.
    case captureFailed = "capture_failed"
    /// An e-mail that could not be sent.
    case mailFailed = "mail_failed"
}

/// What is done again and again.
public enum PledgJob: String, Sendable, Hashable, CaseIterable {
    /// Times that are up: ``PledgGateway/advance(_:)``.
    case purchases
    /// Money that goes back, is taken or let go.
    case movements
    /// E-mails.
    case mails
}
