import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Payments
import Server
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing

@Suite("A server that tells a chat in Telegram")
struct TelegramServerTests {
    private static let token = "123456789:AAFakeTokenOfTheTests_-0123456789abc"
    private static let sent = HTTPReceiver.Reaction.answer(200, body: Array(#"{"ok":true,"result":{}}"#.utf8))

    /// What the simulated Telegram answers.
    private final class Answer: Sendable {
        private let reaction: Mutex<HTTPReceiver.Reaction>
        init(_ reaction: HTTPReceiver.Reaction) { self.reaction = Mutex(reaction) }
        var now: HTTPReceiver.Reaction {
            get { reaction.withLock { $0 } }
            set { reaction.withLock { $0 = newValue } }
        }
    }

    private func with(
        _ environment: [String: String] = [:], _ first: HTTPReceiver.Reaction = TelegramServerTests.sent,
        _ body: (RunningServer, HTTPReceiver, Answer) async throws -> Void
    ) async throws {
        let answer = Answer(first)
        let telegram = try await HTTPReceiver { _ in answer.now }
        let settings = [
            "TELEGRAM_BOT_TOKEN": Self.token, "TELEGRAM_CHAT_ID": "42", "TELEGRAM_BASE_URL": telegram.url,
        ]
        do {
            try await RunningServer.with(settings.merging(environment) { $1 }) { try await body($0, telegram, answer) }
        } catch {
            await telegram.stop()
            throw error
        }
        await telegram.stop()
    }

    private func pay(_ server: RunningServer, _ order: String) async throws {
        try await server.addOrder(order)
        #expect(try await server.client.create(order, order, time: server.clock.now).value["error"] == nil)
        #expect(try await server.client.perform(order).value["error"] == nil)
    }

    private func texts(_ telegram: HTTPReceiver) -> [String] {
        telegram.requests.compactMap { try? JSONValue(parsing: $0.body)["text"]?.stringValue }
    }

    /// Lets the seconds pass that lie between two messages.
    private func passes(_ server: RunningServer, _ condition: () async throws -> Bool) async rethrows -> Bool {
        try await eventually {
            server.clock.advance(milliseconds: 100)
            return try await condition()
        }
    }

    @Test("what was paid and given back is told, what only began is not, and the books are in order afterwards")
    func told() async throws {
        let folder = TemporaryFolder()
        let database = "sqlite:\(folder.file("told.db"))"
        let environment = ["DATABASE_URL": database, "TELEGRAM_LANGUAGE": "ru", "PAYME_MODE": "sandbox"]
        try await with(environment) { server, telegram, _ in
            try await pay(server, "A")
            #expect(try await server.client.cancel("A", reason: 5).value["error"] == nil)
            #expect(await passes(server) { telegram.requests.count == 2 })
            let texts = texts(telegram)
            #expect(
                texts.first?.hasPrefix("<b>ТЕСТ, деньги не настоящие\n</b><b>✅ Оплачено: 5\u{A0}000,00\u{A0}UZS</b>")
                    == true)
            #expect(texts.last?.contains("Возвращено полностью") == true)
            #expect(texts.allSatisfy { $0.contains("<code>A</code>\nPayme, транзакция 1") })
            let count = try await server.server.store.engine.read(.scan) { sql in
                try sql.first("SELECT count(*) FROM outbox WHERE target = 'telegram'", []) { $0.integer(0) }
            }
            #expect(count == 2)
        }
        let report = try await DatabaseVerification().run(on: .sqlite(path: folder.file("told.db")))
        #expect(report.isInOrder, "\(report)")
    }

    @Test("without a bot nothing is written for one")
    func off() async throws {
        try await RunningServer.with { server in
            try await pay(server, "A")
            let count = try await server.server.store.engine.read(.scan) { sql in
                try sql.first("SELECT count(*) FROM outbox", []) { $0.integer(0) }
            }
            #expect(count == 0 && !server.server.service.targets.contains("telegram"))
        }
    }

    @Test("a Telegram that answers nothing keeps no payment waiting")
    func dead() async throws {
        try await with([:], .held) { server, telegram, _ in
            try await pay(server, "first")
            #expect(await passes(server) { telegram.requests.count == 1 })
            for number in 0..<20 { try await pay(server, "o\(number)") }
            // All of them are paid, and the first message has no answer yet.
            telegram.release()
        }
    }

    @Test("a bot that is blocked is seen by the merchant API and in the metrics, and resumed there; no token shows")
    func blocked() async throws {
        let words = #"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#
        try await with([:], .answer(403, body: Array(words.utf8))) { server, telegram, answer in
            try await pay(server, "A")
            func receiver() async throws -> JSONValue? {
                try await server.merchant(.GET, "/receivers").body["items"]?.arrayValue?.first
            }
            #expect(try await passes(server) { try await receiver()?["stopped_at"]?.isNull == false })
            let stopped = try await receiver()
            #expect(stopped?["name"]?.stringValue == "telegram" && stopped?["waiting"]?.integerValue == 1)
            #expect(stopped?["stopped_because"]?.stringValue?.contains("blocked") == true)
            let deliveries = try await server.merchant(.GET, "/deliveries?receiver=telegram").body.text
            #expect(deliveries.contains("HTTP 403") && !deliveries.contains("AAFake"))
            try await pay(server, "B")
            #expect(telegram.requests.count == 1)
            answer.now = Self.sent
            let resumed = try await server.merchant(
                .POST, "/receivers/telegram/resume", headers: [("idempotency-key", "k1")])
            #expect(resumed.status == 200 && resumed.body["stopped_at"]?.isNull == true)
            #expect(await passes(server) { telegram.requests.count == 3 })
            let page = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: server.url + "/metrics"), timeout: .seconds(20))
            let metrics = String(buffer: try await page.body.collect(upTo: 1 << 20))
            #expect(metrics.contains(#"tiyin_telegram_attempts_total{outcome="failed"} 1"#), "\(metrics)")
            #expect(metrics.contains(#"tiyin_outbox_stopped{target="telegram"} 0"#) && !metrics.contains("AAFake"))
        }
    }
}
