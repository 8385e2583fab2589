import Foundation
import Pix

extension SettingReader {
    private enum StrayMoney: String, CaseIterable {
        case hold
        case giveBack = "return"
    }

    private enum Switch: String, CaseIterable {
        case `true`, `false`
    }

    /// Pix's part; nil when there is no key. The rest is read all the same, so that what is malformed is refused before
    /// somebody adds the key.
    func pix() throws -> PixConfiguration? {
        let key = try pixKey()
        let name = try optional(.pixMerchantName)
        let city = try optional(.pixMerchantCity)
        let provider = try choice(.pixProvider, PixConfiguration.Provider.self)
        // The widest that the document can have; the gateway knows what it has.
        let expiry = Int64(try integer(.pixExpirySeconds, 60...2_592_000))
        let secret = try pixWebhookSecret()
        let registers = try choice(.pixRegisterWebhook, Switch.self) == .true
        let publicURL = try pixPublicURL()
        let returnsStrayMoney = try choice(.pixStrayMoney, StrayMoney.self) == .giveBack
        // What these say is looked at by `pixWebhookClient`.
        let showsCertificate =
            try optional(.pixWebhookClientAuthority) != nil || optional(.pixWebhookSubjectHeader) != nil
        guard let key else {
            if name != nil || city != nil || secret != nil {
                throw error(.pixKey, "is missing: set it, or remove everything of Pix's")
            }
            return nil
        }
        // The bank takes https alone. Source: pix.md 4.4
        let noticeURL = publicURL.flatMap { $0.hasPrefix("https://") ? $0 + PixRoutes.noticePath : nil }
        guard let name else { throw error(.pixMerchantName, "is missing beside pix.key") }
        guard let city else { throw error(.pixMerchantCity, "is missing beside pix.key") }
        return PixConfiguration(
            key: key, merchant: try merchant(name, city), provider: provider, expirySeconds: expiry,
            webhookSecret: secret, noticeURL: registers && provider == .inter ? noticeURL : nil,
            returnsStrayMoney: returnsStrayMoney, bankShowsCertificate: showsCertificate)
    }

    func pixPublicURL() throws -> String? {
        guard let text = try optional(.pixPublicURL) else { return nil }
        guard let url = URL(string: text), ["https", "http"].contains(url.scheme), url.host != nil, url.query == nil,
            url.fragment == nil, !text.hasSuffix("/"), !text.hasSuffix("?"), !text.hasSuffix("#"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw error(.pixPublicURL, "must be like https://pay.example, without a slash at the end") }
        return text
    }

    /// - Parameters:
    ///   - hasTLS: the server does TLS itself.
    ///   - trustedProxies: of `http.trusted_proxies`.
    func pixWebhookClient(hasTLS: Bool, trustedProxies: AddressList) throws -> PixWebhookClient? {
        let authority = try optional(.pixWebhookClientAuthority)
        let subject = try optional(.pixWebhookClientSubject)
        let header = try optional(.pixWebhookSubjectHeader)
        if let authority {
            guard header == nil else {
                throw error(
                    .pixWebhookSubjectHeader,
                    "stands beside pix.webhook_client_ca: either a proxy looks at certificates, or this server")
            }
            guard hasTLS else {
                throw error(.pixWebhookClientAuthority, "needs api.tls_cert_path and api.tls_key_path")
            }
            _ = try TLSFilesReader.clientAuthorities(authority)
            return .certificate(authorityPath: authority, subject: subject)
        }
        guard let header else {
            guard subject == nil else {
                throw error(
                    .pixWebhookClientSubject, "needs pix.webhook_client_ca, or pix.webhook_subject_header of a proxy")
            }
            return nil
        }
        guard header.utf8.allSatisfy({ Self.isWordByte($0) || $0 == UInt8(ascii: "-") }) else {
            throw error(.pixWebhookSubjectHeader, "must be the name of a header, such as X-Client-Subject")
        }
        guard let subject else { throw error(.pixWebhookClientSubject, "is missing beside pix.webhook_subject_header") }
        guard !trustedProxies.isEmpty else {
            throw error(.pixWebhookSubjectHeader, "is believed from http.trusted_proxies alone, and that is not set")
        }
        return .proxy(header: header, subject: subject)
    }

    /// The error never repeats the key: it may be somebody's tax number.
    private func pixKey() throws -> PixKey? {
        guard let text = try optional(.pixKey) else { return nil }
        do {
            return try PixKey(text)
        } catch {
            throw self.error(.pixKey, "is no key. \(error.description)")
        }
    }

    private func merchant(_ name: String, _ city: String) throws -> BRCodeMerchant {
        do {
            return try BRCodeMerchant(name: name, city: city)
        } catch {
            let key = error.field == "60" ? SettingKey.pixMerchantCity : .pixMerchantName
            throw self.error(key, "has no letter that a code can hold: write it in Latin letters")
        }
    }

    /// It is a part of a path, and stands there as it is.
    private func pixWebhookSecret() throws -> String? {
        guard let text = try secret(.pixWebhookSecret, minimum: 16) else { return nil }
        guard text.utf8.allSatisfy({ Self.isWordByte($0) || $0 == UInt8(ascii: "-") }) else {
            throw error(.pixWebhookSecret, "must be letters, digits, - and _: make one with `openssl rand -hex 24`")
        }
        return text
    }
}
