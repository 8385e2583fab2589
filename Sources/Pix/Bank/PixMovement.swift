/// Money that came into the account by Pix, or went out: an entry of its statement.
public struct PixMovement: Sendable, Hashable {
    /// Which way the money went.
    public enum Direction: String, Sendable, Hashable {
        /// Into the account.
        case credit = "C"
        /// Out of it.
        case debit = "D"
    }

    /// Which way the money went.
    public var direction: Direction
    /// Centavos.
    public var amount: Int64
    /// The payment's id in all of Pix.
    public var e2eID: String?
    /// How the bank finds a payout; nil: it is none, or was not asked for through the API.
    public var code: String?
    /// Who was paid.
    public var key: String?
    /// What the payer wrote.
    public var note: String?
    /// What the bank calls it: `Pix enviado devolvido`.
    public var title: String?
    /// Milliseconds since 1970; the beginning of the day if the bank tells no more.
    public var bookedAt: Int64?

    /// - Parameters:
    ///   - amount: centavos.
    ///   - bookedAt: milliseconds since 1970.
    public init(
        _ direction: Direction, amount: Int64, e2eID: String? = nil, code: String? = nil, key: String? = nil,
        note: String? = nil, title: String? = nil, bookedAt: Int64? = nil
    ) {
        self.direction = direction
        self.amount = amount
        self.e2eID = e2eID
        self.code = code
        self.key = key
        self.note = note
        self.title = title
        self.bookedAt = bookedAt
    }
}
