import MailSupport
import NIOHTTP1
import Payments
import Pledg
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("The server has a group's pages and e-mails")
struct PledgWiringTests {
    @Test("from the page that the merchant is told, over a payment, to the e-mail and the page that it leads to")
    func story() async throws {
        let mail = try await MailHost(.plain, in: TemporaryFolder())
        let settings = ["SMTP_URL": "smtp://localhost:\(mail.port)", "SMTP_FROM": "Shop <shop@example.com>"]
        try await PledgScene.with(settings) { scene in
            let purchase = try await scene.made()
            let path = "/pledg/lead/\(purchase.token)"
            let page = try await scene.web.get(path, accept: "text/html")
            #expect(page.status == 200)
            #expect(page.text.contains("with Payme") && page.text.contains("with YooKassa"))
            let wrong = try await scene.web.send(.PUT, path)
            #expect(wrong.status == 405)
            try await scene.advance(purchase)
            let isWritten = try await scene.comes { mail.messages.count == 2 }
            #expect(isWritten)
            let text = mail.messages.first { $0["to"] == ["ann@example.com"] }?["parts"]?["text/plain"]?.stringValue
            let link = "/pledg/share/\(try await scene.token("ann", purchase))?lang=en"
            #expect(text?.contains("https://pay.example" + link) == true)
            let share = try await scene.web.get(link, accept: "text/html")
            #expect(share.text.contains("3,000.00\u{A0}UZS"))
        }
    }

    @Test("e-mails without an address that their links could begin with are refused at the start")
    func noPublicURL() async throws {
        let settings = ["SMTP_URL": "smtp://localhost:1", "SMTP_FROM": "shop@example.com"]
        let error = await #expect(throws: SettingsError.self) {
            let running = try await RunningServer(settings)
            await running.stop()
        }
        #expect(error.map { "\($0)".contains("pledg.public_url") } == true)
    }
}
