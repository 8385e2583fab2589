public import NIOSSL

extension ServerSettings.TLSFiles {
    /// How a tool beside the server trusts it: the certificate is for the name that the world knows, not for the
    /// address on this machine, and it may be one that nobody else trusts.
    /// - Throws: what NIOSSL throws if the file cannot be read.
    public func clientConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(certificatePath))]
        configuration.certificateVerification = .noHostnameVerification
        return configuration
    }
}
