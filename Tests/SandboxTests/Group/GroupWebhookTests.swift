import Crypto
import Foundation
import StrictJSON
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("Webhooks and e-mails that the sandbox takes")
struct GroupWebhookTests {
    private static let secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
    private static let now: Int64 = 1_795_219_200_000

    private static func desk() -> GroupDesk {
        let clock = SandboxClock { now }
        return GroupDesk(
            configuration: SandboxConfiguration(
                url: "http://127.0.0.1:1", paymeKey: "k", merchantID: "m", merchantKey: "k"),
            shop: SandboxGroups(webhookSecret: secret), clock: clock, timeline: Timeline { clock.now })
    }

    private static func message(
        _ body: String, id: String = "msg_1", seconds: Int64 = now / 1_000, key: String = secret
    ) -> GroupDesk.Message {
        let signed = Array("\(id).\(seconds).\(body)".utf8)
        let bytes = Data(base64Encoded: String(key.dropFirst(6))) ?? Data()
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: bytes))
        return GroupDesk.Message(
            id: id, timestamp: "\(seconds)", signature: "v1,\(Data(code).base64EncodedString())",
            body: Array(body.utf8))
    }

    private static let funded = #"{"type":"purchase.funded","data":{"purchase":{"id":"pur_1","reference":"A"}}}"#

    @Test("only what the server has signed within five minutes is believed")
    func genuine() {
        let desk = Self.desk()
        #expect(desk.isGenuine(Self.message(Self.funded)))
        #expect(desk.isGenuine(Self.message(Self.funded, seconds: Self.now / 1_000 - 300)))
        #expect(!desk.isGenuine(Self.message(Self.funded, seconds: Self.now / 1_000 - 301)))
        #expect(!desk.isGenuine(Self.message(Self.funded, seconds: Self.now / 1_000 + 301)))
        #expect(!desk.isGenuine(Self.message(Self.funded, seconds: .min)))
        #expect(!desk.isGenuine(Self.message(Self.funded, seconds: .max)))
        #expect(!desk.isGenuine(Self.message(Self.funded, key: "whsec_AAAAMzQ1Njc4OTAxMjM0NTY3ODkwMTIz")))
        let good = Self.message(Self.funded)
        let other = GroupDesk.Message(
            id: good.id, timestamp: good.timestamp, signature: good.signature, body: Array("{}".utf8))
        #expect(!desk.isGenuine(other))
    }

    @Test("a repeat is shown once, and what is no purchase, or the suite's, is not shown")
    func shown() {
        let desk = Self.desk()
        desk.take(Self.message(Self.funded))
        desk.take(Self.message(Self.funded))
        desk.take(Self.message(#"{"type":"transaction.created","data":{"order_id":"1001"}}"#, id: "msg_2"))
        let ofSuite = Self.funded.replacingOccurrences(of: #""A""#, with: #""conform-1""#)
        desk.take(Self.message(ofSuite, id: "msg_3"))
        desk.take(Self.message("nothing", id: "msg_4"))
        #expect(desk.timeline.newest(9).map(\.title) == ["purchase.funded"])
    }

    @Test("a forged webhook is refused over HTTP, and changes nothing")
    func forged() async throws {
        try await SandboxDesk.with { desk in
            let answer = try await desk.post(
                "/sandbox/webhook", [],
                headers: [
                    ("webhook-id", "msg_1"), ("webhook-timestamp", "\(desk.clock.now / 1_000)"),
                    ("webhook-signature", "v1,AAAA"),
                ])
            #expect(answer.status == 401)
            #expect(try await desk.post("/sandbox/webhook").status == 401)
            #expect(desk.webhooks.isEmpty)
        }
    }

    @Test("an e-mail that comes twice lies in the box once, and leads to a page of this server alone")
    func mailbox() {
        let box = Mailbox()
        let text = "Hello,\r\n\r\nPay:\r\nhttp://127.0.0.1:1/pledg/share/abc?lang=en\r\n\r\nhttps://evil.example/x\r\n"
        let mail = SandboxMail(id: "1", to: "ann@example.com", subject: "Share", text: text)
        #expect(box.take(mail, at: 1) && !box.take(mail, at: 2))
        #expect(box.newest(9).map(\.number) == [1])
        #expect(mail.link == "/pledg/share/abc?lang=en")
        #expect(SandboxMail(id: "2", to: "", subject: "", text: "https://evil.example/x").link == nil)
        for number in 2...300 {
            let more = SandboxMail(id: "\(number)", to: "ann@example.com", subject: "", text: "")
            #expect(box.take(more, at: 1))
        }
        #expect(box.newest(999).count == 200 && !box.take(mail, at: 3))
    }
}
