import Synchronization

/// Telegram's Bot API, simulated: `getMe` and `sendMessage`, with its refusals and its limits.
///
/// ```swift
/// let telegram = TelegramSandbox(token: "123:abc", chats: [TelegramChat(id: 42)]) { clock.now }
/// try await telegram.serving { url in
///     … // the server posts to `url` + "/bot123:abc/sendMessage"
///     telegram.messages(to: 42)
/// }
/// ```
///
/// Source: yookassa.md 21.
public final class TelegramSandbox: Sendable {
    let clock: @Sendable () -> Int64
    private let books: Mutex<TelegramBooks>
    private let observer = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameters:
    ///   - token: of the bot, a part of every address; it appears in no answer.
    ///   - chats: that the bot may write to.
    ///   - clock: milliseconds since 1970 UTC.
    public init(token: String, chats: [TelegramChat], clock: @escaping @Sendable () -> Int64) {
        self.clock = clock
        books = Mutex(TelegramBooks(token: token, chats: chats))
    }

    func change<T: Sendable>(_ body: (inout TelegramBooks) -> sending T) -> T { books.withLock { body(&$0) } }

    /// Is told after every call from now on.
    func observe(_ observer: @escaping @Sendable () -> Void) { self.observer.withLock { $0 = observer } }

    func tellObserver() { observer.withLock { $0 }?() }

    /// How often the bot may write; at first there is no limit.
    public var limits: TelegramLimits {
        get { change { $0.limits } }
        set { change { $0.limits = newValue } }
    }

    /// What goes wrong with the next messages, one each.
    public func fail(with faults: TelegramFault...) { change { $0.faults = faults } }

    /// Adds a chat, or puts another in its place.
    public func add(_ chat: TelegramChat) { change { $0.chats[chat.id] = chat } }

    /// Lets the bot in no more: a person blocks it, a group throws it out.
    public func block(_ chat: Int64) { change { $0.chats[chat]?.standing = .blocked } }

    /// Lets it in again.
    public func unblock(_ chat: Int64) { change { $0.chats[chat]?.standing = .welcome } }

    /// Makes a supergroup of a group; the bot has to write to the new id.
    public func migrate(_ chat: Int64, to other: Int64) {
        change { books in
            books.chats[chat]?.standing = .migrated(other)
            books.chats[other] = TelegramChat(id: other, kind: .supergroup)
        }
    }

    /// Gives the bot another token; the old one is no longer taken.
    public func rotateToken(to token: String) { change { $0.token = token } }

    /// Messages that it has taken, oldest first.
    public var messages: [TelegramMessage] { change { $0.messages } }

    /// Messages to one chat, oldest first.
    public func messages(to chat: Int64) -> [TelegramMessage] { messages.filter { $0.chatID == chat } }

    /// How often `sendMessage` came with the right token, taken or not.
    public var callCount: Int { change { $0.callCount } }
}
