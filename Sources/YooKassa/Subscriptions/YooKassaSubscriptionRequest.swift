public import Payments
public import StrictJSON

/// What a payer agreed to pay again and again.
///
/// Source: yookassa.md 13
public struct YooKassaSubscriptionRequest: Sendable, Hashable {
    /// Of each period, the first one included.
    public var amount: Money
    /// The merchant's name for the payer.
    public var userID: String
    public var description: String?
    /// With ``every``: how long a period is.
    public var unit: YooKassaSubscription.Unit
    public var every: Int64
    /// The payer's time zone: `Europe/Moscow`.
    public var zone: String
    /// What the payer agreed to, in the words that were shown: amount, frequency, and how to stop.
    public var consent: String
    /// For every payment; nil: none.
    public var receipt: JSONValue?
    /// How the payer confirms the first payment, and where he comes back to.
    public var confirmation: String
    public var returnURL: String?
    /// False: a card is saved without a payment, and the first charge comes when the first period is over.
    public var startsWithPayment: Bool
    /// A second request with the same key is the same request.
    public var idempotencyKey: String?

    /// - Parameters:
    ///   - every: 1 or more units.
    ///   - consent: see ``consent``.
    public init(
        amount: Money, userID: String, description: String? = nil, unit: YooKassaSubscription.Unit = .month,
        every: Int64 = 1, zone: String = "Europe/Moscow", consent: String, receipt: JSONValue? = nil,
        confirmation: String = "redirect", returnURL: String? = nil, startsWithPayment: Bool = true,
        idempotencyKey: String? = nil
    ) {
        self.amount = amount
        self.userID = userID
        self.description = description
        self.unit = unit
        self.every = every
        self.zone = zone
        self.consent = consent
        self.receipt = receipt
        self.confirmation = confirmation
        self.returnURL = returnURL
        self.startsWithPayment = startsWithPayment
        self.idempotencyKey = idempotencyKey
    }

    /// The same for the same request, whatever its key.
    var fingerprint: String {
        let words: [String?] =
            [
                amount.description, userID, description, unit.rawValue, "\(every)", zone, consent, receipt?.text,
                confirmation, returnURL,
            ] + (startsWithPayment ? [] : ["card"])
        return JSONValue.array(words.map { $0.map(JSONValue.string) ?? .null }).text
    }

    var firstPayment: YooKassaPaymentRequest {
        YooKassaPaymentRequest(
            amount: amount, userID: userID, description: description, confirmation: confirmation,
            returnURL: returnURL, savesMethod: true, receipt: receipt)
    }
}
