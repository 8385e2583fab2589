import StrictJSON

/// The simulated Telegram as the page has it: one private chat, which the shop's owner reads.
struct TelegramDesk: Sendable {
    let telegram: TelegramSandbox
    let clock: SandboxClock
    private let bot: SandboxTelegram
    private let suitePrefix: String
    private let yoo: YooDesk?

    init(
        configuration: SandboxConfiguration, bot: SandboxTelegram, clock: SandboxClock, timeline: Timeline,
        yoo: YooDesk?
    ) {
        self.bot = bot
        self.clock = clock
        self.yoo = yoo
        suitePrefix = configuration.suitePrefix
        telegram = TelegramSandbox(token: bot.token, chats: [TelegramChat(id: bot.chatID)]) { clock.now }
        telegram.observe { timeline.tellNews() }
    }

    /// Whether the owner has blocked the bot.
    var isBlocked: Bool {
        get { telegram.change { $0.chats[bot.chatID]?.standing == .blocked } }
        nonmutating set { newValue ? telegram.block(bot.chatID) : telegram.unblock(bot.chatID) }
    }

    /// The last messages that people would see, oldest first; not those of the conformance suite's orders.
    func messages(_ count: Int) -> [TelegramMessage] {
        telegram.messages(to: bot.chatID).reversed().lazy.filter { !isForSuite($0) }.prefix(count).reversed()
    }

    private func isForSuite(_ message: TelegramMessage) -> Bool {
        message.text.split(whereSeparator: \.isWhitespace).contains { word in
            word.hasPrefix(suitePrefix) || yoo?.isHidden(order: String(word)) == true
        }
    }
}
