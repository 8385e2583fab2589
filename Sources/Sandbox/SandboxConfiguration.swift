/// Where the server is, and with which keys the simulated Payme and the page speak to it.
public struct SandboxConfiguration: Sendable {
    /// The server, without a slash at the end: `http://127.0.0.1:8080`. The sandbox knows it by HTTP alone.
    public var url: String
    /// The cashbox key. It appears on no page and in no timeline.
    public var paymeKey: String
    /// The login of Basic authentication.
    public var paymeLogin = "Paycom"
    /// The cashbox id that pay links carry.
    public var merchantID: String
    /// The field of `account` that holds the order's id.
    public var accountField = "order_id"
    /// The key of the merchant API. It appears on no page and in no timeline.
    public var merchantKey: String
    /// Who the shop is at Click; nil: there is no simulated Click.
    public var click: SandboxClick?
    /// Who the shop is at the simulated Pix bank; nil: there is none.
    public var pix: SandboxPix?
    /// Who the shop is at the simulated YooKassa; nil: there is none.
    public var yookassa: SandboxYooKassa?
    /// Whom the simulated Telegram lets write, and where; nil: there is none.
    public var telegram: SandboxTelegram?
    /// How the server speaks to the shop of purchases by groups; nil: the page has none.
    public var groups: SandboxGroups?
    /// How long the simulated Payme or Click thinks between two calls, milliseconds. The real one takes seconds.
    public var pauseMilliseconds: Int64 = 300
    /// Orders whose id begins so were made by the conformance suite; the page leaves them out.
    public var suitePrefix = "conform-"

    public init(url: String, paymeKey: String, merchantID: String, merchantKey: String) {
        self.url = url
        self.paymeKey = paymeKey
        self.merchantID = merchantID
        self.merchantKey = merchantKey
    }

    /// Where the simulated Payme calls.
    var webhookURL: String { url + "/payments/payme/webhook" }
    /// Where the simulated Click calls: the two addresses that a merchant registers in its cabinet.
    func clickURL(_ action: ClickAction) -> String { url + action.path }
    /// Where the simulated bank's API is: the server's `inter.base_url`.
    public static func pixBankURL(of url: String) -> String { url + SandboxPix.bankPath }
    /// Where the simulated bank tells of payments; it adds `/pix` itself.
    func pixNoticeURL(_ pix: SandboxPix) -> String { "\(url)/payments/pix/confirm/\(pix.webhookSecret)" }
    /// Where the simulated API v3 is: the server's `yookassa.base_url`.
    public static func yookassaURL(of url: String) -> String { url + SandboxYooKassa.path + "/v3" }
    /// Where the simulated YooKassa tells of payments.
    var yookassaNoticeURL: String { url + "/payments/yookassa/webhook" }
    /// Where the simulated Bot API is: the server's `telegram.base_url`.
    public static func telegramURL(of url: String) -> String { url + SandboxTelegram.path }
    /// Where the shop takes webhooks: the server's `merchant.webhook_url`.
    public static func webhookURL(of url: String) -> String { url + SandboxGroups.webhookPath }
    /// What pay links must begin with to lead to the simulated checkout: the server's `payme.checkout_url`.
    public static func checkoutURL(of url: String) -> String { url + "/checkout" }
    /// What Click's pay links must begin with to lead to the simulated Click: the server's `click.pay_url`.
    public static func clickPayURL(of url: String) -> String { url + ClickRoutes.payPath }
    /// Where the simulated Merchant API is: the server's `click.api_url`.
    public static func clickAPIURL(of url: String) -> String { url + ClickAPIRoutes.path }
}

/// Who the shop is at the simulated Click.
public struct SandboxClick: Sendable {
    /// The service, in every call.
    public var serviceID: Int64
    /// In pay links alone.
    public var merchantID: Int64
    /// In the header `Auth` of the Merchant API.
    public var merchantUserID: Int64
    /// What calls are signed with. It appears on no page and in no timeline.
    public var secretKey: String
    /// The first number that Click gives away; above what 32 bits hold, as the real ones may be.
    public var firstNumber: Int64 = 5_000_000_001

    public init(serviceID: Int64, merchantID: Int64, merchantUserID: Int64, secretKey: String) {
        self.serviceID = serviceID
        self.merchantID = merchantID
        self.merchantUserID = merchantUserID
        self.secretKey = secretKey
    }
}

/// Who the shop is at the simulated Pix bank.
public struct SandboxPix: Sendable {
    /// What the token endpoint asks for.
    public var clientID: String
    /// What the token endpoint asks for. It appears on no page and in no timeline.
    public var clientSecret: String
    /// The shop's key, in the form in which the directory has it.
    public var key: String
    /// The last part of the path that notices come to. It appears on no page and in no timeline.
    public var webhookSecret: String

    static let bankPath = "/pixbank"

    /// - Parameters:
    ///   - clientID: what the token endpoint asks for.
    ///   - clientSecret: what the token endpoint asks for.
    ///   - key: the shop's own.
    ///   - webhookSecret: the last part of the path that notices come to.
    public init(clientID: String, clientSecret: String, key: String, webhookSecret: String) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.key = key
        self.webhookSecret = webhookSecret
    }
}

/// Who the shop is at the simulated YooKassa.
public struct SandboxYooKassa: Sendable {
    /// The login of Basic authentication.
    public var shopID: String
    /// Its password; that of a test shop begins with `test_`. It appears on no page and in no timeline.
    public var secretKey: String
    /// From where notifications say that they come, in `X-Forwarded-For`: one of YooKassa's own addresses, for a server
    /// that trusts this machine as its proxy; nil: they say nothing.
    public var noticeSender: String?

    static let path = "/yookassa"

    /// - Parameters:
    ///   - shopID: the login of Basic authentication.
    ///   - secretKey: its password; that of a test shop begins with `test_`.
    public init(shopID: String, secretKey: String) {
        self.shopID = shopID
        self.secretKey = secretKey
    }
}

/// Whom the simulated Telegram lets write, and where.
public struct SandboxTelegram: Sendable {
    /// The bot's. It appears on no page and in no timeline.
    public var token: String
    /// A private chat.
    public var chatID: Int64

    static let path = "/telegram"

    /// - Parameters:
    ///   - token: the bot's.
    ///   - chatID: a private chat.
    public init(token: String, chatID: Int64) {
        self.token = token
        self.chatID = chatID
    }
}

/// How the server speaks to the shop of purchases that a group pays together.
public struct SandboxGroups: Sendable {
    /// What webhooks are signed with: `whsec_` and base64. It appears on no page and in no timeline.
    public var webhookSecret: String

    static let webhookPath = "/sandbox/webhook"

    /// - Parameter webhookSecret: what webhooks are signed with: `whsec_` and base64.
    public init(webhookSecret: String) {
        self.webhookSecret = webhookSecret
    }
}
