import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox

@Suite("The simulated bank over TLS")
struct PixTLSTests {
    private static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// A self-signed certificate for 127.0.0.1, which is its own authority.
    private static func certificate(_ name: String, in folder: TemporaryFolder) async throws -> PixBankIdentity {
        let identity = PixBankIdentity(
            certificatePath: folder.file("\(name).pem"), keyPath: folder.file("\(name).key.pem"))
        let child = try ChildProcess(
            openssl ?? "",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", identity.keyPath,
                "-out", identity.certificatePath,
            ], folder: folder.path)
        #expect(await child.exit() == .success, "\(child.errors)")
        return identity
    }

    private static func tls(trusting server: PixBankIdentity, as client: PixBankIdentity?) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(server.certificatePath))
        if let client {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(client.certificatePath).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: client.keyPath, format: .pem))
        }
        return tls
    }

    private static func status(_ url: String, _ tls: TLSConfiguration) async throws -> UInt {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(tlsConfiguration: tls))
        let result: Result<UInt, any Error>
        do {
            result = .success(
                try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(10)).status.code)
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    @Test(
        "lets in who has a certificate of its authority, and nobody else",
        .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
    func client() async throws {
        let folder = TemporaryFolder()
        let server = try await Self.certificate("bank", in: folder)
        let merchant = try await Self.certificate("merchant", in: folder)
        let stranger = try await Self.certificate("stranger", in: folder)
        let bank = PixBankSandbox(PixBooth.configuration) { 1_795_219_200_000 }
        let required = PixBankTLS(identity: server, clientAuthorityPath: merchant.certificatePath)
        try await bank.serving(tls: required) { url in
            let path = "\(url)/pix/v2/cob/a"
            #expect(url.hasPrefix("https://"))
            let known = try await Self.status(path, try Self.tls(trusting: server, as: merchant))
            #expect(known == 401)
            for nobody in [nil, stranger] {
                let tls = try Self.tls(trusting: server, as: nobody)
                await #expect(throws: (any Error).self) { try await Self.status(path, tls) }
            }
        }
        #expect(bank.callCount(.readCharge) == 1)
        try await bank.serving(tls: PixBankTLS(identity: server, clientAuthorityPath: nil)) { url in
            let open = try await Self.status("\(url)/pix/v2/cob/a", try Self.tls(trusting: server, as: nil))
            #expect(open == 401)
        }
    }

    @Test(
        "shows its certificate to a shop that asks for it, and cannot tell it anything without",
        .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
    func notices() async throws {
        let folder = TemporaryFolder()
        let shop = try await Self.certificate("shop", in: folder)
        let bank = try await Self.certificate("bank", in: folder)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(shop.certificatePath).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: shop.keyPath, format: .pem)))
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(bank.certificatePath))
        tls.certificateVerification = .noHostnameVerification
        try await HTTPReceiver.with(.answer(200), tls: tls) { receiver in
            for identity in [nil, bank] {
                var configuration = PixBooth.configuration
                configuration.noticeTrustPath = shop.certificatePath
                configuration.noticeIdentity = identity
                let bank = PixBankSandbox(configuration) { 1_795_219_200_000 }
                let url = "https://127.0.0.1:\(receiver.port)/avisos"
                bank.change { $0.webhooks[PixBooth.key] = PixBankBooks.Webhook(url: url, registeredAt: 0) }
                bank.forgeNotice(txid: PixBooth.txid, amount: 1)
                await bank.deliverDue()
                #expect(bank.noticeAttempts.map(\.isTaken) == [identity != nil])
            }
            #expect(receiver.requests.map(\.uri) == ["/avisos/pix"])
        }
    }

    @Test("stops with a reason if its certificate is not there")
    func missing() async throws {
        let bank = PixBankSandbox(PixBooth.configuration) { 0 }
        let tls = PixBankTLS(
            identity: PixBankIdentity(certificatePath: "/nowhere.pem", keyPath: "/nowhere.pem"),
            clientAuthorityPath: nil)
        await #expect(throws: (any Error).self) { try await bank.serving(tls: tls) { _ in } }
    }
}
