public import Click
public import Delivery
import Foundation
public import Logging
public import Mailer
public import Payme
public import Payments
public import Pix
public import Pledg
public import YooKassa

/// Everything that a server is told, parsed and found safe.
public struct ServerSettings: Sendable {
    /// The address to listen on. Without ``tls`` it is this machine's own, unless `api.plain_http` is `anywhere`.
    public var host: String
    /// 0 to 65,535; 0 takes a free one, which ``TiyinServer/run(onRunning:adding:)`` tells.
    public var port: Int
    /// PEM files of the certificate chain and its key; nil: plain HTTP.
    public var tls: TLSFiles?
    /// The SQLite file of `database.url`; a relative path begins at the working folder.
    public var databasePath: String
    /// The key of the merchant API, 16 to 256 visible ASCII characters; nil: that API is off.
    public var merchantKey: String?
    /// How the shop is called; nil: it is not.
    public var shopCalls: ShopCalls?
    /// Nil: Payme is off.
    public var payme: PaymeConfiguration?
    /// Who may call Payme's route; nil: anybody with the key. Others get -32504.
    public var paymeAddresses: AddressList?
    /// Nil: Click is off.
    public var click: ClickConfiguration?
    /// Who may call Click's routes; nil: anybody who can sign. Others get -1.
    public var clickAddresses: AddressList?
    /// Whose pages may call Click's routes from a browser; nil: nobody's.
    public var clickTestOrigin: String?
    /// Nil: Pix is off.
    public var pix: PixConfiguration?
    /// How Banco Inter is reached; nil: `pix.provider` is not `inter`.
    public var inter: InterConfiguration?
    /// What links to payers' pages begin with, without a slash at the end; nil: they are paths.
    public var pixPublicURL: String?
    /// Nil: YooKassa is off.
    public var yookassa: YooKassaConfiguration?
    /// How YooKassa is reached; nil: it is off.
    public var yookassaCredentials: YooKassaCredentials?
    /// What the shop at YooKassa is paid in.
    public var yookassaCurrency: Currency
    /// Nil: no purchases of groups.
    public var pledg: PledgConfiguration?
    /// In which members of a group read times.
    public var pledgTimeZone: GroupTimeZone
    /// What links to a group's pages begin with, without a slash at the end; nil: they are paths.
    public var pledgPublicURL: String?
    /// Where e-mails are handed over; nil: none are sent.
    public var smtp: SMTP?
    /// Which chat hears of payments; nil: none.
    public var telegram: TelegramConfiguration?
    /// How the bank proves that it is who calls Pix's webhook; nil: by the path's secret alone, if there is one.
    public var pixWebhookClient: PixWebhookClient?
    /// Whose `X-Forwarded-For` is believed.
    public var trustedProxies: AddressList
    /// Who sees `/ready` and `/metrics`; nil: anybody. Others get 404, as from a path where there is nothing.
    public var operatorAddresses: AddressList?
    /// The largest request body, 1,024 to 1,048,576 bytes. Beyond it Payme's route answers -32700, the merchant API
    /// 413.
    public var bodyBytesMaximum: Int
    /// Connections served at once, 1 to 100,000; more wait.
    public var connectionsMaximum: Int
    /// How long a request may take to arrive, 1 to 300 seconds; then its connection is closed.
    public var requestSeconds: Int
    /// Seconds between two looks for overdue transactions, 0 to 86,400. 0: no job; one is cancelled only when a call
    /// touches it.
    public var expirySeconds: Int
    /// The least level that is logged. ``TiyinServer`` does not set it: whoever makes the logger does.
    public var logLevel: Logger.Level
    /// Whether log lines are JSON objects; for whoever makes a ``LineLogHandler``.
    public var logsJSON: Bool

    /// Where the server's certificate and its key are.
    public struct TLSFiles: Sendable, Hashable {
        /// PEM, the server's own certificate first, then those that vouch for it.
        public var certificatePath: String
        /// PEM, without a passphrase.
        public var keyPath: String
    }

    /// How e-mails are sent.
    public struct SMTP: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Where they are handed over.
        public var server: SMTPServer
        /// Who they come from.
        public var from: MailAddress

        /// Without the password.
        public var description: String { "\(server.host):\(server.port), \(from.address)" }
        /// The same as ``description``.
        public var debugDescription: String { description }
        /// Nothing to look into.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// Where the shop itself is called, and how that is signed.
    public struct ShopCalls: Sendable {
        /// Where events are sent; nil: nowhere.
        public var webhook: OutboundTarget?
        /// Who is asked about accounts that are no order; nil: nobody.
        public var check: OutboundTarget?
        /// Signs with one key, or with two while one replaces the other.
        public var signer: WebhookSigner
    }

