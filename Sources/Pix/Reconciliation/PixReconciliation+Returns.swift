import Logging
import Payments
import Specification
import Storage

/// Money of older payments that went back without us: a bank may be forced to give it back for months, and a notice of
/// that may be lost as any other.
///
/// Source: pix.md 3.5, 5.1
extension PixReconciliation {
    private static let mark = "returns"
    /// Of all lists of one comparison together. A list that never ends is no list.
    private static let pagesMaximum = 300

    /// Compares, if a day has passed since the last time, what went back of the payments of the last days that a
    /// payment can be given back in.
    ///
    /// - Returns: how long nothing will be due, at most an hour, milliseconds.
    func compareReturns(_ bank: any PixBank) async -> Int64 {
        let now = context.now
        do {
            let last = try await context.store.engine.read(.point) { try PixMark.last(Self.mark, in: $0) }
            if let last, last <= now, now - last < Self.dayMilliseconds {
                return min(last + Self.dayMilliseconds - now, 3_600_000)
            }
            let isWhole = try await readReturns(until: now, bank)
            guard !Task.isCancelled else { return 1 }
            // What could not be taken is looked for again in an hour.
            try await set(isWhole ? now : now - Self.dayMilliseconds + 3_600_000)
            return 3_600_000
        } catch PixBankError.busy(let milliseconds) {
            return min(max(milliseconds, 1_000), 3_600_000)
        } catch let error as PixBankError where !error.isPassing {
            context.logger.error(
                "the bank does not list what went back, that is tried again in a day",
                metadata: ["cause": "\(error.description)"])
            try? await set(now)
            return 3_600_000
        } catch {
            context.logger.error(
                "the bank's list of what went back could not be read, that is tried again in a while",
                metadata: ["cause": "\(PixContext.cause(error))"])
            return 300_000
        }
    }

    /// - Returns: false: not all of it could be read and taken.
    private func readReturns(until now: Int64, _ bank: any PixBank) async throws -> Bool {
        var (isWhole, count, report) = (true, 0, Report())
        let days = context.specification.limits.refundDays
        for first in stride(from: Int64(0), to: days, by: Int(Self.listDays)) {
            // The youngest first: they are the likeliest to have changed.
            let end = now - first * Self.dayMilliseconds
            let period = (end - min(Self.listDays, days - first) * Self.dayMilliseconds)...end
            var (number, hasMore) = (Int64(0), true)
            while hasMore, !Task.isCancelled {
                guard count < Self.pagesMaximum else {
                    context.logger.error(
                        "the bank's list of what went back does not end: the rest is not looked at",
                        metadata: ["pages": "\(count)"])
                    return true
                }
                count += 1
                let page = try await PixPatience.page(number) { number throws(PixBankError) in
                    try await bank.paymentsGivenBack(period, page: number)
                }
                tellUnreadable(page.unreadable)
                if try await take(page.items, &report) { isWhole = false }
                (number, hasMore) = (number + 1, page.hasMore)
            }
        }
        return isWhole
    }

    private func set(_ moment: Int64) async throws {
        try await context.store.engine.write { try PixMark.set(Self.mark, at: moment, in: $0) }
    }
}
