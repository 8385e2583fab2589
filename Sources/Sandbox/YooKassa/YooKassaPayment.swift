import StrictJSON

/// A payment, as the simulated YooKassa keeps it.
///
/// Source: yookassa.md 7, 8.
public struct YooKassaPayment: Sendable {
    /// The last two are final.
    public enum Status: String, Sendable, CaseIterable {
        case pending
        case waitingForCapture = "waiting_for_capture"
        case succeeded
        case canceled
    }

    /// 36 characters.
    public let id: String
    /// Whose it is.
    public let shopID: String
    /// The idempotence key that made it.
    public let key: String
    /// The present status.
    public internal(set) var status = Status.pending
    /// Minor units. After a capture of a part: that part.
    public internal(set) var amount: Int64
    /// When it was made, milliseconds since 1970 UTC.
    public let createdAt: Int64
    /// When the money became the shop's, milliseconds since 1970 UTC.
    public internal(set) var capturedAt: Int64?
    /// The end of the hold, milliseconds since 1970 UTC.
    public internal(set) var expiresAt: Int64?
    /// What it was paid by, or is to be.
    public internal(set) var method: YooKassaMethod?
    /// Why it was canceled.
    public internal(set) var cancellation: YooKassaCancellation?
    /// Minor units, of refunds that succeeded.
    public internal(set) var refunded: Int64 = 0
    /// In the order in which they were made.
    let number: Int
    let body: YooPaymentBody
    /// Shown in the form of the payer's page; whoever sends the form knows it.
    let formToken: String
    /// Minor units, of refunds that are under way.
    var refunding: Int64 = 0
    /// When it changes by itself, milliseconds since 1970 UTC.
    var deadline: Int64?
    var receiptStatus: YooKassaReceipt.Status?
    var receiptCount = 0
    var isCodePassed = false

    /// ISO 4217.
    public var currency: String { body.currency }
    /// What the shop calls it.
    public var description: String? { body.description }
    /// Where the payer goes back to.
    public var returnURL: String? { body.confirmation?.returnURL }
    /// Whether it charges a saved method, without the payer.
    public var isCharge: Bool { body.methodID != nil }
    /// Whether the payer has paid, though the money may only be held.
    public var isPaid: Bool { status == .waitingForCapture || status == .succeeded }
    /// Minor units that can be given back.
    public var refundable: Int64 { status == .succeeded ? amount - refunded - refunding : 0 }

    /// A value of `metadata`.
    public func metadata(_ key: String) -> String? { body.metadata[key]?.stringValue }
}

/// Why a payment or a refund was canceled, and by whom.
public struct YooKassaCancellation: Sendable, Hashable {
    /// Who did it.
    public let party: YooKassaParty
    /// As it is written.
    public let reason: String

    var json: JSONValue { ["party": .string(party.rawValue), "reason": .string(reason)] }
}

/// Money that a payer was debited, once.
public struct YooKassaCharge: Sendable, Hashable {
    /// The payment.
    public let paymentID: String
    /// Whose payment.
    public let shopID: String
    /// The idempotence key that made it.
    public let key: String
    /// Minor units.
    public let amount: Int64
    /// When, milliseconds since 1970 UTC.
    public let at: Int64
    /// `metadata` of the payment.
    public let metadata: [String: String]
    /// When a hold went back in full, milliseconds since 1970 UTC.
    public internal(set) var releasedAt: Int64?
}
