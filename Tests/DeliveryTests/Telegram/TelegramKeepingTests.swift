import Delivery
import Logging
import Payments
import Storage
import Synchronization
import TestSupport
import Testing

/// Keeps every line, with all of its metadata.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}

@Suite("News in Telegram: what outlives the process, and what never shows")
struct TelegramKeepingTests {
    @Test("after a restart the bot is silent for as long as Telegram asked before it; then the chat is told")
    func pauseOutlives() async throws {
        let shop = try await TelegramDesk.database()
        let first = try await TelegramDesk(chat: "42", on: shop)
        first.react { _, _ in TelegramDesk.refusal(429, "Too Many Requests", #""retry_after":600"#) }
        try await shop.create("A")
        try await first.round()
        await first.stop()
        await shop.close()

        let again = try shop.reopened(targets: ["telegram"])
        let second = try await TelegramDesk(chat: "42", on: again)
        // Another order's news, which nobody has been told to wait with.
        try await again.create("B")
        try await second.rounds(for: 599_000, every: 1_000)
        #expect(second.said.isEmpty)
        again.clock.advance(milliseconds: 1_000)
        try await second.rounds(for: 5_000)
        #expect(Set(second.said.map(\.order)) == ["A", "B"])
        await second.stop()
        await again.close()
    }

    @Test("a pause far ahead, of a clock that was wrong, silences nobody")
    func oddPause() async throws {
        let shop = try await TelegramDesk.database()
        try await shop.execute(
            "INSERT INTO telegram_marks (name, value) VALUES ('rests:123456789', $1)",
            [.integer(shop.clock.now + 8 * 86_400_000)])
        let desk = try await TelegramDesk(chat: "42", on: shop)
        try await shop.create("A")
        try await desk.round()
        #expect(desk.said.count == 1)
        // A new pause takes the place of the odd one.
        desk.react { _, _ in TelegramDesk.refusal(429, "Too Many Requests", #""retry_after":60"#) }
        try await shop.create("B")
        try await desk.rounds(for: 2_000)
        #expect(try await shop.number("SELECT value FROM telegram_marks") <= shop.clock.now + 60_000)
        await desk.stop()
        await shop.close()
    }

    @Test("after a restart the group is looked for where it moved; another chat of the settings is not")
    func moveOutlives() async throws {
        let shop = try await TelegramDesk.database()
        let first = try await TelegramDesk(chat: "-55", on: shop)
        first.react { _, _ in TelegramDesk.refusal(400, "x", #""migrate_to_chat_id":-1001234567890"#) }
        try await shop.create("A")
        try await first.round()
        await first.stop()
        for (chat, expected) in [("-55", "-1001234567890"), ("-56", "-56"), ("-55", "-1001234567890")] {
            shop.clock.advance(hours: 1)
            let next = try await TelegramDesk(chat: chat, on: shop)
            try await shop.create("\(chat) \(shop.clock.now)")
            try await next.rounds(for: 5_000)
            #expect(!next.said.isEmpty && Set(next.said.map(\.chat)) == [expected])
            await next.stop()
        }
        await shop.close()
    }

    @Test("a process that dies between the call and its note tells it once more, never less")
    func killed() async throws {
        let shop = try await TelegramDesk.database()
        let first = try await TelegramDesk(chat: "42", on: shop)
        try await shop.create("A")
        let now = shop.clock.now
        // It was sent, and nobody wrote that down.
        let taken = try await shop.write {
            try $0.claim(target: "telegram", lease: "gone", at: now, until: now + 120_000, limit: 9)
        }
        for item in taken { try await first.send(item) }
        #expect(first.said.count == 1)
        await first.stop()
        await shop.close()
        let again = try shop.reopened(targets: ["telegram"])
        let second = try await TelegramDesk(chat: "42", on: again)
        try await second.rounds(for: 3_000)
        #expect(second.said.map(\.text) == first.said.map(\.text))
        #expect(try await second.waiting() == 0)
        await second.stop()
        await again.close()
    }

    @Test("a chat that answers nothing keeps no payment waiting")
    func neverInTheWay() async throws {
        try await TelegramDesk.with { desk in
            desk.react { _, _ in .held }
            try await desk.shop.create("A")
            let round = Task { try await desk.round() }
            #expect(await eventually { desk.said.count == 1 })
            // The call is under way, and stays so.
            for number in 0..<50 {
                try await desk.shop.create("o\(number)")
                try await desk.shop.perform("o\(number)")
            }
            #expect(desk.said.count == 1)
            #expect(try await desk.waiting() == 101)
            round.cancel()
            await desk.stop()
            _ = try await round.value
        }
    }

    @Test("neither the token nor a word of Telegram's stands in a log, an error, or the database")
    func secrets() async throws {
        let secret = String(TelegramDesk.token.split(separator: ":")[1])
        let lines = Lines()
        try await TelegramDesk.with(chat: "-55", logger: lines.logger, deadlineSeconds: 1) { desk in
            // Whatever the other side repeats of the URL.
            let echo = "/bot\(TelegramDesk.token)/sendMessage ivan@example.com"
            let answers: [HTTPReceiver.Reaction] = [
                .hangUp, .noise, .unfinished(200), .answer(500, body: Array(echo.utf8)),
                .answer(302, headers: [("location", "http://127.0.0.1:1\(echo.prefix(40))")]),
                TelegramDesk.refusal(400, echo), TelegramDesk.refusal(400, "can't parse entities \(echo)"),
                TelegramDesk.refusal(400, echo, #""migrate_to_chat_id":-77"#),
                TelegramDesk.refusal(429, echo, #""retry_after":1"#), TelegramDesk.refusal(403, echo),
                TelegramDesk.refusal(400, "chat not found \(echo)"), TelegramDesk.refusal(401, echo),
            ]
            var errors: Set<String> = []
            func look() async throws {
                let query = "SELECT last_error FROM outbox WHERE last_error IS NOT NULL"
                errors.formUnion(try await desk.shop.rows(query, columns: 1))
            }
            for (index, answer) in answers.enumerated() {
                desk.react { _, _ in answer }
                try await desk.shop.create("o\(index)")
                desk.shop.clock.advance(hours: 2)
                let before = desk.said.count
                try await desk.round()
                #expect(desk.said.count > before, "\(index)")
                try await look()
                try await desk.shop.write { try $0.setTarget("telegram", stopped: nil) }
            }
            // And nobody there at all.
            await desk.stop()
            desk.shop.clock.advance(hours: 2)
            try await desk.round()
            try await look()
            let marks = try await desk.shop.rows("SELECT name, value FROM telegram_marks", columns: 2)
            let targets = try await desk.shop.rows("SELECT target, address, reason FROM delivery_targets", columns: 3)
            #expect(errors.count >= 10, "\(errors)")
            #expect(marks.count == 2 && lines.all.count > 10, "\(marks)")
            for text in errors + marks + targets + lines.all + desk.shown + [desk.dumped] {
                for secret in [secret, "ivan", "example.com"] { #expect(!text.contains(secret), "\(text)") }
            }
        }
    }

    @Test(
        "what is no token is refused without being repeated",
        arguments: [
            "", ":", "12345678", "123:short", "abc:AAFakeTokenOfTheTests", "123:AAFake Token", "123:AAFake/../Token",
            "123:AAFakeTokenOfTheTests:1", "123:AAFakeTokenOfTheTestsЖ", "-1:AAFakeTokenOfTheTests",
            "123:AAFake%2FToken", "12345678901234567890:AAFakeTokenOfTheTests",
        ])
    func tokens(text: String) {
        let error = #expect(throws: TelegramToken.Malformed.self) { try TelegramToken(text) }
        if text.count > 1 { #expect(error?.description.contains(text) == false) }
    }

    @Test("a token does not show itself")
    func tokenShown() throws {
        let token = try TelegramToken(TelegramDesk.token)
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\([token])"] { #expect(!text.contains("AAFake")) }
    }

    @Test("a chat is a number or the @name of a group")
    func chats() throws {
        let table: [(String, Bool)] = [
            ("1", false), ("-1", true), ("9223372036854775807", false), ("-9223372036854775808", true),
            ("@shop", true), ("@" + String(repeating: "a", count: 32), true),
        ]
        for (text, isGroup) in table {
            let chat = try TelegramChat(text)
            #expect(chat.description == text && chat.isGroup == isGroup)
        }
        let wrong = [
            "", "0", "-0", "+1", "01", "1.0", "9223372036854775808", "shop", "@", "@abc", "@sh op", "@магазин", " 1",
            "@" + String(repeating: "a", count: 33), "https://t.me/shop",
        ]
        for text in wrong { #expect(throws: TelegramChat.Malformed.self, "\(text)") { try TelegramChat(text) } }
    }
}
