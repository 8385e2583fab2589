public import Payments

/// Money that is sent, from the moment the wish is stored. Its states are those of a transaction.
///
/// Source: pix.md 4.5, 5.2
public struct PixPayout: Sendable, Hashable {
    /// How far it has come.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// The bank has not been asked.
        case new
        /// The bank may have been asked, and what it did is not known.
        case unknown
        /// The bank has taken it.
        case asked
        /// It is paid or failed for good.
        case ended
    }

    /// Why somebody should look at it, in the bank's site.
    public enum Attention: String, Sendable, Hashable, CaseIterable {
        /// Nobody can say whether it was carried out, and the bank is not asked for it any more: it may have forgotten
        /// the key under which it sends once.
        case outcomeUnknown = "outcome_unknown"
        /// The bank refuses what it may have carried out before.
        case refusedAfterUnknown = "refused_after_unknown"
        /// The bank knows another payout under this one's key: another receiver or another amount. This one was not
        /// sent: a reference is used once, also after the database was lost.
        case otherPayout = "other_payout"
        /// The merchant said that it had failed, and the account's statement has what looks like it.
        case sentAfterAll = "sent_after_all"
    }

    /// The caller's own.
    public var reference: String
    /// Under which the bank carries it out once, however often it is asked: a UUID.
    var requestKey: String
    /// Centavos.
    public var amount: Int64
    /// Who is paid.
    public var key: String
    public var description: String?
    /// On whose word.
    public var actor: String
    /// 1: under way; 2: paid; -1: failed; -2: the receiver gave it back.
    public var state: TransactionState
    /// How far it has come.
    public var step: Step
    /// The bank's word; nil: none came yet.
    public var bankStatus: String?
    /// How the bank finds it.
    public var bankCode: String?
    /// The payment's id in all of Pix, once it is paid.
    public var e2eID: String?
    /// What went wrong, in the bank's words.
    public var errors: String?
    /// Milliseconds since 1970.
    public var requestedAt: Int64
    /// Milliseconds since 1970; nil until it came to its end.
    public var endedAt: Int64?
    var attempts: Int64
    /// When it became unknown for the first time what the bank did, milliseconds since 1970; nil: it never was.
    var firstUnknownAt: Int64?
    /// Why somebody should look at it; nil: nobody has to.
    public var attention: Attention?
}
