public import Payments
public import Storage
import StrictJSON
import Synchronization

/// Tells one chat of changes through a bot, one attempt at a time: one attempt is one call, so that the pace counts it.
///
/// A lost answer means that the message may be there: it comes again. Telegram knows no idempotency.
///
/// Source: yookassa.md 21.
public final class TelegramSender: Sendable {
    private let token: TelegramToken
    private let chat: TelegramChat
    private let target: OutboundTarget
    private let message: TelegramMessage
    private let client: OutboundClient
    private let store: Store
    private let clock: TimeSource
    /// Deliveries whose marks Telegram could not read: they go without. Forgotten at a restart, they are refused once
    /// more and then go without again.
    private let plain = Mutex<Set<Int64>>([])

    /// - Parameters:
    ///   - configuration: its chat is followed where it moves.
    ///   - message: writes the texts.
    ///   - client: with ``OutboundLimits/telegram``; who made it shuts it down.
    ///   - store: with the table of ``TelegramMarks``.
    ///   - clock: where the time comes from.
    public init(
        _ configuration: TelegramConfiguration, message: TelegramMessage, client: OutboundClient, store: Store,
        clock: TimeSource
    ) {
        token = configuration.token
        chat = configuration.chat
        target = configuration.endpoint.target
        self.message = message
        self.client = client
        self.store = store
        self.clock = clock
    }

    /// Returns if the chat has the news.
    ///
    /// - Throws: ``DeliveryFailure``, with no word of Telegram's in it; what the store throws; `CancellationError` if
    ///   the task was cancelled.
    public func send(_ item: OutboxItem) async throws {
        let (token, chat, now) = (token, chat, clock.now)
        let (rest, moved) = try await store.engine.read(.point) { sql in
            (try TelegramMarks.rest(token, at: now, in: sql), try TelegramMarks.moved(chat, in: sql))
        }
        // It was asked for before a restart, or of another server.
        if let rest { throw DeliveryFailure("Telegram asked for a pause", scope: .receiver, retryAfter: rest) }
        let body = body(item, to: moved.map(TelegramChat.number) ?? chat, at: now)
        let answer: OutboundAnswer
        do {
            answer = try await client.post(to: target, headers: [], body: body)
        } catch let error as OutboundError {
            throw DeliveryFailure(error.description, scope: .receiver)
        }
        switch TelegramAnswer(answer, at: clock.now) {
        case .sent: plain.withLock { _ = $0.remove(item.id) }
        case .tooMuch(let milliseconds): throw await silenced(milliseconds)
        case .moved(let number):
            try await store.engine.write { try TelegramMarks.move(chat, to: number, in: $0) }
            throw DeliveryFailure("the chat has moved: the message follows it", scope: .delivery)
        case .unreadable:
            plain.withLock { ids in
                // Of a bot whose every message is refused; what is forgotten is refused once more.
                if ids.count >= 1_000 { ids = [] }
                ids.insert(item.id)
            }
            throw DeliveryFailure("HTTP 400: its marks cannot be read: it goes without", scope: .delivery)
        case .closed(let words): throw DeliveryFailure(words, scope: .receiver, isGone: true)
        case .failed(let words, let scope, let retryAfter):
            throw DeliveryFailure(words, scope: scope, retryAfter: retryAfter)
        }
    }

    private func silenced(_ milliseconds: Int64) async -> DeliveryFailure {
        let (token, now) = (token, clock.now)
        // If it cannot be stored it holds until a restart all the same.
        try? await store.engine.write { sql in
            try TelegramMarks.silence(token, until: now + milliseconds, at: now, in: sql)
        }
        return DeliveryFailure("HTTP 429: too many messages", scope: .receiver, retryAfter: milliseconds)
    }

    private func body(_ item: OutboxItem, to chat: TelegramChat, at now: Int64) -> [UInt8] {
        let text = message.text(item, at: now)
        let isPlain = plain.withLock { $0.contains(item.id) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("chat_id")
        switch chat {
        case .number(let number): writer.integer(number)
        case .name(let name): writer.string(name)
        }
        writer.key("text")
        writer.string(isPlain ? text.plain : text.html)
        if !isPlain {
            writer.key("parse_mode")
            writer.string("HTML")
        }
        // What looks like a link in an order's id is not fetched by Telegram.
        writer.key("link_preview_options")
        writer.beginObject()
        writer.key("is_disabled")
        writer.bool(true)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}

extension TelegramSender: CustomStringConvertible, CustomReflectable {
    /// Whose word it carries where to: no token.
    public var description: String { "Telegram, chat \(chat)" }
    /// Without children: `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension OutboundLimits {
    /// 15 seconds; an answer of up to 64 KiB.
    public static let telegram = OutboundLimits(deadlineSeconds: 15, bodyBytesMaximum: 64 << 10, keepsBody: true)
}
