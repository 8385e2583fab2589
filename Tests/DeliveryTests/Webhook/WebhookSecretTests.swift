import Delivery
import Foundation
import Testing

@Suite("A webhook secret")
struct WebhookSecretTests {
    private static func text(_ count: Int) -> String {
        "whsec_" + Data(repeating: 0xAB, count: count).base64EncodedString()
    }

    @Test("has 24 to 64 bytes", arguments: [(23, false), (24, true), (25, true), (32, true), (64, true), (65, false)])
    func length(count: Int, isTaken: Bool) {
        #expect(((try? WebhookSecret(Self.text(count))) != nil) == isTaken)
    }

    @Test("is the same without its padding")
    func padding() throws {
        let text = Self.text(32)
        #expect(text.hasSuffix("="))
        #expect(try WebhookSecret(text) == WebhookSecret(String(text.dropLast())))
    }

    @Test(
        "is refused if it is anything else, and the error repeats nothing of it",
        arguments: [
            "", "whsec_", "whsec", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
            " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8 ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrT====",
        ])
    func malformed(text: String) {
        let error = #expect(throws: WebhookSecret.Malformed.self) { try WebhookSecret(text) }
        #expect(error.map { "\($0)" }?.contains("MfKQ") == false)
    }

    @Test("shows itself nowhere")
    func hidden() throws {
        let secret = try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(WebhookSigner(secret), to: &dumped)
        let shown = ["\(secret)", String(reflecting: secret), "\(WebhookSigner(secret))", dumped].joined(
            separator: "\n")
        for trace in ["MfKQ", "SymmetricKey", "31, 242", "0x31"] { #expect(!shown.contains(trace), "\(shown)") }
    }
}
