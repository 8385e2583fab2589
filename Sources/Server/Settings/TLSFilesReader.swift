import NIOSSL

/// Reads the certificate chain and its key.
enum TLSFilesReader {
    /// TLS 1.2 and later.
    ///
    /// Source: payme.md 1.1.
    /// - Throws: ``SettingsError`` for files that are no certificate and key.
    static func configuration(_ files: ServerSettings.TLSFiles) throws -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificatePath)
            let key = try NIOSSLPrivateKey(file: files.keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            // Also finds a key that belongs to another certificate.
            _ = try NIOSSLContext(configuration: configuration)
            return configuration
        } catch {
            throw SettingsError(
                "api.tls_cert_path and api.tls_key_path must be a PEM certificate chain and its PEM key: \(error)")
        }
    }
}
