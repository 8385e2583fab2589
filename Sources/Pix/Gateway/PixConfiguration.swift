/// How payments by Pix are received.
public struct PixConfiguration: Sendable {
    /// Where charges are known.
    public enum Provider: String, Sendable, Hashable, CaseIterable {
        /// Nowhere but here: a static code, and the merchant's word that it was paid.
        case `static`
        /// At Banco Inter.
        case inter
    }

    /// Whose account is paid.
    public var key: PixKey
    /// Who is paid, for the payer's eyes.
    public var merchant: BRCodeMerchant
    /// Where charges are known.
    public var provider: Provider
    /// How long a charge may be paid if nobody says, seconds; nil: as the document says.
    public var expirySeconds: Int64?
    /// A part of the webhook's path that only the bank knows; nil: the path has none.
    public var webhookSecret: String?
    /// Where the bank is told to send its notices, without the secret and without a slash at the end; nil: the merchant
    /// tells it himself.
    public var noticeURL: String?
    /// Whether money goes back by itself that no charge asked for: paid twice, late, too little, or what is too much of
    /// it. False: it is held, and somebody has to look.
    public var returnsStrayMoney: Bool
    /// Whether who sends notices is known by the bank's certificate: to this server, or to a proxy in front of it.
    public var bankShowsCertificate: Bool

    /// Whether notices come that are the bank's for sure.
    var isVouchedFor: Bool { webhookSecret != nil || bankShowsCertificate }

    /// - Parameters:
    ///   - expirySeconds: nil: as the document says.
    ///   - webhookSecret: see ``webhookSecret``.
    ///   - noticeURL: see ``noticeURL``.
    ///   - bankShowsCertificate: see ``bankShowsCertificate``.
    public init(
        key: PixKey, merchant: BRCodeMerchant, provider: Provider = .static, expirySeconds: Int64? = nil,
        webhookSecret: String? = nil, noticeURL: String? = nil, returnsStrayMoney: Bool = true,
        bankShowsCertificate: Bool = false
    ) {
        self.key = key
        self.merchant = merchant
        self.provider = provider
        self.expirySeconds = expirySeconds
        self.webhookSecret = webhookSecret
        self.noticeURL = noticeURL
        self.returnsStrayMoney = returnsStrayMoney
        self.bankShowsCertificate = bankShowsCertificate
    }
}

extension PixConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The provider alone: the key may be a tax number, and the path's secret is one.
    public var description: String { "Pix, provider \(provider.rawValue)" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
