/// Every setting there is. What is not listed here is refused.
public enum SettingKey: String, Sendable, CaseIterable {
    case apiHost = "api.host"
    case apiPort = "api.port"
    case apiTLSCertificate = "api.tls_cert_path"
    case apiTLSKey = "api.tls_key_path"
    case apiPlainHTTP = "api.plain_http"
    case databaseURL = "database.url"
    case merchantKey = "merchant.api_key"
    case paymeKey = "payme.key"
    case paymeMerchantID = "payme.merchant_id"
    case paymeLogin = "payme.login"
    case paymeMode = "payme.mode"
    case paymeAccountField = "payme.account_field"
    case paymeBusyOrderError = "payme.busy_order_error"
    case paymeRefunds = "payme.refunds"
    case paymeCreateTime = "payme.create_time"
    case paymeExpiry = "payme.expiry"
    case paymeAnswerVersion = "payme.answer_jsonrpc"
    case paymeUnreadableID = "payme.unreadable_id"
    case paymeCheckoutURL = "payme.checkout_url"
    case paymeAllowedAddresses = "payme.allowed_addresses"
    case httpTrustedProxies = "http.trusted_proxies"
    case httpBodyMaximum = "http.body_bytes_max"
    case httpConnectionsMaximum = "http.connections_max"
    case httpRequestSeconds = "http.request_seconds"
    case jobsExpirySeconds = "jobs.expiry_seconds"
    case logLevel = "log.level"
    case logFormat = "log.format"

    /// The name of its environment variable: `PAYME_KEY` for `payme.key`.
    public var environmentName: String {
        rawValue.replacing(".", with: "_").uppercased()
    }

    /// How errors call it: `payme.key (PAYME_KEY)`.
    var label: String { "\(rawValue) (\(environmentName))" }

    /// Whether its value is never shown.
    public var isSecret: Bool {
        switch self {
        case .merchantKey, .paymeKey: true
        default: false
        }
    }

    /// The value when nothing is set; nil: there is none.
    public var defaultText: String? {
        switch self {
        case .apiHost: "127.0.0.1"
        case .apiPort: "8080"
        case .apiPlainHTTP: "loopback"
        case .databaseURL: "sqlite:tiyin.db"
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
        case .httpBodyMaximum: "65536"
        case .httpConnectionsMaximum: "4096"
        case .httpRequestSeconds: "10"
        case .jobsExpirySeconds: "60"
        case .logLevel: "info"
        case .logFormat: "text"
        case .apiTLSCertificate, .apiTLSKey, .merchantKey, .paymeKey, .paymeMerchantID, .paymeCheckoutURL,
            .httpTrustedProxies:
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
        case .httpTrustedProxies: "addresses and networks whose X-Forwarded-For is believed"
        case .httpBodyMaximum: "largest request body, bytes"
        case .httpConnectionsMaximum: "connections served at once; more wait"
        case .httpRequestSeconds: "time to send a whole request; then the connection is closed"
        case .jobsExpirySeconds: "how often overdue transactions are looked for; 0: only when a call touches them"
        case .logLevel: "trace, debug, info, notice, warning, error or critical"
        case .logFormat: "`text` or `json`, one line each, on standard error"
        }
    }
}
