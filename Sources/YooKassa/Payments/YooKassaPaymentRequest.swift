public import Payments
public import StrictJSON

/// What the merchant asks to be paid.
public struct YooKassaPaymentRequest: Sendable, Hashable {
    public var amount: Money
    /// A registered order; nil: one is made for this payment.
    public var orderID: String?
    /// The merchant's name for the payer.
    public var userID: String?
    public var description: String?
    /// `redirect`, `embedded`, `qr`, `external`, `mobile_application`.
    public var confirmation: String
    /// Where the payer comes back to, `{id}` standing for the payment's id; nil: as configured.
    public var returnURL: String?
    /// `ru_RU`, `en_US`; nil: YooKassa chooses.
    public var locale: String?
    /// Whether the money is taken as soon as the payer paid; false: it is held.
    public var capture: Bool
    /// `bank_card`, `sbp`, …; nil: the payer chooses.
    public var methodType: String?
    /// Whether the method is to be charged later without the payer.
    public var savesMethod: Bool
    /// Of the 54-FZ, as YooKassa wants it; nil: none.
    public var receipt: JSONValue?
    /// The merchant's own words, given back as they came.
    public var metadata: [String: String]
    public var clientIP: String?
    public var customerID: String?
    /// A second request with the same key is the same request.
    public var idempotencyKey: String?
    /// A saved method that is charged: nobody confirms. Set by subscriptions alone.
    var methodID: String?

    /// - Parameter orderID: see ``orderID``; the others likewise.
    public init(
        amount: Money, orderID: String? = nil, userID: String? = nil, description: String? = nil,
        confirmation: String = "redirect", returnURL: String? = nil, locale: String? = nil, capture: Bool = true,
        methodType: String? = nil, savesMethod: Bool = false, receipt: JSONValue? = nil,
        metadata: [String: String] = [:], clientIP: String? = nil, customerID: String? = nil,
        idempotencyKey: String? = nil
    ) {
        self.amount = amount
        self.orderID = orderID
        self.userID = userID
        self.description = description
        self.confirmation = confirmation
        self.returnURL = returnURL
        self.locale = locale
        self.capture = capture
        self.methodType = methodType
        self.savesMethod = savesMethod
        self.receipt = receipt
        self.metadata = metadata
        self.clientIP = clientIP
        self.customerID = customerID
        self.idempotencyKey = idempotencyKey
    }

    /// The same for the same request, whatever its key.
    var fingerprint: String {
        let words: [String?] = [
            amount.description, orderID, userID, description, confirmation, returnURL, locale, "\(capture)",
            methodType, "\(savesMethod)", receipt?.text, clientIP, customerID, methodID,
        ]
        let pairs = metadata.sorted { $0.key < $1.key }.map { JSONValue.array([.string($0.key), .string($0.value)]) }
        let list = words.map { $0.map(JSONValue.string) ?? .null } + [.array(pairs)]
        return JSONValue.array(list).text
    }

    var kind: YooKassaStoredPayment.Kind { methodID != nil ? .recurring : savesMethod ? .first : .oneOff }
}

/// Why a request is not carried out.
public enum YooKassaRefusal: Error, Sendable, Hashable {
    /// A field does not fit; `rule` says what would.
    case field(String, rule: String)
    /// The order, or the transaction, does not allow it.
    case order(Rejection)
    /// The key came with another request before.
    case otherRequest
    /// Nothing is known of the payment yet: look again in a moment.
    case unresolved
    /// The payer has not paid.
    case notPaid
    /// Something else is being done with it, or was.
    case busy
    /// YooKassa did not take it.
    case provider(YooKassaError.Refusal)
    /// YooKassa did not answer: what became of it is seen at the next look.
    case unanswered
}
