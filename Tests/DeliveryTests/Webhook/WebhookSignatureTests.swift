import Delivery
import Foundation
import TestSupport
import Testing

@Suite("A webhook's signature")
struct WebhookSignatureTests {
    private static let now: Int64 = 1_614_265_330_000
    private static let body = Array(#"{"test": 2432232314}"#.utf8)

    private static func secret(_ byte: UInt8, count: Int = 32) throws -> WebhookSecret {
        try WebhookSecret("whsec_" + Data(repeating: byte, count: count).base64EncodedString())
    }

    /// Source: the tests of the reference libraries.
    @Test("is the one that the standard's own libraries make")
    func vector() throws {
        let signer = WebhookSigner(try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let headers = signer.headers(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Self.body)
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(
            headers.map(\.value) == [
                "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ])
    }

    @Test("is made with two keys while one replaces the other, and either of them is enough")
    func rotation() throws {
        let (old, new, foreign) = (try Self.secret(1), try Self.secret(2), try Self.secret(3))
        let signature = WebhookSigner(new, and: old).signature(id: "m", timestamp: 1_614_265_330, body: Self.body)
        #expect(signature.split(separator: " ").count == 2)
        func fits(_ signer: WebhookSigner) -> Bool {
            signer.verify(id: "m", timestamp: "1614265330", signature: signature, body: Self.body, now: Self.now)
        }
        #expect(fits(WebhookSigner(old)))
        #expect(fits(WebhookSigner(new)))
        #expect(fits(WebhookSigner(foreign, and: old)))
        #expect(!fits(WebhookSigner(foreign)))
    }

    @Test("covers id, time and every byte of the body")
    func altered() throws {
        let signer = WebhookSigner(try Self.secret(7))
        let signature = signer.signature(id: "m", timestamp: 1_614_265_330, body: Self.body)
        func fits(_ id: String, _ time: String, _ signature: String, _ body: [UInt8]) -> Bool {
            signer.verify(id: id, timestamp: time, signature: signature, body: body, now: Self.now)
        }
        #expect(fits("m", "1614265330", signature, Self.body))
        #expect(fits("m", "1614265330", "v2,x v1a,y \(signature)", Self.body))
        #expect(!fits("n", "1614265330", signature, Self.body))
        #expect(!fits("m", "1614265331", signature, Self.body))
        #expect(!fits("m", "1614265330", signature, Self.body + [0x20]))
        for index in Self.body.indices {
            var body = Self.body
            body[index] ^= 1
            #expect(!fits("m", "1614265330", signature, body))
        }
        for wrong in [
            "", " ", "v1,", "v1", String(signature.dropFirst(3)), signature + "=", "v2" + signature.dropFirst(2),
        ] {
            #expect(!fits("m", "1614265330", wrong, Self.body), "\(wrong)")
        }
    }

    @Test(
        "is good for five minutes, either way",
        arguments: [
            (0, true), (300_000, true), (-300_000, true), (300_001, false), (-300_001, false), (Int64.max, false),
        ])
    func age(shift: Int64, isGood: Bool) throws {
        let signer = WebhookSigner(try Self.secret(7))
        let signature = signer.signature(id: "m", timestamp: 1_614_265_330, body: Self.body)
        let now = Self.now.addingReportingOverflow(shift).partialValue
        let fits = signer.verify(id: "m", timestamp: "1614265330", signature: signature, body: Self.body, now: now)
        #expect(fits == isGood)
    }

    @Test("is refused with a time that is no whole number of seconds")
    func badTime() throws {
        let signer = WebhookSigner(try Self.secret(7))
        for time in ["", "x", "1614265330.0", "+1614265330", "01614265330", " 1614265330", "9223372036854775807"] {
            // Right but for its form: whoever has the key wrote it so.
            let signature = signer.signature(id: "m.\(time)", timestamp: 0, body: Self.body)
            #expect(!signer.verify(id: "m", timestamp: time, signature: signature, body: Self.body, now: Self.now))
        }
    }

    private static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        .replacing("Tests/DeliveryTests/Webhook", with: ".build/standardwebhooks/bin/python3")

    @Test(
        "is taken by the standard's own Python library",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: python),
            "python3 -m venv .build/standardwebhooks && .build/standardwebhooks/bin/pip install standardwebhooks"))
    func library() async throws {
        let text = "whsec_" + Data(repeating: 9, count: 64).base64EncodedString()
        let signer = WebhookSigner(try WebhookSecret(text), and: try Self.secret(4))
        let body = #"{"name":"Чой 🍵","n":1}"#
        let seconds = Int64(Date().timeIntervalSince1970)
        let signature = signer.signature(id: "evt_1", timestamp: seconds, body: Array(body.utf8))
        for (secret, isTaken) in [
            (text, true), ("whsec_" + Data(repeating: 8, count: 24).base64EncodedString(), false),
        ] {
            let program = """
                import sys
                from standardwebhooks import Webhook
                headers = {"webhook-id": "evt_1", "webhook-timestamp": "\(seconds)", "webhook-signature": "\(signature)"}
                Webhook("\(secret)").verify(sys.stdin.buffer.read(), headers)
                """
            let child = try ChildProcess(Self.python, ["-c", program], folder: "/tmp", input: body)
            #expect((await child.exit() == .success) == isTaken, "\(child.errors)")
        }
    }
}
