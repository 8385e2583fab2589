import Foundation
import NIOSSL
import Pix

extension SettingReader {
    /// Banco Inter's part; nil if it is not needed. It is read all the same, files too, so that what is malformed is
    /// refused before somebody needs it.
    func inter(isNeeded: Bool) throws -> InterConfiguration? {
        let id = try secret(.interClientID, minimum: 1)
        let secret = try secret(.interClientSecret, minimum: 1)
        let tls = try interIdentity()
        let base = try interBaseURL()
        let account = try optional(.interAccount)
        if let account, account.first == "0" || !account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw error(.interAccount, "must be digits without zeros before them, not '\(account)'")
        }
        switch (id, secret) {
        case (nil, .some): throw error(.interClientID, "is missing beside inter.client_secret")
        case (.some, nil): throw error(.interClientSecret, "is missing beside inter.client_id")
        default: break
        }
        guard isNeeded else { return nil }
        guard let id, let secret else {
            throw error(.interClientID, "is missing: pix.provider inter needs it, and inter.client_secret")
        }
        // Plain HTTP goes to this machine only: for a simulated bank.
        guard tls != nil || base.hasPrefix("http://") else {
            throw error(.interCertificate, "is missing: Banco Inter takes no call without your certificate")
        }
        return InterConfiguration(
            clientID: id, clientSecret: secret, baseURL: base, account: account,
            tls: base.hasPrefix("http://") ? nil : tls)
    }

    private func interBaseURL() throws -> String {
        let text = try text(.interBaseURL)
        guard let url = URL(string: text), let host = url.host, url.query == nil, url.fragment == nil,
            !text.hasSuffix("/"), !text.hasSuffix("?"), ["https", "http"].contains(url.scheme)
        else { throw error(.interBaseURL, "must be like \(InterConfiguration.production), without a slash at the end") }
        guard text.hasPrefix("https://") || InterConfiguration.ownHosts.contains(host) else {
            throw error(.interBaseURL, "must begin with https:// unless it is this machine's own address")
        }
        return text
    }

    /// The client's certificate with its key: two PEM files, or one of PKCS#12.
    private func interIdentity() throws -> TLSConfiguration? {
        let certificate = try optional(.interCertificate)
        let key = try optional(.interKey)
        let password = try optional(.interCertificatePassword)
        guard let certificate else {
            if key != nil { throw error(.interCertificate, "is missing beside inter.key_path") }
            if password != nil { throw error(.interCertificate, "is missing beside inter.cert_password") }
            return nil
        }
        for (setting, path) in [(SettingKey.interCertificate, certificate), (.interKey, key ?? certificate)]
        where !FileManager.default.isReadableFile(atPath: path) {
            throw error(setting, "is \(path), which cannot be read")
        }
        if key != nil, password != nil {
            throw error(
                .interCertificatePassword, "is of no use beside inter.key_path: PEM files have no password here")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let key {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate)
                configuration.certificateChain = chain.map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            } else {
                let bundle = try NIOSSLPKCS12Bundle(file: certificate, passphrase: password.map { Array($0.utf8) })
                configuration.certificateChain = bundle.certificateChain.map { .certificate($0) }
                configuration.privateKey = .privateKey(bundle.privateKey)
            }
            // Also finds a key that belongs to another certificate.
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            // The library's own words are left out: they may show what it read.
            throw self.error(
                .interCertificate,
                key == nil
                    ? "must be a PKCS#12 file that inter.cert_password opens, or PEM with inter.key_path beside it"
                    : "and inter.key_path must be a PEM certificate and its own PEM key")
        }
        return configuration
    }
}

extension InterConfiguration {
    fileprivate static let ownHosts = ["127.0.0.1", "localhost", "::1", "[::1]"]

    /// Whether the bank is a simulated one beside the server.
    var isOnThisMachine: Bool { URL(string: baseURL)?.host.map(Self.ownHosts.contains) ?? false }
}
