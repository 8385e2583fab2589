/// The merchant as the simulated bank knows it.
public struct PixBankConfiguration: Sendable {
    /// What the token endpoint asks for.
    public var clientID: String
    /// What the token endpoint asks for; it appears in no answer.
    public var clientSecret: String
    /// The merchant's keys, in the form in which the directory has them.
    public var keys: [String]
    /// Shown in a code, 25 characters at the most, ASCII.
    public var merchantName = "LOJA EXEMPLO"
    /// Shown in a code, 15 characters at the most, ASCII.
    public var merchantCity = "SAO PAULO"
    /// Accounts of the application; with several, a call must name one in `x-conta-corrente`.
    public var accounts = ["123456789"]
    /// What the application may ask a token for.
    public var scopes = PixBankOperation.scopes
    /// Notices go to `https` alone, as at the real bank; false also allows `http` on this machine.
    public var requiresSecureNotices = false
    /// Shown to the merchant's webhook endpoint; nil: none.
    public var noticeIdentity: PixBankIdentity?
    /// A PEM file of who signs the certificate of the merchant's webhook endpoint, beside those the system trusts.
    public var noticeTrustPath: String?

    /// - Parameters:
    ///   - clientID: what the token endpoint asks for.
    ///   - clientSecret: what the token endpoint asks for.
    ///   - keys: the merchant's keys.
    public init(clientID: String, clientSecret: String, keys: [String]) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.keys = keys
    }
}

/// A certificate and its key, as PEM files.
public struct PixBankIdentity: Sendable {
    /// The certificate, then those that lead to the one who signed it.
    public var certificatePath: String
    /// Its private key.
    public var keyPath: String

    /// - Parameters:
    ///   - certificatePath: a PEM file.
    ///   - keyPath: a PEM file.
    public init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}
