import StrictJSON

/// What Telegram's answer to a message means.
///
/// Source: yookassa.md 21.
enum TelegramAnswer: Sendable, Hashable {
    /// It is there.
    case sent
    /// Too much: the whole bot is to be silent, milliseconds.
    case tooMuch(Int64)
    /// The group is another one now.
    case moved(Int64)
    /// Its marks cannot be read: only this text is at fault.
    case unreadable
    /// Nothing will get through until somebody does something: what, in words of ours.
    case closed(String)
    /// Another time, perhaps.
    case failed(String, DeliveryFailure.Scope, retryAfter: Int64?)

    /// When Telegram asks for a pause and does not say how long.
    private static let pauseMilliseconds: Int64 = 30_000

    /// What is not from Telegram itself, such as a proxy's page, closes nothing. No word of the other side's is kept:
    /// it may repeat the URL, and the token is in that.
    ///
    /// - Parameter now: milliseconds since 1970.
    init(_ answer: OutboundAnswer, at now: Int64) {
        let body = try? JSONValue(parsing: answer.body)
        let header = answer.header("retry-after").flatMap { RetryAfter.milliseconds($0, now: now) }
        switch (answer.status, body?["ok"]?.boolValue) {
        case (200..<300, true): self = .sent
        case (200..<300, _):
            self = .failed("HTTP \(answer.status), but not as Telegram answers", .receiver, retryAfter: header)
        case (429, _): self = .tooMuch(Self.pause(body) ?? header ?? Self.pauseMilliseconds)
        case (300..<400, _):
            self = .failed("HTTP \(answer.status): redirects are not followed", .receiver, retryAfter: header)
        case (400..<500, false): self = Self.refusal(answer.status, body)
        // Not Telegram's own word, or none at all: whatever stands in between is ill.
        default: self = .failed("HTTP \(answer.status)", .receiver, retryAfter: header)
        }
    }

    private static func pause(_ body: JSONValue?) -> Int64? {
        guard let seconds = body?["parameters"]?["retry_after"]?.integerValue, seconds > 0 else { return nil }
        return min(seconds, TelegramMarks.restMaximum / 1_000) * 1_000
    }

    private static func refusal(_ status: Int, _ body: JSONValue?) -> TelegramAnswer {
        if let chat = body?["parameters"]?["migrate_to_chat_id"]?.integerValue, chat != 0 { return .moved(chat) }
        let words = body?["description"]?.stringValue?.lowercased() ?? ""
        switch status {
        case 401, 404: return .closed("HTTP \(status): Telegram knows no bot with this token: set telegram.bot_token")
        case 403: return .closed("HTTP 403: the bot was blocked or put out of the chat: let it in again")
        case 400 where words.contains("chat not found"):
            return .closed(
                "HTTP 400: the bot does not find the chat: correct telegram.chat_id, or write to the bot first")
        case 400 where words.contains("can't parse entities"): return .unreadable
        case 400 where words.contains("rights") || words.contains("chat_write_forbidden"):
            return .failed("HTTP 400: the bot may not write to the chat: give it the right", .receiver, retryAfter: nil)
        case 408: return .failed("HTTP 408", .receiver, retryAfter: nil)
        default: return .failed("HTTP \(status)", .delivery, retryAfter: nil)
        }
    }
}
