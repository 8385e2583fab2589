import Foundation
import NIOSSL
import Payments
import Pix
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import Sandbox
@testable import Server

/// A server that receives Pix through a simulated bank, over mTLS, and everything that must stay between them.
struct PixInterShop: Sendable {
    let shop: PixShop
    let bank: PixBankSandbox
    let book: LogBook
    let secrets: Heard

    var running: RunningServer { shop.running }
    var gateway: PixGateway { get throws { try #require(running.server.pix).gateway } }

    static let clientSecret = "client-secret-to-be-recognised"
    static let webhookSecret = "webhook-secret-to-be-recognised"
    static let password = "pkcs12-password-to-be-recognised"
    static let key = "12345678909"
    static let payer = "52998224725"

    /// What nobody may read anywhere.
    final class Heard: Sendable {
        private let texts = Mutex<Set<String>>([clientSecret, webhookSecret, password, key, payer])
        func add(_ text: String) { _ = texts.withLock { $0.insert(text) } }
        var all: Set<String> { texts.withLock { $0 } }
    }

    static func with(
        _ more: [String: String] = [:], _ body: (PixInterShop) async throws -> Void
    ) async throws {
        let maker = CertificateMaker()
        try await maker.authority("authority")
        try await maker.leaf("bank", of: "authority", subject: "/CN=bank.example")
        try await maker.leaf("shop", of: "authority", subject: "/CN=shop.example")
        let bundle = maker.folder.file("shop.pfx")
        try await maker.run([
            "pkcs12", "-export", "-inkey", maker.key("shop"), "-in", maker.pem("shop"), "-passout", "pass:\(password)",
            "-out", bundle,
        ])
        let (secrets, book, clock) = (Heard(), LogBook(), ManualClock(Int64(Date().timeIntervalSince1970 * 1_000)))
        for line in try String(contentsOfFile: maker.key("shop"), encoding: .utf8).split(separator: "\n")
        where !line.hasPrefix("---") { secrets.add(String(line)) }
        let bank = PixBankSandbox(
            PixBankConfiguration(clientID: "app", clientSecret: clientSecret, keys: [key])
        ) { clock.now }
        bank.observe { exchange in
            if let token = exchange.call.authorization?.split(separator: " ").last { secrets.add(String(token)) }
        }
        let tls = PixBankTLS(
            identity: PixBankIdentity(certificatePath: maker.pem("bank"), keyPath: maker.key("bank")),
            clientAuthorityPath: maker.pem("authority"))
        var identity = TLSConfiguration.makeClientConfiguration()
        identity.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(maker.pem("authority")))]
        let packed = try NIOSSLPKCS12Bundle(file: bundle, passphrase: Array(password.utf8))
        identity.certificateChain = packed.certificateChain.map { .certificate($0) }
        identity.privateKey = .privateKey(packed.privateKey)
        let client = identity
        try await bank.serving(tls: tls) { url in
            let environment = PixShop.environment.merging([
                "PIX_KEY": key, "PIX_PROVIDER": "inter", "INTER_CLIENT_ID": "app",
                "INTER_CLIENT_SECRET": clientSecret, "INTER_CERT_PATH": bundle, "INTER_CERT_PASSWORD": password,
                "INTER_BASE_URL": url, "PIX_WEBHOOK_SECRET": webhookSecret,
            ]) { $1 }.merging(more) { $1 }
            // No setting trusts a simulated bank's certificate.
            let running = try await RunningServer(environment, clock: clock, logger: book.logger) { settings in
                settings.inter = InterConfiguration(
                    clientID: "app", clientSecret: clientSecret, baseURL: url, tls: client, deadlineSeconds: 20)
            }
            do {
                try await body(
                    PixInterShop(shop: PixShop(running: running), bank: bank, book: book, secrets: secrets))
            } catch {
                await running.stop()
                throw error
            }
            await running.stop()
        }
    }

    /// The bank knows where its notices go.
    func register() async throws {
        let client = try #require(running.server.pix?.bank)
        try await client.registerWebhook(
            running.url + PixRoutes.noticePath + "/" + Self.webhookSecret, for: try PixKey(Self.key))
    }

    /// Every job that is due, and the clock goes on.
    func goOn(_ rounds: Int = 3) async throws {
        for _ in 0..<rounds {
            for job in PixJob.allCases { _ = try await gateway.advance(job) }
            await bank.deliverDue()
            running.clock.advance(milliseconds: 61_000)
        }
    }
}
