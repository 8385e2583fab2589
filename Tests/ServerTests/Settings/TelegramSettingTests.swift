import Delivery
import Payments
import Server
import Testing

@Suite("Settings of Telegram")
struct TelegramSettingTests {
    private static let token = "123456789:AAFakeTokenOfTheTests_-0123456789abc"
    private let both = ["TELEGRAM_BOT_TOKEN": token, "TELEGRAM_CHAT_ID": "-1001234567890"]

    private func settings(_ more: [String: String] = [:]) throws -> ServerSettings {
        try SettingsFolder().settings(both.merging(more) { $1 })
    }

    private func refusal(_ environment: [String: String]) -> String {
        do {
            _ = try SettingsFolder().settings(environment)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test("bot and chat are enough: what was paid, cancelled, given back or paid twice, in English, at Telegram itself")
    func defaults() throws {
        #expect(try SettingsFolder().settings([:]).telegram == nil)
        let telegram = try #require(try settings().telegram)
        #expect(telegram.chat == .number(-1_001_234_567_890) && telegram.language == .en)
        #expect(telegram.baseURL == "https://api.telegram.org" && telegram.testGateways == [])
        #expect(
            telegram.changes == [
                .performed, .cancelled, .refunded, .partlyRefunded, .duplicate, .duplicateRefunded,
            ])
    }

    @Test("each setting is used")
    func used() throws {
        let events = try #require(try settings(["TELEGRAM_EVENTS": "created, expired"]).telegram)
        #expect(events.changes == [.created, .expired])
        #expect(try settings(["TELEGRAM_LANGUAGE": "uz"]).telegram?.language == .uz)
        #expect(try settings(["TELEGRAM_CHAT_ID": "@our_shop"]).telegram?.chat == .name("@our_shop"))
        #expect(try settings(["TELEGRAM_BASE_URL": "https://a.example/x"]).telegram?.baseURL == "https://a.example/x")
        #expect(try settings(["PAYME_MODE": "sandbox"]).telegram?.testGateways == ["payme"])
        let inter = ["INTER_BASE_URL": "https://cdpj-sandbox.partners.uatinter.co"]
        #expect(try settings(inter).telegram?.testGateways == ["pix"])
    }

    @Test("one of the two without the other is refused; the rest alone turns nothing on, and is looked at all the same")
    func halves() throws {
        #expect(
            refusal(["TELEGRAM_BOT_TOKEN": Self.token])
                == "telegram.chat_id (TELEGRAM_CHAT_ID) is missing beside telegram.bot_token: set both, or none")
        #expect(
            refusal(["TELEGRAM_CHAT_ID": "1"])
                == "telegram.bot_token (TELEGRAM_BOT_TOKEN) is missing beside telegram.chat_id: set both, or none")
        #expect(try SettingsFolder().settings(["TELEGRAM_EVENTS": "created"]).telegram == nil)
        #expect(refusal(["TELEGRAM_EVENTS": "paid"]).hasPrefix("telegram.events (TELEGRAM_EVENTS) must be some of"))
        #expect(refusal(["TELEGRAM_LANGUAGE": "de"]).hasPrefix("telegram.language (TELEGRAM_LANGUAGE) must be one of"))
        #expect(refusal(["TELEGRAM_EVENTS": "created,"]).contains("not ''"))
    }

    @Test("a chat that is none is refused", arguments: ["0", "shop", "1.5", "@a", "https://t.me/shop"])
    func chats(text: String) {
        #expect(refusal(["TELEGRAM_CHAT_ID": text]).hasPrefix("telegram.chat_id (TELEGRAM_CHAT_ID) is '\(text)'"))
    }

    @Test(
        "a token that is none is refused, and not repeated", arguments: ["secret", "12:secret/../x", "a:secretsecret"])
    func tokens(text: String) {
        let told = refusal(["TELEGRAM_BOT_TOKEN": text])
        #expect(told.hasPrefix("telegram.bot_token (TELEGRAM_BOT_TOKEN) ") && !told.contains("secret"), "\(told)")
    }

    @Test("the token crosses no network in the clear: https, or this machine")
    func baseURL() throws {
        for url in [
            "http://127.0.0.1:8081", "http://localhost:1", "http://[::1]:8081", "https://10.0.0.1", "https://a.example",
        ] {
            #expect(try settings(["TELEGRAM_BASE_URL": url]).telegram?.baseURL == url)
        }
        for url in [
            "http://a.example", "http://127.example.com", "http://10.0.0.1", "ftp://a.example", "a.example",
            "https://a.example/", "https://a.example?x=1", "https://a.example#x", "https://u:secret@a.example",
            "http://localhost.example",
        ] {
            let told = refusal(["TELEGRAM_BASE_URL": url])
            #expect(told.hasPrefix("telegram.base_url (TELEGRAM_BASE_URL) ") && !told.contains("secret"), "\(told)")
        }
    }

    @Test("settings that are printed hold no token")
    func printed() throws {
        let settings = try settings()
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", dumped] { #expect(!text.contains("AAFake")) }
    }

    @Test("another bot, chat or address makes another mark; the mark tells nothing of the token")
    func marks() throws {
        let others: [[String: String]] = [
            [:], ["TELEGRAM_CHAT_ID": "1"], ["TELEGRAM_BOT_TOKEN": Self.token + "d"],
            ["TELEGRAM_BASE_URL": "https://a.example"],
        ]
        let marks = try others.compactMap { try settings($0).telegram?.addressMark }
        #expect(Set(marks).count == others.count)
        #expect(try settings(["TELEGRAM_EVENTS": "created"]).telegram?.addressMark == marks[0])
        #expect(marks.allSatisfy { !$0.contains("AAFake") && !$0.contains("123456789") })
    }
}
