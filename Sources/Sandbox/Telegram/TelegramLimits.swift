/// How often the simulated Telegram lets a bot write.
///
/// Source: yookassa.md 21.
public struct TelegramLimits: Sendable {
    /// Messages to one chat in a second; nil: no limit.
    public var perChatSecond: Int?
    /// Messages to one group in a minute; nil: no limit.
    public var perGroupMinute: Int?
    /// Messages in a second in all; nil: no limit.
    public var perSecond: Int?

    /// - Parameters:
    ///   - perChatSecond: messages to one chat in a second; nil: no limit.
    ///   - perGroupMinute: messages to one group in a minute; nil: no limit.
    ///   - perSecond: messages in a second in all; nil: no limit.
    public init(perChatSecond: Int?, perGroupMinute: Int?, perSecond: Int?) {
        self.perChatSecond = perChatSecond
        self.perGroupMinute = perGroupMinute
        self.perSecond = perSecond
    }

    /// As the real one says of itself.
    public static let real = TelegramLimits(perChatSecond: 1, perGroupMinute: 20, perSecond: 30)
    /// Whatever comes is taken.
    public static let none = TelegramLimits(perChatSecond: nil, perGroupMinute: nil, perSecond: nil)

    /// - Parameters:
    ///   - chat: when messages to the chat were taken, milliseconds.
    ///   - all: the same of every chat.
    /// - Returns: seconds to wait; nil: it may be sent.
    func wait(_ chat: [Int64], _ all: [Int64], isGroup: Bool, at now: Int64) -> Int64? {
        let waits = [
            Self.wait(chat, perChatSecond, 1_000, now), isGroup ? Self.wait(chat, perGroupMinute, 60_000, now) : nil,
            Self.wait(all, perSecond, 1_000, now),
        ]
        return waits.compactMap { $0 }.max()
    }

    private static func wait(_ times: [Int64], _ limit: Int?, _ window: Int64, _ now: Int64) -> Int64? {
        guard let limit else { return nil }
        let recent = times.filter { $0 > now - window }
        guard recent.count >= limit else { return nil }
        // Until the window holds one less.
        let oldest = recent[recent.count - max(limit, 1)]
        return max(1, (oldest + window - now + 999) / 1_000)
    }
}

/// What goes wrong with a call.
public enum TelegramFault: Sendable, Hashable {
    /// Says that there were too many messages, wait so many seconds, and takes none.
    case tooMany(Int64)
    /// Answers with that status, and does nothing.
    case refused(Int)
    /// Takes it, and closes the connection in the middle of the answer.
    case lost
    /// Does nothing, and closes the connection in the middle of an answer.
    case dropped
    /// Takes it, and answers after so many milliseconds of real time.
    case slow(Int)
}
