/// The receiver's bank, as the central bank's API Pix has it.
///
/// Calls that change something are sent once; whoever asks repeats them with the same ids after an unknown outcome.
///
/// Source: pix.md 3.2, 4.3, 4.5
public protocol PixBank: Sendable {
    /// How many calls about charges and payments it takes in a minute.
    var callsPerMinute: Int64 { get }
    /// Offers a charge; the same txid with the same content again is the same charge.
    func create(_ offer: PixOffer) async throws(PixBankError) -> PixBankCharge
    /// The charge as it stands at the bank, with its payments.
    func charge(_ txid: String) async throws(PixBankError) -> PixBankCharge
    /// Withdraws a charge.
    func remove(_ txid: String) async throws(PixBankError) -> PixBankCharge
    /// Lets a charge be paid that long, seconds since its creation at the bank.
    func revise(_ txid: String, expirySeconds: Int64) async throws(PixBankError) -> PixBankCharge
    /// Charges that the bank made in that time, milliseconds since 1970; pages count from 0.
    func charges(_ period: ClosedRange<Int64>, page: Int64) async throws(PixBankError) -> PixPage<PixBankCharge>
    /// One payment.
    func payment(_ e2eID: String) async throws(PixBankError) -> PixPayment
    /// Payments of that time, milliseconds since 1970; pages count from 0.
    func payments(_ period: ClosedRange<Int64>, page: Int64) async throws(PixBankError) -> PixPage<PixPayment>
    /// Payments of that time of which something went back, or is to, by whomever; at most
    /// ``PixReconciliation/listDays`` days, pages count from 0.
    func paymentsGivenBack(_ period: ClosedRange<Int64>, page: Int64) async throws(PixBankError) -> PixPage<PixPayment>
    /// Gives money of a payment back; centavos.
    func giveBack(
        _ amount: Int64, of e2eID: String, id: String, description: String?
    ) async throws(PixBankError) -> PixReturn
    /// A refund as it stands at the bank.
    func refund(_ id: String, of e2eID: String) async throws(PixBankError) -> PixReturn
    /// Sends money. The same key again is the same payout.
    func pay(_ order: PixPayoutOrder) async throws(PixBankError) -> PixBankPayout
    /// A payout as it stands at the bank.
    func payout(_ code: String) async throws(PixBankError) -> PixBankPayout
    /// Movements of the account by Pix on the days of that time, milliseconds since 1970, at most 90 days; pages count
    /// from 0.
    func statement(_ period: ClosedRange<Int64>, page: Int64) async throws(PixBankError) -> PixPage<PixMovement>
}

extension PixBank {
    /// The central bank's API has no statements.
    public func statement(
        _ period: ClosedRange<Int64>, page: Int64
    ) async throws(PixBankError) -> PixPage<PixMovement> {
        throw .notSent("this bank tells of no statement")
    }
}

/// A charge as the bank is asked for it.
public struct PixOffer: Sendable, Hashable {
    /// 26 to 35 letters and digits.
    public var txid: String
    /// Whose account is paid.
    public var key: String
    /// Centavos.
    public var amount: Int64
    /// How long it may be paid, seconds.
    public var expirySeconds: Int64
    /// What the payer reads.
    public var payerNote: String?

    /// - Parameter amount: centavos.
    public init(txid: String, key: String, amount: Int64, expirySeconds: Int64, payerNote: String? = nil) {
        self.txid = txid
        self.key = key
        self.amount = amount
        self.expirySeconds = expirySeconds
        self.payerNote = payerNote
    }
}

/// A charge as the bank has it.
public struct PixBankCharge: Sendable, Hashable {
    public var txid: String
    /// Nil: a word that the document does not have.
    public var status: PixChargeStatus?
    /// The bank's word.
    public var statusWord: String
    public var revision: Int64
    /// Milliseconds since 1970.
    public var createdAt: Int64?
    /// Counted from ``createdAt``.
    public var expirySeconds: Int64?
    /// Centavos.
    public var amount: Int64?
    public var key: String?
    /// Where the payer's app fetches it, without a scheme.
    public var location: String?
    /// Copia e cola.
    public var code: String?
    public var payments: [PixPayment]

