import Payments
import Pix
import Sandbox
import Specification
import Storage
import StrictJSON
import TestSupport
import Testing

/// Source: pix.md 3.6, 4.4
@Suite("The address for notices")
struct RegistrationTests {
    private struct Scene {
        let shop: TestStore
        let gateway: PixGateway
        let bank: PixBankSandbox
        let client: InterBank
        let key: PixKey
        let book: LogBook

        /// What the bank has.
        func expect(_ address: String?, _ location: SourceLocation = #_sourceLocation) async throws {
            let known = try await client.webhook(for: key)
            #expect(known == address, sourceLocation: location)
        }

        @discardableResult
        func advance() async -> Int64 { await gateway.advance(.webhook) }
    }

    private static let address = "https://shop.example/payments/pix/confirm"
    private static let secret = "only-the-bank-knows-this"

    private func play(
        key: String = Till.key, address: String? = Self.address, secret: String? = Self.secret,
        _ body: (Scene) async throws -> Void
    ) async throws {
        let shop = try await TestStore(migrations: PixGateway.migrations)
        let (clock, book, key) = (shop.clock, LogBook(), try PixKey(key))
        let bank = PixBankSandbox(
            PixBankConfiguration(clientID: "c", clientSecret: "s", keys: [key.text])
        ) { clock.now }
        let specifications = try Specifications.load()
        try await bank.serving { url in
            let client = InterBank(
                InterConfiguration(clientID: "c", clientSecret: "s", baseURL: url, tls: nil, deadlineSeconds: 2),
                specification: specifications.pix, clock: clock.source)
            let gateway = try PixGateway(
                PixConfiguration(
                    key: key, merchant: try BRCodeMerchant(name: "Loja", city: "Recife"), provider: .inter,
                    webhookSecret: secret, noticeURL: address),
                service: shop.service, store: shop.store, specifications: specifications, bank: client,
                logger: book.logger)
            do {
                try await body(
                    Scene(shop: shop, gateway: gateway, bank: bank, client: client, key: key, book: book))
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
        await shop.close()
    }

    @Test("is told to the bank at the start, for keys of every kind", arguments: [Till.key, "+5561912345678"])
    func start(key: String) async throws {
        try await play(key: key) { scene in
            try await scene.expect(nil)
            let pause = await scene.advance()
            #expect(pause == 3_600_000)
            try await scene.expect(Self.address + "/" + Self.secret)
            #expect(scene.book.lines.count == 1)
        }
    }

    @Test("has no secret in it if there is none, and none is told if there is no address")
    func without() async throws {
        try await play(secret: nil) { scene in
            await scene.advance()
            try await scene.expect(Self.address)
        }
        try await play(address: nil) { scene in
            await scene.advance()
            try await scene.expect(nil)
        }
    }

    @Test("is looked at again after a day, and put right if the bank has another, or none")
    func daily() async throws {
        try await play { scene in
            await scene.advance()
            try await scene.client.registerWebhook("https://somebody.example/else", for: scene.key)
            scene.shop.clock.advance(hours: 23)
            await scene.advance()
            try await scene.expect("https://somebody.example/else")
            scene.shop.clock.advance(hours: 1)
            await scene.advance()
            try await scene.expect(Self.address + "/" + Self.secret)
            // Nothing differs: nothing is sent, and nothing is said.
            let lines = scene.book.lines.count
            scene.bank.fail(.putWebhook, with: .refused(500))
            scene.shop.clock.advance(hours: 24)
            await scene.advance()
            #expect(scene.book.lines.count == lines)
        }
    }

    @Test("is told again after a failure, in a while", arguments: [PixBankOperation.readWebhook, .putWebhook, .token])
    func failure(of operation: PixBankOperation) async throws {
        try await play { scene in
            scene.bank.fail(operation, with: .refused(500), .refused(400))
            let pause = await scene.advance()
            #expect(pause == 60_000)
            let again = await scene.advance()
            #expect(again == 60_000)
            for _ in 0..<3 {
                scene.shop.clock.advance(milliseconds: 121_000)
                await scene.advance()
            }
            try await scene.expect(Self.address + "/" + Self.secret)
        }
    }

    @Test("stands in the log without its secret, and what the bank had does not stand there")
    func logged() async throws {
        try await play { scene in
            try await scene.client.registerWebhook("https://shop.example/an-older-secret", for: scene.key)
            scene.bank.fail(.readWebhook, with: .refused(400))
            await scene.advance()
            scene.shop.clock.advance(hours: 1)
            await scene.advance()
            let log = scene.book.lines.joined(separator: "\n")
            #expect(log.contains("the bank could not be told"))
            #expect(log.contains(Self.address + "/…"))
            #expect(!log.contains(Self.secret))
            #expect(!log.contains("an-older-secret"))
        }
    }
}
