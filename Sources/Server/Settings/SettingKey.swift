import Delivery
import Pix
import Pledg
import YooKassa

/// Every setting there is. What is not listed here is refused.
public enum SettingKey: String, Sendable, CaseIterable {
    /// Address to listen on.
    case apiHost = "api.host"
    /// Port to listen on; 0 takes a free one.
    case apiPort = "api.port"
    /// PEM file with the certificate chain; needs ``apiTLSKey``.
    case apiTLSCertificate = "api.tls_cert_path"
    /// PEM file with the private key; needs ``apiTLSCertificate``.
    case apiTLSKey = "api.tls_key_path"
    /// Where HTTP without TLS may be served: `loopback` or `anywhere`.
    case apiPlainHTTP = "api.plain_http"
    /// `sqlite:FILE` or `sqlite:///path`.
    case databaseURL = "database.url"
    /// Secret. Key of the merchant API; without it that API is off.
    case merchantKey = "merchant.api_key"
    /// Where events are sent; without it no webhooks. Needs ``merchantWebhookSecret``.
    case merchantWebhookURL = "merchant.webhook_url"
    /// Secret. What webhooks and questions are signed with: one `whsec_…`, or two with a comma while one replaces the
    /// other.
    case merchantWebhookSecret = "merchant.webhook_secret"
    /// Who is asked about accounts that are no order; without it they are not found. Needs ``merchantWebhookSecret``.
    case merchantCheckURL = "merchant.check_url"
    /// Whether those two may be on this machine or in a private network: `refuse` or `allow`.
    case merchantPrivateTargets = "merchant.private_targets"
    /// Secret. Cashbox key; without it Payme is off. Source: payme.md 1.2.
    case paymeKey = "payme.key"
    /// Cashbox id; without it no pay links are made. Source: payme.md 6.1.
    case paymeMerchantID = "payme.merchant_id"
    /// Login that Payme sends. Source: payme.md 1.2.
    case paymeLogin = "payme.login"
    /// `production` or `sandbox`: the default of ``paymeCheckoutURL``.
    case paymeMode = "payme.mode"
    /// Field of `account` that holds the order's id. Source: payme.md 2.1.
    case paymeAccountField = "payme.account_field"
    /// A `PaymeConfiguration.BusyOrderError`: `account` or `unable`. Source: payme.md 3.8.
    case paymeBusyOrderError = "payme.busy_order_error"
    /// A `PaymeConfiguration.Refunds`: `allow` or `refuse`. Source: payme.md 9.
    case paymeRefunds = "payme.refunds"
    /// A `PaymeConfiguration.CreateTime`: `own` or `payme`. Source: payme.md 9.
    case paymeCreateTime = "payme.create_time"
    /// A `PaymeConfiguration.Expiry`: `after` or `at`. Source: payme.md 9.
    case paymeExpiry = "payme.expiry"
    /// Member `jsonrpc` in answers: `send` or `omit`. Source: payme.md 1.4.
    case paymeAnswerVersion = "payme.answer_jsonrpc"
    /// Id of the answer to an unreadable request: `null` or `0`. Source: payme.md 1.5.
    case paymeUnreadableID = "payme.unreadable_id"
    /// Host of pay links, without a slash at the end; by default that of ``paymeMode``. Source: payme.md 6.1.
    case paymeCheckoutURL = "payme.checkout_url"
    /// `any`, `payme`, or an ``AddressList``. Source: payme.md 1.3.
    case paymeAllowedAddresses = "payme.allowed_addresses"
    /// Number of the service; without it Click is off. Source: click.md 1.2.
    case clickServiceID = "click.service_id"
    /// Number of the merchant; without it no pay links are made. Source: click.md 3.
    case clickMerchantID = "click.merchant_id"
    /// User of Click's Merchant API; without it nothing is given back through it. Source: click.md 2.
    case clickMerchantUserID = "click.merchant_user_id"
    /// Secret. What calls are signed with. Source: click.md 1.3.
    case clickSecretKey = "click.secret_key"
    /// A `ClickConfiguration.CancelAfterPerform`. Source: click.md 1.9.
    case clickCancelAfterPerform = "click.cancel_after_perform"
    /// A `ClickConfiguration.UnconfirmedCancel`: `refuse` or `accept`. Source: click.md 1.9.
    case clickUnconfirmedCancel = "click.unconfirmed_cancel"
    /// A `ClickConfiguration.AttemptMismatch`: `note` or `refuse`. Source: click.md 1.10.
    case clickAttemptMismatch = "click.attempt_mismatch"
    /// Minutes for which an attempt keeps others off a one-time order; 0: none. Source: click.md 4.
    case clickReserveMinutes = "click.reserve_minutes"
    /// A `ClickConfiguration.AdvancedShop`: `off`, `signed` or `all`. Source: click.md 1.13.
    case clickAdvancedShop = "click.advanced_shop"
    /// Member of `params` that holds the order's id. Source: click.md 1.13.
    case clickAdvancedAccount = "click.advanced_account"
    /// Page of pay links, without a question mark. Source: click.md 3.
    case clickPayURL = "click.pay_url"
    /// Click's Merchant API, without a slash at the end. Source: click.md 2.
    case clickAPIURL = "click.api_url"
    /// `any` or an ``AddressList``. Source: click.md 1.13.
    case clickAllowedAddresses = "click.allowed_addresses"
    /// Origin of Click's test page, which calls from a browser. Source: click.md 1.12.
    case clickTestOrigin = "click.test_origin"
    /// Secret, for it may be a tax number. Whose account is paid; without it Pix is off. Source: pix.md 2.
    case pixKey = "pix.key"
    /// Who is paid, as codes say it. Source: pix.md 1.2.
    case pixMerchantName = "pix.merchant_name"
    /// Where that is, as codes say it. Source: pix.md 1.2.
    case pixMerchantCity = "pix.merchant_city"
    /// A `PixConfiguration.Provider`: `static` or `inter`. Source: pix.md 5.1.
    case pixProvider = "pix.provider"
    /// How long a charge can be paid if its request does not say, seconds. Source: pix.md 5.1.
    case pixExpirySeconds = "pix.expiry_seconds"
    /// Secret. Last part of the webhook's path. Source: pix.md 3.6.
    case pixWebhookSecret = "pix.webhook_secret"
    /// PEM file of who vouches for the bank's certificate; needs ``apiTLSCertificate``. Source: pix.md 3.6.
    case pixWebhookClientAuthority = "pix.webhook_client_ca"
    /// Whose certificate the bank's is, as RFC 4514 writes it. Source: pix.md 3.6.
    case pixWebhookClientSubject = "pix.webhook_client_subject"
    /// Header in which a proxy says that; needs ``pixWebhookClientSubject`` and ``httpTrustedProxies``.
    case pixWebhookSubjectHeader = "pix.webhook_subject_header"
    /// Whether the bank is told where its notices go: `true` or `false`; needs ``pixPublicURL``. Source: pix.md 4.4.
    case pixRegisterWebhook = "pix.register_webhook"
    /// What becomes of money that no charge asked for: `return` or `hold`. Source: pix.md 5.1.
    case pixStrayMoney = "pix.stray_money"
    /// What links to pages begin with; without it they are paths.
    case pixPublicURL = "pix.public_url"
    /// Id of the application at Banco Inter; needs ``interClientSecret``. Source: pix.md 4.1.
    case interClientID = "inter.client_id"
    /// Secret. Of that application. Source: pix.md 4.1.
    case interClientSecret = "inter.client_secret"
    /// PEM with the client's certificate, or PKCS#12 with its key. Source: pix.md 4.1.
    case interCertificate = "inter.cert_path"
    /// PEM with its key; without it the certificate's file is PKCS#12.
    case interKey = "inter.key_path"
    /// Secret. Of the PKCS#12 file.
    case interCertificatePassword = "inter.cert_password"
    /// Where Inter's API is. Source: pix.md 4.1.
    case interBaseURL = "inter.base_url"
    /// The account, if the application has several. Source: pix.md 4.1.
    case interAccount = "inter.account"
    /// Id of the shop; without it YooKassa is off. Source: yookassa.md 2.
    case yookassaShopID = "yookassa.shop_id"
    /// Secret. Its key. Source: yookassa.md 2.
    case yookassaSecretKey = "yookassa.secret_key"
    /// Where YooKassa's API is. Source: yookassa.md 2.
    case yookassaBaseURL = "yookassa.base_url"
    /// How often a charge of a subscription is repeated. Source: yookassa.md 19.
    case yookassaMaxRetries = "yookassa.max_retries"
    /// Where payers come back to if the request does not say. Source: yookassa.md 6.
    case yookassaReturnURL = "yookassa.return_url"
    /// An ``AddressList``: where notifications come from. Source: yookassa.md 14.
    case yookassaSenders = "yookassa.senders"
    /// A `YooKassaConfiguration.SenderCheck`: `ip+api` or `api`. Source: yookassa.md 14.
    case yookassaSenderCheck = "yookassa.sender_check"
    /// Whether a payment that waits keeps others off its one-time order: `true` or `false`. Source: yookassa.md 23.
    case yookassaHoldsOrder = "yookassa.holds_order"
    /// What the shop is paid in. Source: yookassa.md 5.
    case yookassaCurrency = "yookassa.currency"
    /// Whether groups may pay together: `on` or `off`; needs ``merchantKey``.
    case pledgEnabled = "pledg.enabled"
    /// A `PledgConfiguration.OnFailure`: `leader_covers` or `refund_all`. Source: pledg.md 6.
    case pledgOnFailure = "pledg.on_failure"
    /// How the leader's money is secured: `hold` or `charge`. Source: pledg.md 6.
    case pledgMoneyModel = "pledg.money_model"
    /// How long the pledgers may take, hours. Source: pledg.md 1 (S4).
    case pledgHours = "pledg.hours"
    /// Members of a group, the leader included. Source: pledg.md 5.
    case pledgMembersMaximum = "pledg.members_max"
    /// In which members read times: a `GroupTimeZone`. Source: pledg.md 3.1, 7.
    case pledgTimeZone = "pledg.time_zone"
    /// What links to pages begin with; without it they are paths.
    case pledgPublicURL = "pledg.public_url"
    /// Secret. An `SMTPServer`; needs ``smtpFrom``.
    case smtpURL = "smtp.url"
    /// Who e-mails come from.
    case smtpFrom = "smtp.from"
    /// Secret. Token of the bot that tells a chat of payments; without it Telegram is off. Source: yookassa.md 21.
    case telegramBotToken = "telegram.bot_token"
    /// A `TelegramChat`: where the bot writes. Needs ``telegramBotToken``.
    case telegramChatID = "telegram.chat_id"
    /// What the bot tells of: `TelegramEvent`s, separated by commas.
    case telegramEvents = "telegram.events"
    /// A `TelegramLanguage`.
    case telegramLanguage = "telegram.language"
    /// Where the Bot API is, without a slash at the end.
    case telegramBaseURL = "telegram.base_url"
    /// An ``AddressList``: whose `X-Forwarded-For` is believed.
    case httpTrustedProxies = "http.trusted_proxies"
    /// `any` or an ``AddressList``: who sees `/ready` and `/metrics`.
    case httpOperatorAddresses = "http.operator_addresses"
    /// Largest request body, bytes.
    case httpBodyMaximum = "http.body_bytes_max"
    /// Connections served at once; more wait.
    case httpConnectionsMaximum = "http.connections_max"
    /// Time for a request to arrive, seconds.
    case httpRequestSeconds = "http.request_seconds"
    /// Time between two looks for overdue transactions, seconds; 0: none. Source: payme.md 3.11.
    case jobsExpirySeconds = "jobs.expiry_seconds"
    /// A level of swift-log by its name.
    case logLevel = "log.level"
    /// `text` or `json`.
    case logFormat = "log.format"

