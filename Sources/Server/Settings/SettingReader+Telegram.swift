import Delivery
import Foundation
import Payme
import Payments
import Pix
import YooKassa

extension SettingReader {
    /// Who hears of payments in Telegram; nil when there is no bot. The rest is read all the same, so that what is
    /// malformed is refused before somebody adds the bot.
    func telegram() throws -> TelegramConfiguration? {
        let token = try telegramToken()
        let chat = try telegramChat()
        let changes = try telegramChanges()
        let language = try choice(.telegramLanguage, TelegramLanguage.self)
        let baseURL = try telegramBaseURL()
        switch (token, chat) {
        case (nil, nil): return nil
        case (nil, _): throw error(.telegramBotToken, "is missing beside telegram.chat_id: set both, or none")
        case (_, nil): throw error(.telegramChatID, "is missing beside telegram.bot_token: set both, or none")
        case (let token?, let chat?):
            let tests = try testGateways()
            do {
                return try TelegramConfiguration(
                    token: token, chat: chat, baseURL: baseURL, changes: changes, language: language,
                    testGateways: tests)
            } catch { throw self.error(.telegramBaseURL, error.description) }
        }
    }

    /// The error never repeats the token.
    private func telegramToken() throws -> TelegramToken? {
        guard let text = try optional(.telegramBotToken) else { return nil }
        do { return try TelegramToken(text) } catch { throw self.error(.telegramBotToken, "is none: \(error)") }
    }

    private func telegramChat() throws -> TelegramChat? {
        guard let text = try optional(.telegramChatID) else { return nil }
        do { return try TelegramChat(text) } catch { throw self.error(.telegramChatID, "is '\(text)': \(error)") }
    }

    private func telegramChanges() throws -> Set<TransactionChange> {
        var changes: Set<TransactionChange> = []
        for name in try text(.telegramEvents).split(separator: ",", omittingEmptySubsequences: false) {
            guard let event = TelegramEvent(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
                let names = TelegramEvent.allCases.map(\.rawValue).joined(separator: ", ")
                throw error(.telegramEvents, "must be some of \(names), with commas between them, not '\(name)'")
            }
            changes.formUnion(event.changes)
        }
        return changes
    }

    /// The token goes there.
    private func telegramBaseURL() throws -> String {
        let text = try text(.telegramBaseURL)
        func wrong(_ why: String) -> SettingsError { error(.telegramBaseURL, why) }
        do { _ = try OutboundTarget(text, allowsPrivate: true) } catch { throw wrong(error.description) }
        guard !text.hasSuffix("/"), !text.contains("?") else {
            throw wrong("must be like \(TelegramConfiguration.production), without a slash at the end")
        }
        // An address, not the beginning of a name: 127.example.com may be anywhere.
        let host = (URL(string: text)?.host ?? "").trimmingCharacters(in: ["[", "]"])
        let isOurs = host == "localhost" || (["127.0.0.0/8", "::1"] as AddressList).contains(host)
        guard text.lowercased().hasPrefix("https://") || isOurs else {
            throw wrong("must begin with https:// unless it is this machine's own address: the token goes there")
        }
        return text
    }

    /// Whose payments are no real money, as far as settings say.
    private func testGateways() throws -> Set<String> {
        var names: Set<String> = []
        if try text(.paymeMode) == "sandbox" { names.insert(PaymeGateway.name) }
        if try text(.interBaseURL) == InterConfiguration.sandbox { names.insert(PixGateway.name) }
        if try yookassa()?.isTest == true { names.insert(YooKassaGateway.name) }
        return names
    }
}