    /// - Parameters:
    ///   - createdAt: milliseconds since 1970.
    ///   - amount: centavos.
    public init(
        txid: String, status: PixChargeStatus?, statusWord: String, revision: Int64 = 0, createdAt: Int64? = nil,
        expirySeconds: Int64? = nil, amount: Int64? = nil, key: String? = nil, location: String? = nil,
        code: String? = nil, payments: [PixPayment] = []
    ) {
        self.txid = txid
        self.status = status
        self.statusWord = statusWord
        self.revision = revision
        self.createdAt = createdAt
        self.expirySeconds = expirySeconds
        self.amount = amount
        self.key = key
        self.location = location
        self.code = code
        self.payments = payments
    }
}

/// A payment that reached us.
public struct PixPayment: Sendable, Hashable {
    /// Opaque; capitals count.
    public var e2eID: String
    public var txid: String?
    /// Centavos.
    public var amount: Int64
    /// Milliseconds since 1970.
    public var paidAt: Int64?
    /// Whose account was paid; nil: the bank does not say.
    public var key: String?
    /// What the payer wrote.
    public var payerNote: String?
    public var returns: [PixReturn]

    /// - Parameters:
    ///   - amount: centavos.
    ///   - paidAt: milliseconds since 1970.
    public init(
        e2eID: String, txid: String?, amount: Int64, paidAt: Int64?, key: String? = nil, payerNote: String? = nil,
        returns: [PixReturn] = []
    ) {
        self.e2eID = e2eID
        self.txid = txid
        self.amount = amount
        self.paidAt = paidAt
        self.key = key
        self.payerNote = payerNote
        self.returns = returns
    }
}

/// Money of a payment that goes back, or went back (devolução).
public struct PixReturn: Sendable, Hashable {
    public var id: String
    public var rtrID: String?
    /// Centavos.
    public var amount: Int64
    /// `ORIGINAL`, or why the bank was forced to.
    public var nature: String?
    /// Nil: a word that the document does not have.
    public var status: PixRefundStatus?
    /// The bank's word.
    public var statusWord: String
    /// Milliseconds since 1970.
    public var settledAt: Int64?
    /// Why not.
    public var reason: String?

    /// - Parameters:
    ///   - amount: centavos.
    ///   - settledAt: milliseconds since 1970.
    public init(
        id: String, rtrID: String? = nil, amount: Int64, nature: String? = nil, status: PixRefundStatus?,
        statusWord: String, settledAt: Int64? = nil, reason: String? = nil
    ) {
        self.id = id
        self.rtrID = rtrID
        self.amount = amount
        self.nature = nature
        self.status = status
        self.statusWord = statusWord
        self.settledAt = settledAt
        self.reason = reason
    }
}

/// A page of one of the bank's lists.
public struct PixPage<Item: Sendable>: Sendable {
    public var items: [Item]
    /// Whether another page follows.
    public var hasMore: Bool
    /// How many items could not be read and are left out.
    public var unreadable: Int

    public init(items: [Item], hasMore: Bool, unreadable: Int = 0) {
        self.items = items
        self.hasMore = hasMore
        self.unreadable = unreadable
    }
}

/// A payout as the bank is asked for it.
public struct PixPayoutOrder: Sendable, Hashable {
    /// A UUID in lower case.
    public var requestKey: String
    /// Centavos.
    public var amount: Int64
    /// Who is paid.
    public var key: String
    public var description: String?

    /// - Parameter amount: centavos.
    public init(requestKey: String, amount: Int64, key: String, description: String? = nil) {
        self.requestKey = requestKey
        self.amount = amount
        self.key = key
        self.description = description
    }
}

/// A payout as the bank has it.
public struct PixBankPayout: Sendable, Hashable {
    /// How the bank finds it.
    public var code: String?
    /// Nil: a word that the document does not have.
    public var status: PixPayoutStatus?
    /// The bank's word.
    public var statusWord: String
    public var e2eID: String?
    /// Centavos; nil: the bank does not say.
    public var amount: Int64?
    /// Who is paid; nil: the bank does not say.
    public var key: String?
    /// What went wrong, in the bank's words.
    public var errors: [String]

    /// - Parameter amount: centavos.
    public init(
        code: String?, status: PixPayoutStatus?, statusWord: String, e2eID: String? = nil, amount: Int64? = nil,
        key: String? = nil, errors: [String] = []
    ) {
        self.code = code
        self.status = status
        self.statusWord = statusWord
        self.e2eID = e2eID
        self.amount = amount
        self.key = key
        self.errors = errors
    }
}
