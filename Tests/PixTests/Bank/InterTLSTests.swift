import Foundation
import NIOSSL
import Pix
import TestSupport
import Testing

/// Source: pix.md 3.1, 4.1
@Suite("The client's certificate")
struct InterTLSTests {
    private static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// A certificate that signs itself, as PEM and as PKCS#12.
    private func make(_ name: String, in folder: TemporaryFolder) async throws -> [NIOSSLCertificate] {
        try await run(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                folder.file(name + ".key"), "-out", folder.file(name + ".crt"),
            ], in: folder)
        try await run(
            [
                "pkcs12", "-export", "-inkey", folder.file(name + ".key"), "-in", folder.file(name + ".crt"),
                "-passout", "pass:s3same", "-out", folder.file(name + ".pfx"),
            ], in: folder)
        return try NIOSSLCertificate.fromPEMFile(folder.file(name + ".crt"))
    }

    private func run(_ arguments: [String], in folder: TemporaryFolder) async throws {
        let child = try ChildProcess(Self.openssl ?? "", arguments, folder: folder.path)
        let exit = await child.exit()
        try #require(exit == .success, "\(child.errors)")
    }

    @Test(
        "is shown with every call, from PEM or from PKCS#12; without one the bank hears nothing",
        .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
    func mutual() async throws {
        let folder = TemporaryFolder()
        let (bank, client) = (try await make("bank", in: folder), try await make("client", in: folder))
        _ = try await make("stranger", in: folder)
        var server = TLSConfiguration.makeServerConfigurationWithMTLS(
            certificateChain: bank.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: folder.file("bank.key"), format: .pem)),
            trustRoots: .certificates(client))
        server.certificateVerification = .noHostnameVerification
        var bare = TLSConfiguration.makeClientConfiguration()
        bare.trustRoots = .certificates(bank)
        func with(_ name: String) throws -> TLSConfiguration {
            var configuration = bare
            let chain = try NIOSSLCertificate.fromPEMFile(folder.file(name + ".crt"))
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(file: folder.file(name + ".key"), format: .pem))
            return configuration
        }
        var packed = bare
        let bundle = try NIOSSLPKCS12Bundle(file: folder.file("client.pfx"), passphrase: Array("s3same".utf8))
        packed.certificateChain = bundle.certificateChain.map { .certificate($0) }
        packed.privateKey = .privateKey(bundle.privateKey)
        for (identity, isTaken) in [
            (try with("client"), true), (packed, true), (bare, false), (try with("stranger"), false),
        ] {
            try await BankHost.with(server: server, client: identity, deadlineSeconds: 2) { _ in
                BankHost.json(BankHost.charge)
            } body: { host in
                let found = try? await host.bank.charge("7978c0c97ea847e78e8849634473c1f1")
                #expect((found != nil) == isTaken)
                #expect(host.receiver.requests.isEmpty == !isTaken)
            }
        }
    }
}
