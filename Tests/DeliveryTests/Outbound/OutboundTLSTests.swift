import Delivery
import Foundation
import NIOSSL
import TestSupport
import Testing

@Suite("TLS of a call of ours")
struct OutboundTLSTests {
    private static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
        "is checked against the URL's name, wherever the connection goes",
        .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
    func name() async throws {
        let folder = TemporaryFolder()
        let child = try ChildProcess(
            Self.openssl ?? "",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=shop.test", "-addext", "subjectAltName=DNS:shop.test", "-keyout", folder.file("key.pem"),
                "-out", folder.file("cert.pem"),
            ], folder: folder.path)
        #expect(await child.exit() == .success, "\(child.errors)")
        let certificates = try NIOSSLCertificate.fromPEMFile(folder.file("cert.pem"))
        let server = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: folder.file("key.pem"), format: .pem)))
        var trusting = TLSConfiguration.makeClientConfiguration()
        trusting.trustRoots = .certificates(certificates)
        let resolver = AddressResolver { _ in [IPAddress("127.0.0.1")].compactMap { $0 } }
        try await HTTPReceiver.with(tls: server) { receiver in
            let trusted = OutboundCall(resolver: resolver, tls: trusting)
            let status = try await trusted.post(to: "https://shop.test:\(receiver.port)/").status
            #expect(status == 204)
            let otherName = try await trusted.failure("https://other.test:\(receiver.port)/")
            #expect(otherName == .tls)
            let bareAddress = try await trusted.failure("https://127.0.0.1:\(receiver.port)/")
            #expect(bareAddress == .tls)
            let strange = OutboundCall(resolver: resolver)
            let untrusted = try await strange.failure("https://shop.test:\(receiver.port)/")
            #expect(untrusted == .tls)
            #expect(receiver.requests.count == 1)
        }
        try await HTTPReceiver.with { receiver in
            let call = OutboundCall(resolver: resolver, tls: trusting)
            let plain = try await call.failure("https://shop.test:\(receiver.port)/")
            #expect(plain == .tls)
            #expect(receiver.requests.isEmpty)
        }
    }
}
