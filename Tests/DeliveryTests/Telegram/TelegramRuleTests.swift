import Delivery
import Payments
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("News in Telegram")
struct TelegramRuleTests {
    @Test("each change is one message to the chat, in order for each order, as HTML")
    func told() async throws {
        try await TelegramDesk.with { desk in
            for order in ["A", "B"] {
                try await desk.shop.create(order)
                try await desk.shop.perform(order)
            }
            try await desk.shop.cancel("A")
            try await desk.rounds(for: 6_000)
            #expect(try await desk.waiting() == 0)
            #expect(desk.said.count == 5)
            #expect(desk.said.allSatisfy { $0.chat == "42" && $0.isHTML })
            let ofA = desk.said.filter { $0.order == "A" }.map { $0.text.prefix { $0 != "\n" } }
            let amount = "5.00\u{A0}UZS</b>"
            #expect(
                ofA == [
                    "<b>A payment has begun: \(amount)", "<b>✅ Paid: \(amount)", "<b>↩️ Given back in full: \(amount)",
                ])
            #expect(desk.said.filter { $0.order == "B" }.count == 2)
        }
    }

    @Test("to a person: in no second more than one message, and no slower than need be")
    func person() async throws {
        try await TelegramDesk.with(chat: "42") { desk in
            for number in 0..<30 { try await desk.shop.create("o\(number)") }
            try await desk.rounds(for: 40_000, every: 50)
            #expect(desk.said.count == 30)
            let gaps = zip(desk.said.dropFirst(), desk.said).map { $0.at - $1.at }
            #expect(gaps.allSatisfy { (1_000...1_200).contains($0) }, "\(gaps)")
        }
    }

    @Test("to a group or a channel: also in no minute more than twenty", arguments: ["-1001234567890", "@our_shop"])
    func group(chat: String) async throws {
        try await TelegramDesk.with(chat: chat) { desk in
            for number in 0..<45 { try await desk.shop.create("o\(number)") }
            try await desk.rounds(for: 150_000, every: 250)
            let times = desk.said.map(\.at)
            #expect(times.count == 45)
            for index in times.indices.dropFirst() { #expect(times[index] - times[index - 1] >= 1_000) }
            for index in times.indices.dropFirst(20) { #expect(times[index] - times[index - 20] >= 60_000) }
            // A burst of twenty does not wait for a minute.
            #expect(times[19] - times[0] < 30_000)
            #expect(Set(desk.said.map(\.chat)) == [chat])
        }
    }

    @Test("a clock that was set back keeps the chat waiting for no more than a moment")
    func setBack() async throws {
        try await TelegramDesk.with { desk in
            try await desk.shop.create("A")
            try await desk.round()
            desk.shop.clock.now -= 86_400_000
            try await desk.shop.create("B")
            try await desk.rounds(for: 3_000)
            #expect(desk.said.map(\.order) == ["A", "B"])
        }
    }

    @Test("429: the whole bot is silent for as long as Telegram asks, to the millisecond, also for other orders")
    func tooMuch() async throws {
        try await TelegramDesk.with { desk in
            desk.react { number, _ in
                number == 0
                    ? TelegramDesk.refusal(429, "Too Many Requests: retry after 7200", #""retry_after":7200"#)
                    : TelegramDesk.sent
            }
            try await desk.shop.create("A")
            try await desk.round()
            try await desk.shop.create("B")
            desk.shop.clock.advance(milliseconds: 7_199_999)
            for _ in 0..<3 { try await desk.round() }
            #expect(desk.said.count == 1)
            desk.shop.clock.advance(milliseconds: 1)
            try await desk.rounds(for: 3_000)
            #expect(Set(desk.said.dropFirst().map(\.order)) == ["A", "B"] && desk.said.count == 3)
        }
    }

    @Test(
        "429 without a time, with an odd one, or from a proxy with a header: a pause all the same",
        arguments: [
            (#"{"ok":false,"error_code":429}"#, "", 30_000),
            (#"{"ok":false,"parameters":{"retry_after":0}}"#, "", 30_000),
            (#"{"ok":false,"parameters":{"retry_after":-5}}"#, "", 30_000),
            (#"{"ok":false,"parameters":{"retry_after":"5"}}"#, "", 30_000),
            (#"{"ok":false,"parameters":{"retry_after":9223372036854775807}}"#, "", 604_800_000),
            ("<html>slow down</html>", "45", 45_000),
            (#"{"ok":false,"parameters":{"retry_after":3}}"#, "45", 3_000),
        ])
    func oddPauses(body: String, header: String, pause: Int64) async throws {
        try await TelegramDesk.with { desk in
            desk.react { number, _ in
                let headers = header.isEmpty ? [] : [("retry-after", header)]
                return number == 0 ? .answer(429, headers: headers, body: Array(body.utf8)) : TelegramDesk.sent
            }
            try await desk.shop.create("A")
            try await desk.round()
            desk.shop.clock.advance(milliseconds: pause - 1)
            try await desk.round()
            #expect(desk.said.count == 1)
            desk.shop.clock.advance(milliseconds: 1)
            try await desk.round()
            #expect(desk.said.count == 2)
            #expect(try await desk.waiting() == 0)
        }
    }

    @Test(
        "what only a person can mend stops it at once: one call, no storm, nothing lost; resumed, all of it is told",
        arguments: [
            (401, "Unauthorized", "set telegram.bot_token"), (404, "Not Found", "set telegram.bot_token"),
            (403, "Forbidden: bot was blocked by the user", "blocked"),
            (403, "Forbidden: bot was kicked from the supergroup chat", "put out of the chat"),
            (400, "Bad Request: chat not found", "telegram.chat_id"),
        ])
    func closed(status: Int, words: String, advice: String) async throws {
        try await TelegramDesk.with { desk in
            desk.react { _, _ in TelegramDesk.refusal(status, words) }
            for order in ["A", "B", "C"] { try await desk.shop.create(order) }
            for _ in 0..<30 {
                try await desk.round()
                desk.shop.clock.advance(hours: 1)
            }
            #expect(desk.said.count == 1)
            let stopped = try #require(try await desk.stopped())
            #expect(stopped.reason.contains(advice) && stopped.reason.hasPrefix("HTTP \(status)"))
            #expect(try await desk.waiting() == 3)
            desk.react { _, _ in TelegramDesk.sent }
            try await desk.shop.write { try $0.setTarget("telegram", stopped: nil) }
            try await desk.rounds(for: 5_000)
            #expect(try await desk.waiting() == 0 && desk.said.count == 4)
        }
    }

    @Test("a chat that was switched off is on again under another token or chat, and not for a restart alone")
    func otherAddress() async throws {
        let shop = try await TelegramDesk.database()
        let first = try await TelegramDesk(chat: "42", on: shop, mark: "a")
        first.react { _, _ in TelegramDesk.refusal(403, "Forbidden: bot was blocked by the user") }
        try await shop.create("A")
        try await first.round()
        await first.stop()
        for (mark, calls) in [("a", 0), ("b", 1)] {
            shop.clock.advance(hours: 1)
            let next = try await TelegramDesk(chat: "42", on: shop, mark: mark)
            try await next.round()
            #expect(next.said.count == calls)
            await next.stop()
        }
        await shop.close()
    }

    @Test(
        "a proxy's page closes nothing, whatever its status: the message comes again",
        arguments: [400, 401, 403, 404, 500, 502, 200, 301])
    func proxy(status: Int) async throws {
        try await TelegramDesk.with { desk in
            desk.react { number, _ in
                number == 0 ? .answer(status, body: Array("<h1>chat not found</h1>".utf8)) : TelegramDesk.sent
            }
            try await desk.shop.create("A")
            try await desk.rounds(for: 3_000)
            #expect(desk.said.count == 2)
            let left = (try await desk.stopped(), try await desk.waiting())
            #expect(left.0 == nil && left.1 == 0)
        }
    }

    @Test("a group that became a supergroup is followed, at once and from then on; the message is not lost")
    func moved() async throws {
        try await TelegramDesk.with(chat: "-55") { desk in
            desk.react { _, said in
                said.chat == "-55"
                    ? TelegramDesk.refusal(
                        400, "Bad Request: group chat was upgraded to a supergroup chat",
                        #""migrate_to_chat_id":-1001234567890"#) : TelegramDesk.sent
            }
            try await desk.shop.create("A")
            try await desk.shop.create("B")
            try await desk.rounds(for: 8_000)
            #expect(try await desk.waiting() == 0)
            #expect(desk.said.map(\.chat) == ["-55", "-1001234567890", "-1001234567890"])
            #expect(Set(desk.said.map(\.order)) == ["A", "B"])
        }
    }

    @Test("two chats that send it to and fro are no storm, and the message becomes a dead letter in the end")
    func toAndFro() async throws {
        try await TelegramDesk.with(chat: "-55") { desk in
            desk.react { _, said in
                TelegramDesk.refusal(400, "x", #""migrate_to_chat_id":\#(said.chat == "-55" ? -66 : -55)"#)
            }
            try await desk.shop.create("A")
            for _ in 0..<60 {
                try await desk.round()
                desk.shop.clock.advance(milliseconds: 1_800_000)
            }
            #expect(desk.said.count < 40)
            #expect(try await desk.shop.read { try $0.countDead(target: "telegram") } == 1)
        }
    }

    @Test("marks that Telegram cannot read: once more, as plain text, and only that message")
    func unreadable() async throws {
        try await TelegramDesk.with { desk in
            desk.react { _, said in
                said.isHTML && said.order == "A"
                    ? TelegramDesk.refusal(400, "Bad Request: can't parse entities: unsupported start tag")
                    : TelegramDesk.sent
            }
            try await desk.shop.create("A")
            try await desk.shop.create("B")
            try await desk.rounds(for: 6_000)
            #expect(try await desk.waiting() == 0)
            let ofA = desk.said.filter { $0.order == "A" }
            #expect(ofA.map(\.isHTML) == [true, false])
            #expect(!(ofA.last?.text.contains("<") ?? true))
            #expect(desk.said.filter { $0.order == "B" }.map(\.isHTML) == [true])
        }
    }

    @Test("a message that is refused for ever keeps others waiting only of its own order, and ends after a day")
    func poison() async throws {
        try await TelegramDesk.with { desk in
            desk.react { _, said in
                said.order == "bad" && said.text.contains("begun")
                    ? TelegramDesk.refusal(400, "Bad Request: message is too long") : TelegramDesk.sent
            }
            try await desk.shop.create("bad")
            try await desk.shop.perform("bad")
            for number in 0..<5 { try await desk.shop.create("o\(number)") }
            try await desk.rounds(for: 15_000)
            #expect(Set(desk.said.map(\.order)) == ["bad", "o0", "o1", "o2", "o3", "o4"])
            #expect(try await desk.waiting() == 2)
            try await desk.rounds(for: 86_400_000 - 600_000, every: 120_000)
            #expect(try await desk.shop.read { try $0.countDead(target: "telegram") } == 0)
            try await desk.rounds(for: 1_800_000, every: 120_000)
            #expect(try await desk.shop.read { try $0.countDead(target: "telegram") } == 1)
            #expect(desk.said.count { $0.order == "bad" } == 12)
            // What was behind it in its order is told then.
            #expect(try await desk.waiting() == 0)
            #expect(desk.said.last?.order == "bad" && desk.said.last?.text.contains("Paid") == true)
            #expect(desk.said.last?.text.contains("It happened on") == true)
        }
    }

    @Test("an answer that is lost, cut off or noise: the message comes again")
    func lostAnswers() async throws {
        for reaction in [HTTPReceiver.Reaction.hangUp, .noise, .unfinished(200)] {
            try await TelegramDesk.with(deadlineSeconds: 1) { desk in
                desk.react { number, _ in number == 0 ? reaction : TelegramDesk.sent }
                try await desk.shop.create("A")
                try await desk.rounds(for: 3_000)
                #expect(desk.said.count == 2)
                #expect(desk.said.first?.text == desk.said.last?.text)
                #expect(try await desk.waiting() == 0)
            }
        }
    }

    @Test("Telegram is down for hours: an attempt every half a minute, and then everything, at its pace")
    func down() async throws {
        try await TelegramDesk.with { desk in
            for number in 0..<20 { try await desk.shop.create("o\(number)") }
            desk.react { _, _ in .answer(502) }
            try await desk.rounds(for: 3_600_000, every: 5_000)
            #expect((60...200).contains(desk.said.count), "\(desk.said.count)")
            let failed = desk.said.count
            desk.react { _, _ in TelegramDesk.sent }
            try await desk.rounds(for: 60_000)
            #expect(desk.said.count == failed + 20)
            #expect(try await desk.waiting() == 0)
        }
    }
}