    /// Reads every setting.
    /// - Throws: ``SettingsError`` for the first that is unknown, malformed or unsafe.
    public init(_ source: SettingSource) throws {
        if let stray = source.unknown.first {
            let advice = stray.meant.map { "did you mean \($0)? Correct" } ?? "correct"
            throw SettingsError(
                "\(stray.place) is no setting of tiyin: \(advice) the name or remove it (`tiyin config check` lists "
                    + "them all)")
        }
        let read = SettingReader(source)
        host = try read.text(.apiHost)
        port = try read.integer(.apiPort, 0...65_535)
        tls = try read.tls()
        // Files that are no certificate and key are known now, not at the first connection.
        if let tls { _ = try TLSFilesReader.configuration(tls) }
        databasePath = try read.databasePath()
        merchantKey = try read.secret(.merchantKey, minimum: 16)
        shopCalls = try read.shopCalls()
        trustedProxies =
            try read.optional(.httpTrustedProxies).map { try read.addresses(.httpTrustedProxies, $0) } ?? []
        operatorAddresses = try read.operatorAddresses()
        bodyBytesMaximum = try read.integer(.httpBodyMaximum, 1_024...1_048_576)
        connectionsMaximum = try read.integer(.httpConnectionsMaximum, 1...100_000)
        requestSeconds = try read.integer(.httpRequestSeconds, 1...300)
        expirySeconds = try read.integer(.jobsExpirySeconds, 0...86_400)
        logLevel = try read.choice(.logLevel, Logger.Level.self)
        logsJSON = try read.choice(.logFormat, LogFormat.self) == .json
        payme = try read.payme()
        paymeAddresses = try read.paymeAddresses()
        click = try read.click()
        clickAddresses = try read.clickAddresses()
        clickTestOrigin = try read.clickTestOrigin()
        pix = try read.pix()
        inter = try read.inter(isNeeded: pix?.provider == .inter)
        pixPublicURL = try read.pixPublicURL()
        yookassa = try read.yookassa()
        yookassaCredentials = try read.yookassaCredentials(merchantKey: merchantKey)
        yookassaCurrency = try read.yookassaCurrency()
        pledg = try read.pledg(merchantKey: merchantKey)
        pledgTimeZone = try read.pledgTimeZone()
        pledgPublicURL = try read.pledgPublicURL()
        smtp = try read.smtp()
        telegram = try read.telegram()
        pixWebhookClient = try read.pixWebhookClient(hasTLS: tls != nil, trustedProxies: trustedProxies)
        try refuseUnsafe(read)
    }

    private enum LogFormat: String, CaseIterable {
        case text, json
    }

    private enum PlainHTTP: String, CaseIterable {
        case loopback, anywhere
    }

    private func refuseUnsafe(_ read: SettingReader) throws {
        // An address, not the beginning of a name: 127.example.com may be anywhere.
        let isLoopback = host == "localhost" || (["127.0.0.0/8", "::1"] as AddressList).contains(host)
        if try read.choice(.apiPlainHTTP, PlainHTTP.self) == .loopback, tls == nil, !isLoopback {
            throw SettingsError(
                "api.host (API_HOST) is \(host), and without TLS the keys would cross the network in the clear: set "
                    + "api.tls_cert_path and api.tls_key_path, or API_PLAIN_HTTP=anywhere if a proxy does TLS")
        }
        if let merchantKey, merchantKey == payme?.key {
            throw SettingsError("merchant.api_key and payme.key are the same: give the merchant API a key of its own")
        }
        if let merchantKey, merchantKey == click?.secretKey {
            throw SettingsError(
                "merchant.api_key and click.secret_key are the same: give the merchant API a key of its own")
        }
        if let inter, !inter.isOnThisMachine, pix?.webhookSecret == nil, pixWebhookClient == nil {
            throw SettingsError(
                "pix.provider (PIX_PROVIDER) is inter, and anybody could send its notices: set pix.webhook_secret "
                    + "(PIX_WEBHOOK_SECRET), or pix.webhook_client_ca if the bank shows a certificate")
        }
        if click?.advancedShop == .all, clickAddresses == nil {
            throw SettingsError(
                "click.advanced_shop (CLICK_ADVANCED_SHOP) is all, and two of its calls carry no signature: list the "
                    + "callers in click.allowed_addresses (CLICK_ALLOWED_ADDRESSES), or set it to signed")
        }
    }
}

extension Logger.Level {
    init?(named name: String) { self.init(rawValue: name) }
}
