/// A charge: what one payer is asked for, from the moment it is stored.
public struct PixCharge: Sendable, Hashable {
    /// How it stands with the bank.
    public enum Standing: String, Sendable, Hashable, CaseIterable {
        /// There is no bank: a static code.
        case local
        /// The bank may or may not know of it.
        case unsent
        /// The bank has it, and it can be paid until its time is up.
        case active
        /// The bank had a payment.
        case completed
        /// Withdrawn at the bank, or never offered there, by us.
        case removed
        /// Withdrawn by the bank.
        case removedByBank = "removed_by_bank"
        /// The bank did not take it.
        case rejected
    }

    /// Unguessable, 26 characters: who knows it may see the page.
    public var id: String
    /// Our own number of the transaction.
    public var transactionID: Int64
    /// What the payment carries.
    public var txid: String
    /// Where it is known.
    public var provider: PixConfiguration.Provider
    /// Whose account is paid.
    var key: String
    /// What the payer reads; nil: nothing.
    public var payerNote: String?
    /// How long it may be paid, seconds.
    public var expirySeconds: Int64
    /// Milliseconds since 1970.
    public var createdAt: Int64
    /// The last millisecond at which it may be paid, milliseconds since 1970.
    public var expiresAt: Int64
    /// How it stands with the bank.
    public var standing: Standing
    /// How often it was changed at the bank.
    public var revision: Int64
    /// Copia e cola: the text inside the QR image; nil: the bank has not answered yet.
    public var code: String?
    /// On whose word it is being called off; nil: nobody's.
    public var cancelledBy: String?
    /// How often the bank was asked since it last answered something new.
    var attempts: Int64
    /// Why it was not taken, for people; nothing secret in it.
    public var note: String?
}
