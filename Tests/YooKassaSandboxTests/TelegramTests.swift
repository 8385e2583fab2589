import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing

@testable import Sandbox

@Suite("The simulated Telegram")
struct TelegramTests {
    static let token = "123456:AAE-s3cret_token"
    static let person: Int64 = 42
    static let group: Int64 = -77

    struct Booth: Sendable {
        let clock: StandingClock
        let telegram: TelegramSandbox
        let url: String

        func call(
            _ method: String, _ body: String?, type: String = "application/json", token: String = TelegramTests.token
        ) async throws -> YooDesk.Answer {
            var request = HTTPClientRequest(url: "\(url)/bot\(token)/\(method)")
            request.method = body == nil ? .GET : .POST
            request.headers.add(name: "content-type", value: type)
            if let body { request.body = .bytes(ByteBuffer(string: body)) }
            let response = try await YooDesk.http.execute(request, timeout: .seconds(20))
            let bytes = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
            return YooDesk.Answer(
                status: Int(response.status.code), json: (try? JSONValue(parsing: bytes)) ?? .null,
                headers: response.headers, text: String(decoding: bytes, as: UTF8.self))
        }

        func send(_ text: String, to chat: JSONValue = .integer(TelegramTests.person), html: Bool = false) async throws
            -> YooDesk.Answer
        {
            var body: JSONObject = ["chat_id": chat, "text": .string(text)]
            if html { body["parse_mode"] = "HTML" }
            return try await call("sendMessage", JSONValue.object(body).text)
        }
    }

    private func with<T: Sendable>(_ body: (Booth) async throws -> T) async throws -> T {
        let clock = StandingClock()
        let chats = [
            TelegramChat(id: Self.person), TelegramChat(id: Self.group, kind: .group),
            TelegramChat(id: -100_500, kind: .channel, username: "@news"),
        ]
        let telegram = TelegramSandbox(token: Self.token, chats: chats) { clock.now }
        return try await telegram.serving { try await body(Booth(clock: clock, telegram: telegram, url: $0)) }
    }

    @Test("takes a message, as JSON and as a form, and keeps it")
    func sent() async throws {
        try await with { booth async throws in
            let answer = try await booth.send("Paid: 100 & more")
            #expect(answer.status == 200)
            #expect(answer.json["ok"] == true)
            #expect(answer.json["result"]?["message_id"] == 1)
            #expect(answer.json["result"]?["chat"]?["id"] == 42)
            #expect(answer.json["result"]?["date"] == 1_795_219_200)
            let form = try await booth.call(
                "sendMessage", "chat_id=42&text=%D0%B4%D0%B0+%26+1", type: "application/x-www-form-urlencoded")
            #expect(form.json["result"]?["text"] == "да & 1")
            #expect(try await booth.send("hi", to: "@news").json["result"]?["chat"]?["id"] == -100_500)
            #expect(try await booth.send("hi", to: "42").status == 200)
            #expect(booth.telegram.messages(to: 42).map(\.text) == ["Paid: 100 & more", "да & 1", "hi"])
        }
    }

    @Test("says who the bot is, and knows its token; no answer has it")
    func token() async throws {
        try await with { booth async throws in
            let me = try await booth.call("getMe", nil)
            #expect(me.json["result"]?["id"] == 123_456)
            #expect(me.json["result"]?["is_bot"] == true)
            let wrong = try await booth.call("getMe", nil, token: "123456:other")
            #expect(wrong.status == 401)
            #expect(wrong.json["error_code"] == 401)
            #expect(wrong.json["description"] == "Unauthorized")
            #expect(try await booth.call("sendPhoto", "{}").status == 404)
            booth.telegram.rotateToken(to: "1:new")
            let old = try await booth.send("hi")
            #expect(old.status == 401)
            for answer in [me, wrong, old] { #expect(!answer.text.contains("s3cret")) }
        }
    }

    @Test("refuses a chat that is not there, that is blocked, or that has moved")
    func chats() async throws {
        try await with { booth async throws in
            let missing = try await booth.send("hi", to: 4_711)
            #expect(missing.status == 400)
            #expect(missing.json["description"] == "Bad Request: chat not found")
            #expect(
                try await booth.call("sendMessage", #"{"text":"hi"}"#).json["description"]
                    == "Bad Request: chat_id is empty")
            booth.telegram.block(Self.person)
            let blocked = try await booth.send("hi")
            #expect(blocked.status == 403)
            #expect(blocked.json["description"] == "Forbidden: bot was blocked by the user")
            booth.telegram.unblock(Self.person)
            #expect(try await booth.send("hi").status == 200)
            booth.telegram.block(Self.group)
            let kicked = try await booth.send("hi", to: .integer(Self.group))
            #expect(kicked.json["description"] == "Forbidden: bot was kicked from the group chat")
            booth.telegram.migrate(Self.group, to: -100_777)
            let moved = try await booth.send("hi", to: .integer(Self.group))
            #expect(moved.status == 400)
            #expect(moved.json["parameters"]?["migrate_to_chat_id"] == -100_777)
            #expect(try await booth.send("hi", to: -100_777).status == 200)
        }
    }

    @Test("takes 1 to 4096 characters, counted without tags")
    func lengths() async throws {
        try await with { booth async throws in
            let long = String(repeating: "я", count: 4_096)
            #expect(try await booth.send(long).status == 200)
            let longer = try await booth.send(long + "я")
            #expect(longer.json["description"] == "Bad Request: message is too long")
            #expect(try await booth.send("<b>\(long.dropLast())&lt;</b>", html: true).status == 200)
            #expect(try await booth.send("<b>\(long)&lt;</b>", html: true).status == 400)
            for text in ["", "  \n "] {
                #expect(try await booth.send(text).json["description"] == "Bad Request: message text is empty")
            }
            #expect(
                try await booth.send("<b></b>", html: true).json["description"] == "Bad Request: message text is empty")
        }
    }

