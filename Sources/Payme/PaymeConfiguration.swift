public import JSONRPC

/// How Payme reaches this shop.
public struct PaymeConfiguration: Sendable {
    /// What CreateTransaction answers for a one-time order that another transaction holds, or that is paid or
    /// withdrawn.
    ///
    /// CheckPerformTransaction answers in the account range whatever is chosen.
    ///
    /// Source: payme.md 3.8, where the documentation and the sandbox disagree.
    public enum BusyOrderError: String, Sendable, CaseIterable {
        /// A code of the account range, with the account field as data: -31099 for a busy order, -31051 for one that is
        /// paid or withdrawn.
        case account
        /// -31008, "operation not possible".
        case unable
    }

    /// Whether refunds are taken.
    public enum Refunds: String, Sendable, CaseIterable {
        /// The shop's hook decides about each, or every refund is answered with -31007.
        case allow, refuse
    }

    /// What `create_time` is.
    public enum CreateTime: String, Sendable, CaseIterable {
        /// When we stored the transaction.
        case own
        /// Payme's own `time`.
        case payme
    }

    /// When a transaction that waits for twelve hours runs out.
    public enum Expiry: String, Sendable, CaseIterable {
        /// After them: at 43,200,000 ms it still lives.
        case after
        /// With them: at 43,200,000 ms it does not.
        case at
    }

    /// The cashbox key: `key` in production, `TEST_KEY` in the sandbox. Never empty.
    public var key: String
    /// The login of Basic authentication.
    public var login: String
    /// The cashbox id, needed for pay links.
    public var merchantID: String?
    /// The field of `account` that holds the order's id.
    public var accountField: String
    /// What a second transaction on a live one-time order is answered with.
    public var busyOrderError: BusyOrderError
    /// Whether a performed transaction may be given back at all; the shop's hook may still refuse one.
    ///
    /// Source: payme.md 9 (refund veto).
    public var refunds: Refunds
    /// What `create_time` in answers is.
    ///
    /// Source: payme.md 9 (`create_time`).
    public var createTime: CreateTime
    /// Whether a transaction that is exactly 12 hours old still lives.
    ///
    /// Source: payme.md 9 (expiry comparison).
    public var expiry: Expiry
    /// Whether answers carry `jsonrpc`, and the id of an answer to an unreadable request.
    ///
    /// Source: payme.md 1.4, 1.5.
    public var answerStyle: RPCAnswerStyle
    /// Where the payer is sent: ``productionCheckout`` or ``sandboxCheckout``; no slash at the end.
    public var checkoutURL: String
    /// Saves a new cashbox key when Payme sends ChangePassword; nil: the method does not exist. The new key is in force
    /// once this returns; if it throws, the old one stays and Payme gets -32400.
    ///
    /// Source: payme.md 3.7.
    public var changePassword: (@Sendable (String) async throws -> Void)?

    /// Traps for an empty key: it would let everybody in.
    ///
    /// - Parameters:
    ///   - key: the cashbox key.
    ///   - merchantID: needed for pay links only.
    ///   - checkoutURL: must fit the key: the sandbox's with TEST_KEY, the production's with `key`.
    public init(
        key: String, login: String = "Paycom", merchantID: String? = nil, accountField: String = "order_id",
        busyOrderError: BusyOrderError = .account, refunds: Refunds = .allow,
        createTime: CreateTime = .own, expiry: Expiry = .after, answerStyle: RPCAnswerStyle = .standard,
        checkoutURL: String = Self.productionCheckout,
        changePassword: (@Sendable (String) async throws -> Void)? = nil
    ) {
        precondition(!key.isEmpty, "an empty cashbox key would let everybody in")
        self.key = key
        self.login = login
        self.merchantID = merchantID
        self.accountField = accountField
        self.busyOrderError = busyOrderError
        self.refunds = refunds
        self.createTime = createTime
        self.expiry = expiry
        self.answerStyle = answerStyle
        self.checkoutURL = checkoutURL
        self.changePassword = changePassword
    }

    /// Where payers pay with real money.
    ///
    /// Source: payme.md 6.1.
    public static let productionCheckout = "https://checkout.paycom.uz"
    /// Where payments of Payme's sandbox are made.
    ///
    /// Source: payme.md 6.1.
    public static let sandboxCheckout = "https://test.paycom.uz"

    /// The only addresses that Payme calls from, as it publishes them: 185.234.113.1 to 185.234.113.15.
    ///
    /// Source: payme.md 1.3.
    public static let publishedAddresses: [String] = (1...15).map { "185.234.113.\($0)" }
}
