import Crypto
public import Payments

/// Which bot tells which chat of what.
public struct TelegramConfiguration: Sendable {
    /// The bot's.
    public let token: TelegramToken
    /// Where the Bot API is: ``production``, unless somebody runs one of their own.
    public let baseURL: String
    /// Who reads it.
    public var chat: TelegramChat
    /// What is told of.
    public var changes: Set<TransactionChange>
    /// Of the messages.
    public var language: TelegramLanguage
    /// Gateways whose payments are no real money: their messages say so.
    public var testGateways: Set<String>
    let endpoint: TelegramEndpoint

    /// The Bot API of Telegram itself.
    public static let production = "https://api.telegram.org"

    /// - Parameters:
    ///   - baseURL: without a slash at the end. The token goes there: `https`, or `http` to this machine.
    ///   - testGateways: names, as `TransactionKey.gateway` has them.
    /// - Throws: `OutboundTarget.Malformed` for a base URL that is none; nothing of the token is in it.
    public init(
        token: TelegramToken, chat: TelegramChat, baseURL: String = TelegramConfiguration.production,
        changes: Set<TransactionChange>, language: TelegramLanguage = .en, testGateways: Set<String> = []
    ) throws(OutboundTarget.Malformed) {
        endpoint = try TelegramEndpoint(token, baseURL)
        self.token = token
        self.baseURL = baseURL
        self.chat = chat
        self.changes = changes
        self.language = language
        self.testGateways = testGateways
    }

    /// What tells one bot and chat from another, without telling the token.
    public var addressMark: String {
        let hash = SHA256.hash(data: Array("\(baseURL) \(token.text) \(chat)".utf8))
        return hash.prefix(16).map { String($0, radix: 16) }.joined(separator: ".")
    }
}

/// What is called: its path holds the token, so it never shows itself.
struct TelegramEndpoint: Sendable, CustomStringConvertible, CustomReflectable {
    let target: OutboundTarget

    init(_ token: TelegramToken, _ baseURL: String) throws(OutboundTarget.Malformed) {
        // An address that the operator wrote down is wanted, wherever it is; Telegram's own is public.
        target = try OutboundTarget(
            "\(baseURL)/bot\(token.text)/sendMessage", allowsPrivate: baseURL != TelegramConfiguration.production)
    }

    var description: String { target.description }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
