import Delivery
import Server
import Testing

@Suite("Settings of webhooks and questions")
struct ShopCallTests {
    private let secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"

    private func settings(_ environment: [String: String]) throws -> ServerSettings {
        try SettingsFolder().settings(environment)
    }

    private func refusal(_ environment: [String: String]) -> String {
        do {
            _ = try settings(environment)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test("nothing is called unless an address is set; a key alone calls nobody")
    func off() throws {
        #expect(try settings([:]).shopCalls == nil)
        #expect(try settings(["MERCHANT_WEBHOOK_SECRET": secret]).shopCalls == nil)
        let calls = try settings([
            "MERCHANT_WEBHOOK_SECRET": secret, "MERCHANT_CHECK_URL": "https://shop.example/check",
        ]).shopCalls
        #expect(calls?.webhook == nil && calls?.check != nil)
    }

    @Test("an address without a key is refused, and it is said how to make one", arguments: ["WEBHOOK", "CHECK"])
    func keyless(name: String) {
        let told = refusal(["MERCHANT_\(name)_URL": "https://shop.example/"])
        #expect(told.hasPrefix("merchant.webhook_secret (MERCHANT_WEBHOOK_SECRET) is missing beside merchant."))
        #expect(told.contains("openssl rand -base64 32"))
    }

    @Test("two keys at once sign twice; three are too many")
    func rotation() throws {
        let other = "whsec_MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEw"
        func signature(_ text: String) throws -> String? {
            try settings(["MERCHANT_WEBHOOK_SECRET": text, "MERCHANT_WEBHOOK_URL": "https://shop.example/"])
                .shopCalls?.signer.signature(id: "a", timestamp: 1, body: [])
        }
        let one = try #require(try signature(secret))
        let both = try #require(try signature("\(secret),\(other)"))
        #expect(both.split(separator: " ").count == 2 && both.hasPrefix(one + " "))
        #expect(both.hasSuffix(try #require(try signature(other))))
        let told = refusal([
            "MERCHANT_WEBHOOK_SECRET": "\(secret),\(other),\(secret)", "MERCHANT_WEBHOOK_URL": "https://shop.example/",
        ])
        #expect(told.contains("must be one key, or two with a comma between them"))
    }

    @Test(
        "a malformed key is refused without being shown",
        arguments: ["whsec_short", "MDEyMzQ1Njc4OTAxMjM0NTY3", "whsec_!!!!"])
    func malformedKey(text: String) {
        let told = refusal(["MERCHANT_WEBHOOK_SECRET": text, "MERCHANT_WEBHOOK_URL": "https://shop.example/"])
        #expect(told.hasPrefix("merchant.webhook_secret (MERCHANT_WEBHOOK_SECRET) "))
        #expect(!told.contains(text))
    }

    @Test("http is for private targets only, and these have to be allowed")
    func privateTargets() throws {
        let address = "http://shop.example/hook"
        let told = refusal(["MERCHANT_WEBHOOK_SECRET": secret, "MERCHANT_WEBHOOK_URL": address])
        #expect(told.hasPrefix("merchant.webhook_url (MERCHANT_WEBHOOK_URL) "), "\(told)")
        let allowed = try settings([
            "MERCHANT_WEBHOOK_SECRET": secret, "MERCHANT_WEBHOOK_URL": address, "MERCHANT_PRIVATE_TARGETS": "allow",
        ])
        #expect(allowed.shopCalls?.webhook?.allowsPrivate == true)
        #expect(
            refusal(["MERCHANT_PRIVATE_TARGETS": "yes"])
                == "merchant.private_targets (MERCHANT_PRIVATE_TARGETS) must be one of refuse, allow, not 'yes'")
    }

    @Test(
        "an address that is none is refused",
        arguments: ["shop.example", "ftp://shop.example/", "https://", "https://u:p@shop.example/"])
    func malformedAddress(text: String) {
        for name in ["MERCHANT_WEBHOOK_URL", "MERCHANT_CHECK_URL"] {
            let told = refusal(["MERCHANT_WEBHOOK_SECRET": secret, name: text])
            #expect(told.contains(name) && !told.contains("u:p@"), "\(told)")
        }
    }

    @Test("of an address only the host is shown")
    func shown() throws {
        let source = try SettingsFolder().source([
            "MERCHANT_WEBHOOK_URL": "https://shop.example/t/s3cret?token=s3cret", "MERCHANT_WEBHOOK_SECRET": secret,
        ])
        #expect(source.shown(.merchantWebhookURL) == "https://shop.example/…")
        #expect(source.shown(.merchantWebhookSecret) == "set, not shown")
    }
}