    /// The name of its environment variable, which is also its name in `.env`: `PAYME_KEY` for `payme.key`.
    public var environmentName: String {
        rawValue.replacing(".", with: "_").uppercased()
    }

    /// How errors call it: `payme.key (PAYME_KEY)`.
    var label: String { "\(rawValue) (\(environmentName))" }

    /// Whether its value is never shown.
    public var isSecret: Bool {
        switch self {
        case .merchantKey, .merchantWebhookSecret, .paymeKey, .clickSecretKey, .pixKey, .pixWebhookSecret,
            .interClientSecret, .yookassaSecretKey, .telegramBotToken, .smtpURL,
            .interCertificatePassword:
            true
        default: false
        }
    }

    /// The value when nothing is set, as text; nil: there is none, and the feature is off or follows another setting.
    public var defaultText: String? {
        switch self {
        case .apiHost: "127.0.0.1"
        case .apiPort: "8080"
        case .apiPlainHTTP: "loopback"
        case .databaseURL: "sqlite:tiyin.db"
        case .merchantPrivateTargets: "refuse"
        case .paymeLogin: "Paycom"
        case .paymeMode: "production"
        case .paymeAccountField: "order_id"
        case .paymeBusyOrderError: "account"
        case .paymeRefunds: "allow"
        case .paymeCreateTime: "own"
        case .paymeExpiry: "after"
        case .paymeAnswerVersion: "send"
        case .paymeUnreadableID: "null"
        case .paymeAllowedAddresses: "any"
        case .clickCancelAfterPerform: "suite-compatible"
        case .clickUnconfirmedCancel: "refuse"
        case .clickAttemptMismatch: "note"
        case .clickReserveMinutes: "0"
        case .clickAdvancedShop: "off"
        case .clickAdvancedAccount: "account"
        case .clickPayURL: "https://my.click.uz/services/pay"
        case .clickAPIURL: "https://api.click.uz/v2/merchant"
        case .clickAllowedAddresses: "any"
        case .pixProvider: "static"
        case .pixExpirySeconds: "86400"
        case .pixRegisterWebhook: "true"
        case .pixStrayMoney: "return"
        case .interBaseURL: InterConfiguration.production
        case .yookassaBaseURL: YooKassaCredentials.productionURL
        case .yookassaMaxRetries: "5"
        case .yookassaSenderCheck: "ip+api"
        case .yookassaHoldsOrder: "true"
        case .yookassaCurrency: "RUB"
        case .pledgEnabled: "on"
        case .pledgOnFailure: PledgConfiguration.OnFailure.leaderCovers.rawValue
        case .pledgMoneyModel: "hold"
        case .pledgHours: "48"
        case .pledgMembersMaximum: "16"
        case .pledgTimeZone: GroupTimeZone.utc.name
        case .telegramEvents: "performed,cancelled,refunded,duplicate"
        case .telegramLanguage: "en"
        case .telegramBaseURL: TelegramConfiguration.production
        case .httpOperatorAddresses: "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
        case .httpBodyMaximum: "65536"
        case .httpConnectionsMaximum: "4096"
        case .httpRequestSeconds: "10"
        case .jobsExpirySeconds: "60"
        case .logLevel: "info"
        case .logFormat: "text"
        case .apiTLSCertificate, .apiTLSKey, .merchantKey, .merchantWebhookURL, .merchantWebhookSecret,
            .merchantCheckURL, .paymeKey, .paymeMerchantID, .paymeCheckoutURL,
            .clickServiceID, .clickMerchantID, .clickMerchantUserID, .clickSecretKey, .clickTestOrigin,
            .pixKey, .pixMerchantName, .pixMerchantCity, .pixWebhookSecret, .pixWebhookClientAuthority,
            .pixWebhookClientSubject, .pixWebhookSubjectHeader, .pixPublicURL, .interClientID,
            .interClientSecret, .interCertificate, .interKey, .interCertificatePassword, .interAccount,
            .yookassaShopID, .yookassaSecretKey, .yookassaReturnURL, .yookassaSenders, .pledgPublicURL, .smtpURL,
            .smtpFrom, .telegramBotToken, .telegramChatID, .httpTrustedProxies:
            nil
        }
    }

