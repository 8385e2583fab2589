import NIOHTTP1
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import tiyin

@Suite("Telegram on the page")
struct TelegramDeskTests {
    @Test("the chat tells of what was paid, through every gateway")
    func chat() async throws {
        try await SandboxDesk.with { desk in
            #expect(try await desk.get("/?lang=en").text.contains("No messages yet."))
            _ = try await desk.pay("1001")
            _ = try await desk.payYoo("1007")
            let telegram = try #require(desk.site.telegram)
            #expect(try await desk.eventually { telegram.messages(10).count == 2 })
            let texts = telegram.messages(10).map(\.text)
            #expect(texts[0].contains("1001") && texts[0].contains("Payme"))
            #expect(texts[1].contains("1007") && texts[1].contains("YooKassa"))
            let page = try await desk.get("/?lang=en").text
            #expect(page.contains(#"class="bubble" id="message-1""#) && page.contains(#"id="message-2""#))
            #expect(!page.contains("No messages yet."))
        }
    }

    @Test("a blocked bot is written to no more, and again when it is let in: no payment waits for it")
    func blocked() async throws {
        try await SandboxDesk.with { desk in
            let telegram = try #require(desk.site.telegram)
            #expect(try await desk.post("/sandbox/telegram/block").location.contains("notice=done"))
            #expect(telegram.isBlocked)
            _ = try await desk.pay("1001")
            #expect(try await desk.status("1001") == "paid")
            #expect(try await desk.eventually { telegram.telegram.callCount == 1 })
            _ = try await desk.pay("1002")
            #expect(try await desk.get("/?lang=en").text.contains("The bot is blocked."))
            #expect(try await desk.post("/sandbox/telegram/unblock").location.contains("notice=done"))
            #expect(
                try await desk.eventually {
                    desk.clock.advance(milliseconds: 10_000)
                    return telegram.messages(10).count == 2
                })
            #expect(desk.said.contains("say_telegram_resumed"))
            #expect(try await desk.post("/sandbox/telegram/burn").status == 404)
        }
    }

    @Test("the chat hears nothing of the conformance suite's orders, and of others without waiting for those")
    func suite() async throws {
        try await SandboxDesk.with { desk in
            let telegram = try #require(desk.site.telegram)
            let client = MerchantClient(url: desk.url, key: desk.merchantKey)
            _ = try await client.call(
                .POST, "/orders", ["id": "conform-1", "amount": ["value": "5000.00", "currency": "UZS"]])
            _ = try await desk.pay("conform-1")
            #expect(try await desk.status("conform-1") == "paid")
            _ = try await desk.pay("1001")
            #expect(try await desk.eventually { !telegram.messages(10).isEmpty })
            // What is told first comes first: nothing of the suite's was before it.
            #expect(telegram.telegram.messages.map { $0.text.contains("1001") } == [true])
            // One that the server made up for a payment of the suite's.
            #expect(!desk.site.isForSuite(order: "yk-a"))
            desk.site.yoo?.hide("a")
            #expect(desk.site.isForSuite(order: "yk-a"))
        }
    }
}
