import Logging
import Payments
import Specification
import Storage

/// Once a day the account's statement is read for payouts that the receiver gave back, and for those of unknown outcome
/// or said to have failed that went out after all. Where there are none of these, the bank is not asked.
///
/// Source: pix.md 5.2
public final class PixStatementWatch: Sendable {
    private let context: PixContext
    private let payouts: PixPayouts
    private let rounds = PixRounds()

    private static let mark = "statement"
    private static let dayMilliseconds: Int64 = 86_400_000
    /// How long after a payout its money may come back, days.
    private static let returnDays: Int64 = 90
    /// How long after somebody said that a payout had failed it is looked for, days.
    private static let failedDays: Int64 = 30
    /// More of unknown outcome are not looked for at once.
    private static let unknownMaximum: Int64 = 500

    init(_ context: PixContext, _ payouts: PixPayouts) {
        self.context = context
        self.payouts = payouts
    }

    /// Reads the statement, if a day has passed since the last time. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most an hour, milliseconds.
    public func advanceDue() async -> Int64 {
        guard let bank = context.bank else { return 3_600_000 }
        return await rounds.alone { await read(bank) }
    }

    private func read(_ bank: any PixBank) async -> Int64 {
        do {
            let now = context.now
            let (last, unknown, failed, hasPaid) = try await context.store.engine.read(.scan) { sql in
                (
                    try PixMark.last(Self.mark, in: sql),
                    try PixPayout.unknown(
                        before: now - PixPayouts.callMilliseconds, limit: Self.unknownMaximum, in: sql),
                    try PixPayout.saidFailed(
                        since: now - Self.failedDays * Self.dayMilliseconds, limit: Self.unknownMaximum, in: sql),
                    try PixPayout.wasPaid(since: now - Self.returnDays * Self.dayMilliseconds, in: sql)
                )
            }
            if let last, last <= now, now - last < Self.dayMilliseconds {
                return min(last + Self.dayMilliseconds - now, 3_600_000)
            }
            // Without any the mark stays: the first one is not to wait for a day.
            guard hasPaid || !unknown.isEmpty || !failed.isEmpty else { return 3_600_000 }
            let usual = now - context.specification.limits.reconciledDays * Self.dayMilliseconds
            // What somebody has said since the last time is looked for from its beginning.
            let news = failed.filter { $0.endedAt ?? 0 >= last ?? 0 }.map(\.requestedAt)
            let since = ([usual] + unknown.map(\.requestedAt) + news).min() ?? usual
            let movements = try await payouts.movements(since: since, bank)
            for movement in movements.all where !Task.isCancelled { try await payouts.takeReturn(movement) }
            // What cannot be read may be the other one that fits.
            for payout in unknown where movements.isWhole && !Task.isCancelled {
                _ = try await payouts.adopt(payout, from: movements.all)
            }
            for payout in failed where !Task.isCancelled {
                try await payouts.findSentAfterAll(payout, in: movements.all)
            }
            guard !Task.isCancelled else { return 1 }
            try await context.store.engine.write { try PixMark.set(Self.mark, at: now, in: $0) }
            context.onDue(.payouts)
            return 3_600_000
        } catch PixBankError.busy(let milliseconds) {
            return min(max(milliseconds, 1_000), 3_600_000)
        } catch {
            context.logger.error(
                "the account's statement could not be read, that is tried again in an hour",
                metadata: ["cause": "\(PixContext.cause(error))"])
            return 3_600_000
        }
    }
}
