/// How Click reaches this shop, and how the shop reaches Click.
public struct ClickConfiguration: Sendable {
    /// What a cancel of a performed payment gets.
    ///
    /// Source: click.md 1.9, where Click contradicts itself.
    public enum CancelAfterPerform: String, Sendable, CaseIterable {
        /// The code that Click's 2026 suite sends cancels, every other is refused. Both of Click's suites pass.
        case suiteCompatible = "suite-compatible"
        /// The payment stays; the answer is "already paid".
        case deny
        /// The payment is cancelled after it was performed.
        case accept
    }

    /// What a cancel of a performed payment gets that would be undone, when Click's Merchant API does not tell of the
    /// payment.
    public enum UnconfirmedCancel: String, Sendable, CaseIterable {
        /// The payment stays.
        case refuse
        /// It is undone: for Click's test suites, whose payments are none.
        case accept
    }

    /// What happens to a Complete whose `click_trans_id` is not that of its Prepare.
    ///
    /// Source: click.md 1.10: an older test program of Click's sends other ones.
    public enum AttemptMismatch: String, Sendable, CaseIterable {
        /// It is noted and goes on.
        case note
        /// It is answered as an unknown transaction.
        case refuse
    }

    /// Which of the Advanced Shop's calls are answered.
    ///
    /// Source: click.md 1.13: two of them carry no signature.
    public enum AdvancedShop: String, Sendable, CaseIterable {
        /// None: a body of JSON is a bad request.
        case off
        /// Prepare, Complete and Check, which are signed.
        case signed
        /// Getinfo and Compare as well. Only for callers whose addresses are known.
        case all
    }

    /// The service, above 0.
    public var serviceID: Int64
    /// The secret that calls are signed with. Never empty.
    public var secretKey: String
    /// Needed for pay links.
    public var merchantID: Int64?
    /// Needed for Click's Merchant API.
    public var merchantUserID: Int64?
    /// What a cancel of a performed payment gets.
    public var cancelAfterPerform: CancelAfterPerform
    /// What a cancel gets that Click's Merchant API knows nothing of.
    public var unconfirmedCancel: UnconfirmedCancel
    /// What another `click_trans_id` in Complete means.
    public var attemptMismatch: AttemptMismatch
    /// How long an attempt keeps other attempts at Click off a one-time order, milliseconds; 0: not at all.
    ///
    /// Source: click.md 4, edge case 3.
    public var reservationMilliseconds: Int64
    /// Which of the Advanced Shop's calls are answered.
    public var advancedShop: AdvancedShop
    /// The member of `params` that holds the order's id in the Advanced Shop's calls.
    public var advancedAccount: String
    /// Where the payer is sent, without a question mark at the end.
    public var payURL: String
    /// Click's Merchant API, without a slash at the end.
    public var apiURL: String

    /// Traps for an empty secret: it would let everybody in.
    ///
    /// - Parameters:
    ///   - merchantID: needed for pay links only.
    ///   - merchantUserID: needed for refunds and all other calls to Click.
    ///   - reservationMilliseconds: 0: any number of attempts may wait for one order.
    public init(
        serviceID: Int64, secretKey: String, merchantID: Int64? = nil, merchantUserID: Int64? = nil,
        cancelAfterPerform: CancelAfterPerform = .suiteCompatible, unconfirmedCancel: UnconfirmedCancel = .refuse,
        attemptMismatch: AttemptMismatch = .note,
        reservationMilliseconds: Int64 = 0, advancedShop: AdvancedShop = .off, advancedAccount: String = "account",
        payURL: String = Self.productionPay, apiURL: String = Self.productionAPI
    ) {
        precondition(!secretKey.isEmpty, "an empty secret would let everybody in")
        self.serviceID = serviceID
        self.secretKey = secretKey
        self.merchantID = merchantID
        self.merchantUserID = merchantUserID
        self.cancelAfterPerform = cancelAfterPerform
        self.unconfirmedCancel = unconfirmedCancel
        self.attemptMismatch = attemptMismatch
        self.reservationMilliseconds = reservationMilliseconds
        self.advancedShop = advancedShop
        self.advancedAccount = advancedAccount
        self.payURL = payURL
        self.apiURL = apiURL
    }

    /// Where payers pay.
    ///
    /// Source: click.md 3.
    public static let productionPay = "https://my.click.uz/services/pay"
    /// Where merchants call.
    ///
    /// Source: click.md 2.
    public static let productionAPI = "https://api.click.uz/v2/merchant"
}
