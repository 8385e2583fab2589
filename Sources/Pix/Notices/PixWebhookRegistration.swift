import Logging
import Payments
import Synchronization

/// Tells the bank where its notices go, at the start and once a day: a bank may drop an address by itself.
///
/// Source: pix.md 3.6, 4.4
public final class PixWebhookRegistration: Sendable {
    private struct State {
        var nextAt: Int64 = 0
        var attempts: Int64 = 0
    }

    private let context: PixContext
    private let rounds = PixRounds()
    private let state = Mutex(State())

    private static let dayMilliseconds: Int64 = 86_400_000
    private static let hourMilliseconds: Int64 = 3_600_000

    init(_ context: PixContext) {
        self.context = context
    }

    /// Looks at what the bank has, if that is due, and corrects it. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most an hour, milliseconds.
    public func advanceDue() async -> Int64 {
        guard let address = context.configuration.noticeURL, let bank = context.bank as? any PixWebhookBank else {
            return Self.hourMilliseconds
        }
        return await rounds.alone {
            let now = context.now
            let nextAt = state.withLock { $0.nextAt }
            // A clock that was set back does not put it off for ever.
            if nextAt > now, nextAt - now <= Self.dayMilliseconds { return min(nextAt - now, Self.hourMilliseconds) }
            let pause = await register(address, bank)
            state.withLock { $0.nextAt = context.now + pause }
            return min(pause, Self.hourMilliseconds)
        }
    }

    private func register(_ address: String, _ bank: any PixWebhookBank) async -> Int64 {
        let secret = context.configuration.webhookSecret
        let url = address + (secret.map { "/" + $0 } ?? "")
        let key = context.configuration.key
        do throws(PixBankError) {
            let known = try await bank.webhook(for: key)
            if known != url {
                try await bank.registerWebhook(url, for: key)
                // What it had may be another's, or an older secret of ours: it is not told.
                context.logger.notice(
                    known == nil
                        ? "the bank was told where its notices go"
                        : "the bank told somebody else of payments, and tells this server from now on",
                    metadata: ["address": "\(address)\(secret == nil ? "" : "/…")"])
            }
            state.withLock { $0.attempts = 0 }
            return Self.dayMilliseconds
        } catch {
            if case .busy(let milliseconds) = error { return max(1_000, milliseconds) }
            let attempts = state.withLock { state in
                state.attempts += 1
                return state.attempts
            }
            context.logger.warning(
                "the bank could not be told where its notices go: payments are found by asking it, which takes longer",
                metadata: ["attempt": "\(attempts)", "cause": "\(error.description)"])
            return min(Self.hourMilliseconds, Int64(30_000) << min(attempts, 7))
        }
    }
}
