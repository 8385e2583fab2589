import StrictJSON

/// The simulated Telegram as the page has it: one private chat, which the shop's owner reads.
struct TelegramDesk: Sendable {
    let telegram: TelegramSandbox
    let clock: SandboxClock
    private let bot: SandboxTelegram

    init(bot: SandboxTelegram, clock: SandboxClock, timeline: Timeline) {
        self.bot = bot
        self.clock = clock
        telegram = TelegramSandbox(token: bot.token, chats: [TelegramChat(id: bot.chatID)]) { clock.now }
        telegram.observe { timeline.tellNews() }
    }

    /// Whether the owner has blocked the bot.
    var isBlocked: Bool {
        get { telegram.change { $0.chats[bot.chatID]?.standing == .blocked } }
        nonmutating set { newValue ? telegram.block(bot.chatID) : telegram.unblock(bot.chatID) }
    }

    /// The last messages, oldest first. None is of the conformance suite's orders: see `SandboxSite.isForSuite(order:)`.
    func messages(_ count: Int) -> [TelegramMessage] { telegram.messages(to: bot.chatID).suffix(count) }
}
