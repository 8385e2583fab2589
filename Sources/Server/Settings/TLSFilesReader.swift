import NIOSSL

/// Reads the certificate chain and its key.
enum TLSFilesReader {
    /// TLS 1.2 and later.
    ///
    /// Source: payme.md 1.1.
    /// - Parameter clientAuthorityPath: PEM of who vouches for clients. One that shows a certificate shows one of theirs,
    ///   and none has to: payers have none. Nil: nobody is asked.
    /// - Throws: ``SettingsError`` for files that are no certificate and key.
    static func configuration(
        _ files: ServerSettings.TLSFiles, clientAuthorityPath: String? = nil
    ) throws -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificatePath)
            let key = try NIOSSLPrivateKey(file: files.keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            if let clientAuthorityPath {
                configuration.trustRoots = .certificates(try clientAuthorities(clientAuthorityPath))
                configuration.certificateVerification = .optionalVerification
                // A browser then offers its owner's certificates to nobody: none is of that authority.
                configuration.sendCANameList = true
            }
            // Also finds a key that belongs to another certificate.
            _ = try NIOSSLContext(configuration: configuration)
            return configuration
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError(
                "api.tls_cert_path and api.tls_key_path must be a PEM certificate chain and its PEM key: \(error)")
        }
    }

    /// - Throws: ``SettingsError`` for a file that holds no certificate.
    static func clientAuthorities(_ path: String) throws -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else {
            throw SettingsError(
                "\(SettingKey.pixWebhookClientAuthority.label) must be a PEM file with the certificates that vouch for the "
                    + "bank's")
        }
        return found
    }
}