    /// One line for the table of settings.
    public var help: String {
        switch self {
        case .apiHost: "address to listen on"
        case .apiPort: "port to listen on; 0 takes a free one"
        case .apiTLSCertificate: "PEM file with the certificate chain; with api.tls_key_path: serve HTTPS"
        case .apiTLSKey: "PEM file with the private key"
        case .apiPlainHTTP: "where HTTP without TLS may be served: `loopback` or `anywhere` (behind a TLS proxy)"
        case .databaseURL: "`sqlite:FILE` or `sqlite:///path`"
        case .merchantKey: "key of the merchant API, 16 characters or more; without it that API is off"
        case .merchantWebhookURL: "where webhooks are sent, https; without it there are none"
        case .merchantWebhookSecret:
            "key that webhooks are signed with: `whsec_` and 24 to 64 bytes in base64; two with a comma while one replaces the other"
        case .merchantCheckURL: "who is asked about accounts that are no order, https; without it they are not found"
        case .merchantPrivateTargets:
            "may these two be http, on this machine or in a private network? `refuse` or `allow`"
        case .paymeKey: "cashbox key (in the sandbox: TEST_KEY); without it Payme is off; 8 characters or more"
        case .paymeMerchantID: "cashbox id; without it no pay links are made"
        case .paymeLogin: "login that Payme sends"
        case .paymeMode: "`production` or `sandbox`: where pay links lead; the key must be of the same mode"
        case .paymeAccountField: "field of `account` that holds the order's id"
        case .paymeBusyOrderError: "second transaction on a live order: `account` (-31099) or `unable` (-31008)"
        case .paymeRefunds: "`allow` or `refuse`: may a performed payment be given back?"
        case .paymeCreateTime: "`create_time` in answers: `own` clock or `payme` (its `time`)"
        case .paymeExpiry: "a transaction runs out `after` 43,200,000 ms, or `at` them"
        case .paymeAnswerVersion: "member `jsonrpc` in answers: `send` or `omit`"
        case .paymeUnreadableID: "id of the answer to an unreadable request: `null` or `0`"
        case .paymeCheckoutURL: "host of pay links; follows payme.mode"
        case .paymeAllowedAddresses: "`any`, `payme` (the published addresses), or a list of addresses and networks"
        case .clickServiceID: "number of the service; without it Click is off"
        case .clickMerchantID: "number of the merchant; without it no pay links are made"
        case .clickMerchantUserID: "user of Click's Merchant API; without it nothing can be given back through it"
        case .clickSecretKey: "key that calls are signed with; 8 characters or more"
        case .clickCancelAfterPerform: "a cancel of a paid payment: `suite-compatible`, `deny` or `accept`"
        case .clickUnconfirmedCancel:
            "that cancel, of a payment Click's Merchant API does not tell of: `refuse` or `accept`"
        case .clickAttemptMismatch: "Complete that names another attempt than Prepare: `note` or `refuse`"
        case .clickReserveMinutes: "how long an attempt keeps other attempts off a one-time order; 0: not at all"
        case .clickAdvancedShop: "Click's Advanced Shop: `off`, `signed` (without Getinfo and Compare) or `all`"
        case .clickAdvancedAccount: "member of the Advanced Shop's `params` that holds the order's id"
        case .clickPayURL: "page of pay links"
        case .clickAPIURL: "Click's Merchant API"
        case .clickAllowedAddresses: "`any`, or a list of addresses and networks"
        case .clickTestOrigin: "origin of Click's test page, such as https://docs.click.uz; not in production"
        case .pixKey:
            "key of the account that is paid: CPF, CNPJ, telephone with +, e-mail or random key; without it Pix is off"
        case .pixMerchantName: "who is paid, as the payer's app may show it; 25 characters count"
        case .pixMerchantCity: "the city of who is paid; 15 characters count"
        case .pixProvider:
            "where charges are known: `static` (a code, and your word that it was paid) or `inter` (Banco Inter)"
        case .pixExpirySeconds: "how long a charge can be paid if its request does not say, 60 to 2592000"
        case .pixWebhookSecret: "last part of the webhook's path, 16 characters or more: the bank alone knows it"
        case .pixWebhookClientAuthority:
            "PEM file of who vouches for the certificate that the bank shows the webhook; with api.tls_cert_path"
        case .pixWebhookClientSubject:
            "subject that certificate must have, such as `CN=pix.bank.example,O=Bank`; without it any of that authority"
        case .pixWebhookSubjectHeader:
            "header in which your proxy says the subject that it verified; believed from http.trusted_proxies alone"
        case .pixRegisterWebhook:
            "tell Banco Inter where its notices go, at the start and daily: `true` or `false`; with an https pix.public_url"
        case .pixStrayMoney: "money that no charge asked for (twice, late, too little): `return` it or `hold` it"
        case .pixPublicURL:
            "what links to payers' pages begin with, such as https://pay.example; without it they are paths"
        case .interClientID: "id of your application at Banco Inter"
        case .interClientSecret: "its secret"
        case .interCertificate:
            "the application's certificate: PEM beside inter.key_path, or PKCS#12 that holds the key"
        case .interKey: "PEM file with the certificate's key"
        case .interCertificatePassword: "password of the PKCS#12 file"
        case .interBaseURL: "Banco Inter's API; its sandbox is https://cdpj-sandbox.partners.uatinter.co"
        case .interAccount: "the account's number, if the application has several"
        case .yookassaShopID: "id of your shop at YooKassa; without it YooKassa is off"
        case .yookassaSecretKey: "its secret key; that of a test shop begins with `test_`"
        case .yookassaBaseURL: "YooKassa's API; https, unless it is on this machine"
        case .yookassaMaxRetries: "how often a refused charge of a subscription is repeated, 0 to 20"
        case .yookassaReturnURL:
            "where payers come back to; `{id}` stands for the payment, or the card's subscription: `https://pay.example/payments/yookassa/{id}/return`"
        case .yookassaSenders:
            "addresses and networks that notifications come from; without it those YooKassa publishes"
        case .yookassaSenderCheck:
            "what a notification must pass: `ip+api` (its sender, and YooKassa is asked) or `api` (behind tunnels)"
        case .yookassaHoldsOrder: "does a payment that waits keep others off its order? `true` or `false`"
        case .yookassaCurrency: "what your shop is paid in, for groups that pay by it: `RUB`, `UZS`, `EUR`, `USD`"
        case .pledgEnabled: "may groups pay together (`POST /purchase`)? `on` or `off`; needs merchant.api_key"
        case .pledgOnFailure:
            "when a share stays unpaid: `leader_covers` (the leader pays it) or `refund_all` (everybody gets it back)"
        case .pledgMoneyModel: "the leader's money: `hold` it where the payment system can, or always `charge` it"
        case .pledgHours: "how long the others may take once the leader has paid, hours, 1 to 720"
        case .pledgMembersMaximum: "members of a group, the leader included, 2 to 16"
        case .pledgTimeZone:
            "in which members of a group read times, on pages and in e-mails: a name such as Asia/Tashkent"
        case .pledgPublicURL:
            "what links to a group's pages begin with, such as https://pay.example; without it they are paths"
        case .smtpURL:
            "where e-mails are handed over: `smtp://user:password@mail.example:587` or `smtps://…`; without it there are none"
        case .smtpFrom: "who they come from: `shop@example.com` or `Shop <shop@example.com>`"
        case .telegramBotToken: "token of the bot that tells a chat of payments; without it Telegram is off"
        case .telegramChatID: "where the bot writes: the number of a chat, or the @name of a public group or channel"
        case .telegramEvents:
            "what it tells of, separated by commas: `created`, `performed`, `cancelled`, `expired`, `refunded`, `duplicate`"
        case .telegramLanguage: "language of its messages: `en`, `ru`, `uz` or `pt`"
        case .telegramBaseURL: "the Bot API; https, unless it is on this machine"
        case .httpTrustedProxies: "addresses and networks whose X-Forwarded-For is believed"
        case .httpOperatorAddresses: "who sees `/ready` and `/metrics`: `any`, or a list of addresses and networks"
        case .httpBodyMaximum: "largest request body, bytes"
        case .httpConnectionsMaximum: "connections served at once; more wait"
        case .httpRequestSeconds: "time to send a whole request; then the connection is closed"
        case .jobsExpirySeconds: "how often overdue transactions are looked for; 0: only when a call touches them"
        case .logLevel: "trace, debug, info, notice, warning, error or critical"
        case .logFormat: "`text` or `json`, one line each, on standard error"
        }
    }
}
