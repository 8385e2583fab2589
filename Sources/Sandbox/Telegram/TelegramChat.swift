/// A chat, as the simulated Telegram knows it.
///
/// Source: yookassa.md 21.
public struct TelegramChat: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable {
        case `private`, group, supergroup, channel
    }

    /// Whether the bot may write.
    public enum Standing: Sendable, Hashable {
        case welcome
        /// A person has blocked it, or a group has thrown it out.
        case blocked
        /// The group has become a supergroup with another id.
        case migrated(Int64)
    }

    /// Negative for groups.
    public let id: Int64
    /// What it is.
    public let kind: Kind
    /// `@name`, of a channel or a supergroup; nil: none.
    public let username: String?
    /// Whether the bot may write.
    public internal(set) var standing = Standing.welcome

    /// - Parameters:
    ///   - id: negative for groups.
    ///   - kind: what it is.
    ///   - username: with `@` at its beginning; nil: none.
    public init(id: Int64, kind: Kind = .private, username: String? = nil) {
        self.id = id
        self.kind = kind
        self.username = username
    }
}

/// A message that the simulated Telegram has taken.
public struct TelegramMessage: Sendable, Hashable {
    /// Counted from 1.
    public let id: Int64
    /// Where it stands.
    public let chatID: Int64
    /// As people read it, without tags.
    public let text: String
    /// As it came.
    public let source: String
    /// `HTML`; nil: none.
    public let parseMode: String?
    /// When it came, milliseconds since 1970 UTC.
    public let at: Int64
}