    @Test(
        "reads HTML as it is meant",
        arguments: [
            ("<b>Paid</b> 1 &lt; 2 &amp; 3 &gt; 2 &quot;x&quot;", #"Paid 1 < 2 & 3 > 2 "x""#),
            ("<i>a<u>b</u></i><s>c</s><code>d</code><pre>e</pre>", "abcde"),
            (#"<a href="https://a.b/?c=d">link</a>"#, "link"), ("&#1103;&#x44f;", "яя"),
            ("<tg-spoiler>x</tg-spoiler><blockquote>y</blockquote>", "xy"), ("a & b &copy; c", "a & b &copy; c"),
            (#"<span class="tg-spoiler">x</span>"#, "x"), ("<B>x</b>", "x"), ("1 > 0", "1 > 0"),
        ])
    func html(source: String, text: String) async throws {
        try await with { booth async throws in
            #expect(try await booth.send(source, html: true).status == 200)
            #expect(booth.telegram.messages.first?.text == text)
            #expect(booth.telegram.messages.first?.source == source)
        }
    }

    @Test("marks what is bold where it is")
    func entities() async throws {
        try await with { booth async throws in
            let answer = try await booth.send("😀 <b>б</b>", html: true)
            #expect(answer.json["result"]?["entities"] == [["offset": 3, "length": 1, "type": "bold"]])
        }
    }

    @Test(
        "refuses HTML that cannot be read",
        arguments: [
            "1 < 2", "<b>x", "<p>x</p>", "x</b>", "<b><i>x</b></i>", "<script>x</script>", "<", "<>x",
            "<span>x</span>", "a <3 b>",
        ])
    func flawed(source: String) async throws {
        try await with { booth async throws in
            let answer = try await booth.send(source, html: true)
            #expect(answer.status == 400)
            #expect(answer.json["description"]?.stringValue?.hasPrefix("Bad Request: can't parse entities: ") == true)
            #expect(booth.telegram.messages.isEmpty)
            // As plain text it is one.
            #expect(try await booth.send(source).status == 200)
        }
    }

    @Test("knows one parse_mode")
    func modes() async throws {
        try await with { booth async throws in
            let body = #"{"chat_id":42,"text":"x","parse_mode":"MarkdownV2"}"#
            #expect(try await booth.call("sendMessage", body).status == 400)
            #expect(try await booth.call("sendMessage", "[").status == 400)
        }
    }

    @Test("limits one message a second to a chat, twenty a minute to a group, and says how long to wait")
    func limits() async throws {
        try await with { booth async throws in
            booth.telegram.limits = .real
            #expect(try await booth.send("1").status == 200)
            let soon = try await booth.send("2")
            #expect(soon.status == 429)
            #expect(soon.json["parameters"]?["retry_after"] == 1)
            #expect(soon.json["description"] == "Too Many Requests: retry after 1")
            // Another chat has its own.
            #expect(try await booth.send("1", to: .integer(Self.group)).status == 200)
            booth.clock.advance(milliseconds: 999)
            #expect(try await booth.send("2").status == 429)
            booth.clock.advance(milliseconds: 1)
            #expect(try await booth.send("2").status == 200)
            for _ in 0..<19 {
                #expect(try await booth.send("x", to: .integer(Self.group)).status == 200)
                booth.clock.advance(seconds: 1)
            }
            let full = try await booth.send("x", to: .integer(Self.group))
            #expect(full.status == 429)
            let wait = try #require(full.json["parameters"]?["retry_after"]?.integerValue)
            #expect(wait == 40)
            booth.clock.advance(seconds: wait)
            #expect(try await booth.send("x", to: .integer(Self.group)).status == 200)
        }
    }

    @Test("fails as it is told: too many, an error, an answer that is lost though the message is there")
    func faults() async throws {
        try await with { booth async throws in
            booth.telegram.fail(with: .tooMany(35), .refused(502), .lost, .dropped, .slow(5))
            #expect(try await booth.send("a").json["parameters"]?["retry_after"] == 35)
            #expect(try await booth.send("b").status == 502)
            let lost = try? await booth.send("c")
            #expect(lost == nil)
            let dropped = try? await booth.send("d")
            #expect(dropped == nil)
            #expect(try await booth.send("e").status == 200)
            #expect(booth.telegram.messages.map(\.text) == ["c", "e"])
            #expect(booth.telegram.callCount == 5)
        }
    }
}
