import Delivery
import Foundation
import Logging
import Payments
import Storage
import StrictJSON
import Synchronization
import TestSupport

/// Telegram as a test plays it, a database, and a runner between the two.
final class TelegramDesk: Sendable {
    /// What a bot said.
    struct Said: Sendable, Hashable {
        let chat: String
        let text: String
        let isHTML: Bool
        /// By the test's clock, milliseconds since 1970.
        let at: Int64
    }

    /// Calls came that no bot makes.
    struct Odd: Error {
        let calls: [String]
    }

    private struct State {
        var said: [Said] = []
        var problems: [String] = []
        var reaction: @Sendable (Int, Said) -> HTTPReceiver.Reaction = { _, _ in TelegramDesk.sent }
    }

    static let token = "123456789:AAFakeTokenOfTheTests_-0123456789abc"
    static let sent = json(200, #"{"ok":true,"result":{"message_id":7,"date":1795219200,"text":"…"}}"#)

    static func json(_ status: Int, _ text: String) -> HTTPReceiver.Reaction {
        .answer(status, headers: [("content-type", "application/json")], body: Array(text.utf8))
    }

    /// As Telegram refuses.
    static func refusal(_ status: Int, _ words: String, _ parameters: String = "") -> HTTPReceiver.Reaction {
        let more = parameters.isEmpty ? "" : #","parameters":{\#(parameters)}"#
        return json(status, #"{"ok":false,"error_code":\#(status),"description":"\#(words)"\#(more)}"#)
    }

    let shop: TestStore
    let chat: TelegramChat
    private let state: Mutex<State>
    private let receiver: HTTPReceiver
    private let client: OutboundClient
    private let sender: TelegramSender
    private let configuration: TelegramConfiguration
    private let runner: OutboxRunner

    /// Every call that came, whatever it was answered.
    var said: [Said] { state.withLock { $0.said } }
    /// What was wrong with calls.
    var problems: [String] { state.withLock { $0.problems } }

    init(
        chat: String, on shop: TestStore, language: TelegramLanguage = .en, tests: Set<String> = [],
        mark: String = "a", logger: Logger = .silent, deadlineSeconds: Int64 = 15
    ) async throws {
        self.shop = shop
        self.chat = try TelegramChat(chat)
        state = Mutex(State())
        let owner = Mutex<TelegramDesk?>(nil)
        receiver = try await HTTPReceiver { request in owner.withLock { $0 }?.take(request) ?? .hangUp }
        client = OutboundClient(
            userAgent: "tiyin/test",
            limits: OutboundLimits(deadlineSeconds: deadlineSeconds, bodyBytesMaximum: 64 << 10, keepsBody: true))
        let configuration = try TelegramConfiguration(
            token: try TelegramToken(Self.token), chat: self.chat, baseURL: receiver.url,
            changes: Set(TransactionChange.allCases), language: language, testGateways: tests)
        let sender = TelegramSender(
            configuration,
            message: try TelegramMessage(
                language: language, reasons: [4: "timeout", 5: "refund"], gateways: ["payme": "Payme"],
                testGateways: tests),
            client: client, store: shop.store, clock: shop.clock.source)
        self.sender = sender
        self.configuration = configuration
        runner = OutboxRunner(
            target: "telegram", store: shop.store, clock: shop.clock.source, wake: Wake(),
            rule: .telegram(self.chat), logger: logger
        ) { try await sender.send($0) }
        try await shop.write { try $0.noteTarget("telegram", address: mark) }
        owner.withLock { $0 = self }
    }

    /// Starts one with a database of its own, stops it, whatever happened.
    static func with(
        chat: String = "42", language: TelegramLanguage = .en, tests: Set<String> = [], logger: Logger = .silent,
        deadlineSeconds: Int64 = 15, _ body: (TelegramDesk) async throws -> Void
    ) async throws {
        let shop = try await database()
        let desk = try await TelegramDesk(
            chat: chat, on: shop, language: language, tests: tests, logger: logger, deadlineSeconds: deadlineSeconds)
        var failure: (any Error)?
        do { try await body(desk) } catch { failure = error }
        let problems = desk.problems
        await desk.stop()
        await shop.close()
        if let failure { throw failure }
        if !problems.isEmpty { throw Odd(calls: problems) }
    }

    static func database() async throws -> TestStore {
        try await TestStore(migrations: TelegramMarks.migrations, targets: ["telegram"])
    }

    func stop() async {
        receiver.release()
        await client.shutdown()
        await receiver.stop()
    }

    /// What it answers from now on; given how many calls came before, and what came.
    func react(_ reaction: @escaping @Sendable (Int, Said) -> HTTPReceiver.Reaction) {
        state.withLock { $0.reaction = reaction }
    }

    /// One round of the runner.
    @discardableResult
    func round() async throws -> Int { try await runner.deliverDue() }

    /// Rounds for that long, one every so often.
    func rounds(for milliseconds: Int64, every step: Int64 = 250) async throws {
        let end = shop.clock.now + milliseconds
        while shop.clock.now < end {
            try await round()
            shop.clock.advance(milliseconds: step)
        }
        try await round()
    }

    /// What a runner sends, sent by hand.
    func send(_ item: OutboxItem) async throws { try await sender.send(item) }

    var shown: [String] { ["\(sender)", "\(String(reflecting: sender))"] }
    var dumped: String {
        var text = ""
        dump(sender, to: &text)
        dump(configuration, to: &text)
        return text + "\(configuration)"
    }

    func waiting() async throws -> Int64 { try await shop.read { try $0.countWaiting(target: "telegram") } }

    func stopped() async throws -> StoppedTarget? { try await shop.read { try $0.stopped(target: "telegram") } }

    private func take(_ request: HTTPReceiver.Request) -> HTTPReceiver.Reaction {
        let body = try? JSONValue(parsing: request.body)
        guard request.method == "POST", request.uri == "/bot\(Self.token)/sendMessage",
            request.header("content-type") == "application/json", let body, let text = body["text"]?.stringValue,
            let chat = body["chat_id"]?.integerValue.map(String.init) ?? body["chat_id"]?.stringValue,
            body["link_preview_options"]?["is_disabled"]?.boolValue == true,
            [nil, "HTML"].contains(body["parse_mode"]?.stringValue)
        else {
            state.withLock { $0.problems.append("\(request.method) \(request.uri)") }
            return .answer(400)
        }
        let said = Said(chat: chat, text: text, isHTML: body["parse_mode"] != nil, at: shop.clock.now)
        let (reaction, number) = state.withLock { state in
            defer { state.said.append(said) }
            return (state.reaction, state.said.count)
        }
        return reaction(number, said)
    }
}

extension TelegramDesk.Said {
    /// The order's id, as it stands in the message.
    var order: String {
        text.firstMatch(of: /Order: (?:<code>)?([^<\n]*)/).map { String($0.1) } ?? text
    }
}
