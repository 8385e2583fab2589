public import Payments
public import Specification

/// An e-mail, with all that a mailer needs to write it.
public struct PledgMail: Sendable, Hashable {
    /// What it is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// To a pledger: what, how much, until when, his link.
        case invitation
        /// To a pledger who has not paid.
        case reminder24, reminder42, reminder47
        /// To the leader: who has paid so far.
        case summary24
        /// To the leader: a pledger will not pay.
        case declined
        /// To the leader: an address does not exist.
        case bounced
        /// To each, once: how it ended.
        case final
        /// To each who was told that the order stays paid, and it does not: everybody gets his money back.
        case correction
        /// To who paid too late or twice: his money goes back.
        case stray
        /// To who paid for another: his money, or some of it, goes back.
        case returned

        /// Those that only who has not paid gets.
        static let reminders: [(Kind, PledgSpecification.Reminder)] = [
            (.reminder24, .reminder24), (.reminder42, .reminder42), (.reminder47, .reminder47),
        ]
    }

    /// The same at every attempt: for the header that tells repeats from others.
    public var id: String
    public var kind: Kind
    /// Checked: it can stand in a header as it is.
    public var to: String
    /// BCP 47, as the merchant gave it; nil: nobody said.
    public var language: String?
    public var purchaseID: String
    /// What is paid for.
    public var title: String?
    /// The leader's name, or his masked address.
    public var organiser: String
    /// What the receiver pays; the leader: his own share; of ``Kind/returned`` what goes back.
    public var amount: Money
    /// Of the whole purchase.
    public var total: Money
    /// Milliseconds since 1970, UTC.
    public var deadline: Int64?
    /// The token of the receiver's link; nil: there is nothing to be done any more.
    public var token: String?
    /// Whether it is the leader's link.
    public var isLeader: Bool
    /// Members but the leader, and how many of them have paid.
    public var pledgers: Int
    public var pledgersPaid: Int
    /// For how many of these the leader paid.
    public var pledgersCovered: Int
    /// The public word of the purchase.
    public var state: String
    /// For who failed: whether everybody gets his money back; nil: it did not fail.
    public var isRefunded: Bool?
    /// Why it failed; nil: it did not.
    public var reason: PledgSpecification.Reason?
    /// Of ``Kind/declined`` and ``Kind/bounced``: the masked address of the member that it is about.
    public var about: String?
}

/// Sends e-mails.
public protocol PledgMailer: Sendable {
    /// Hands it to the provider.
    ///
    /// - Throws: ``PledgMailRefused`` if it will never be taken; anything else: it is sent again later.
    func send(_ mail: PledgMail) async throws
}

/// The provider will not take this e-mail, however often it is sent.
public struct PledgMailRefused: Error, Sendable {
    /// Whether the address does not exist, so that the leader is to correct it.
    public let isBounce: Bool

    /// - Parameter isBounce: see ``isBounce``.
    public init(isBounce: Bool) {
        self.isBounce = isBounce
    }
}

extension PledgLedger {
    /// Whether a member may have read how it ended.
    func isToldOfEnd(_ share: PledgShare, _ scene: Scene) throws -> Bool {
        try scene.sql.first(
            "SELECT 1 FROM pledg_mails WHERE subject = $1 AND kind = 'final' AND attempts > 0", [.text(share.id)]
        ) { _ in true } ?? false
    }

    /// Writes an e-mail down; one of a kind about a thing, whatever restarts.
    ///
    /// - Parameters:
    ///   - share: of whom gets it.
    ///   - subject: what it is about; nil: the share.
    ///   - time: when to send it, milliseconds since 1970.
    func write(
        _ kind: PledgMail.Kind, to share: PledgShare, about subject: String? = nil, at time: Int64, _ scene: Scene
    ) throws {
        guard configuration.sendsMail else { return }
        try scene.sql.execute(
            """
            INSERT INTO pledg_mails (id, purchase_id, share_id, subject, kind, state, created_at, due_at, attempts)
            VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, 0) ON CONFLICT DO NOTHING
            """,
            [
                .text(PledgID.mail()), .text(scene.purchase.id), .text(share.id), .text(subject ?? share.id),
                .text(kind.rawValue), .integer(scene.now), .integer(time),
            ])
    }
}
