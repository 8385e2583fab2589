public import Payments

/// Which bot tells which chat of what.
public struct TelegramConfiguration: Sendable {
    /// The bot's.
    public var token: TelegramToken
    /// Who reads it.
    public var chat: TelegramChat
    /// Where the Bot API is: ``production``, unless somebody runs one of their own.
    public var baseURL: String
    /// What is told of.
    public var changes: Set<TransactionChange>
    /// Of the messages.
    public var language: TelegramLanguage
    /// Gateways whose payments are no real money: their messages say so.
    public var testGateways: Set<String>

    /// The Bot API of Telegram itself.
    public static let production = "https://api.telegram.org"

    /// - Parameters:
    ///   - baseURL: without a slash at the end; `https`, or `http` to this machine.
    ///   - testGateways: names, as `TransactionKey.gateway` has them.
    public init(
        token: TelegramToken, chat: TelegramChat, baseURL: String = TelegramConfiguration.production,
        changes: Set<TransactionChange>, language: TelegramLanguage = .en, testGateways: Set<String> = []
    ) {
        self.token = token
        self.chat = chat
        self.baseURL = baseURL
        self.changes = changes
        self.language = language
        self.testGateways = testGateways
    }
}
