extension RetryRule {
    /// How a chat is told: at Telegram's pace, again for a day, silent for as long as Telegram asks.
    ///
    /// The limits are a little narrower than Telegram's: messages do not all take equally long to get there.
    ///
    /// Source: yookassa.md 21.
    public static func telegram(_ chat: TelegramChat) -> RetryRule {
        let second = SendingLimit(1, inMilliseconds: 1_050)
        let minute = SendingLimit(20, inMilliseconds: 61_000)
        // Eleven attempts, the last of them when the day is just over.
        let delays = Backoff(
            delays: [2_000, 10_000, 60_000, 300_000, 900_000, 3_600_000, 7_200_000, 14_400_000, 30_000_000])
        return RetryRule(
            sparesReceiver: true, limits: chat.isGroup ? [second, minute] : [second],
            askedMaximum: TelegramMarks.restMaximum,
            // Five attempts too: one that was stopped for days, and is resumed, is not given up at its next failure.
            givesUp: { attempts, age in attempts >= 5 && age >= 86_400_000 },
            delay: { delays.delay(afterAttempts: $0) })
    }
}
