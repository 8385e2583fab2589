/// A shop as the simulated YooKassa knows it.
public struct YooKassaShop: Sendable {
    /// The login of Basic authentication.
    public let id: String
    /// The password of Basic authentication; it appears in no answer. A test shop's begins with `test_`.
    public var secretKey: String
    /// The sub-account that payments go to.
    public var gatewayID = "100700"
    /// Where notifications go; nil: nowhere.
    public var notificationURL: String?
    /// Which events are told.
    public var events = Set(YooKassaEvent.allCases)
    /// Whether `save_payment_method` and `payment_method_id` are allowed.
    public var mayCharge = true
    /// Whether a payment without a receipt is refused.
    public var needsReceipts = false
    /// ISO 4217, the only one that it takes.
    public var currency = "RUB"
    /// What payers may pay by.
    public var methods = YooKassaMethodType.allCases
    /// Minor units; nil: what belongs to a test shop, or to a live one.
    public var limits: ClosedRange<Int64>?

    /// - Parameters:
    ///   - id: the login of Basic authentication.
    ///   - secretKey: its password; that of a test shop begins with `test_`.
    ///   - notificationURL: where notifications go; nil: nowhere.
    public init(id: String, secretKey: String, notificationURL: String? = nil) {
        self.id = id
        self.secretKey = secretKey
        self.notificationURL = notificationURL
    }

    /// Whether no money moves. Source: yookassa.md 2.
    public var isTest: Bool { secretKey.hasPrefix("test_") }

    /// Source: yookassa.md 4 (limits of a live shop).
    func limits(of method: YooKassaMethodType?) -> ClosedRange<Int64> {
        if let limits { return limits }
        return isTest ? 1...99_999_999_999_999 : 100...(method == .bankCard ? 35_000_000 : 70_000_000)
    }
}

/// What a payer pays by.
///
/// Source: yookassa.md 5, 13.
public enum YooKassaMethodType: String, Sendable, CaseIterable {
    case bankCard = "bank_card"
    case yooMoney = "yoo_money"
    case sbp
    case sberbank
    case tinkoffBank = "tinkoff_bank"

    /// SBP cannot. Source: yookassa.md 8.
    var canHold: Bool { self != .sbp }
}

/// What a shop is told of.
///
/// Source: yookassa.md 14.
public enum YooKassaEvent: String, Sendable, CaseIterable {
    case paymentWaiting = "payment.waiting_for_capture"
    case paymentSucceeded = "payment.succeeded"
    case paymentCanceled = "payment.canceled"
    case refundSucceeded = "refund.succeeded"
    case methodActive = "payment_method.active"
}
