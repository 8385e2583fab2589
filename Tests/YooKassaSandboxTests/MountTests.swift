import HTTPTypes
import Hummingbird
import NIOHTTP1
import StrictJSON
import Testing

@testable import Sandbox

@Suite("The simulated YooKassa and Telegram on somebody else's server")
struct MountTests {
    @Test("are found behind their base, and payers find the page there")
    func mounted() async throws {
        let clock = StandingClock()
        let yookassa = YooKassaSandbox([YooDesk.shop]) { clock.now }
        let telegram = TelegramSandbox(token: "1:t", chats: [TelegramChat(id: 5)]) { clock.now }
        let router = Router()
        router.get("/health") { _, _ in "well" }
        try yookassa.addRoutes(to: router, at: "/yookassa", origin: "http://127.0.0.1:8080")
        telegram.addRoutes(to: router, at: "/telegram")
        try await LoopbackServer.serving(router, port: 0) { url in
            let desk = YooDesk(clock: clock, yookassa: yookassa, url: url + "/yookassa")
            let made = try await desk.create()
            let page = "http://127.0.0.1:8080/yookassa/checkout/payments/v2/contract?orderId=\(made.id)"
            #expect(made.json["confirmation"]?["confirmation_url"]?.stringValue == page)
            let shown = try await desk.send(.GET, String(page.dropFirst(31)), nil, [], isPage: true)
            #expect(shown.status == 200)
            #expect(shown.text.contains(#"action="/yookassa/checkout/payments/v2/contract""#))
            #expect(try await desk.send(.GET, "checkout/style.css", nil, [], isPage: true).status == 200)
            let server = YooDesk(clock: clock, yookassa: yookassa, url: url)
            #expect(try await server.get("me").status == 404)
            #expect(try await server.send(.GET, "health", nil, []).text == "well")
            let body = Array(#"{"chat_id":5,"text":"hi"}"#.utf8)
            let sent = try await server.send(
                .POST, "telegram/bot1:t/sendMessage", body, [("content-type", "application/json")])
            #expect(sent.status == 200)
            #expect(telegram.messages.map(\.text) == ["hi"])
        }
    }

    @Test("a port that is taken is an error, and not a server that waits for ever")
    func taken() async throws {
        try await YooDesk.with { desk async throws in
            let port = Int(desk.url.split(separator: ":").last ?? "") ?? 0
            let other = YooKassaSandbox([YooDesk.shop]) { 0 }
            await #expect(throws: (any Error).self) { try await other.serving(port: port) { _ in } }
        }
    }
}
