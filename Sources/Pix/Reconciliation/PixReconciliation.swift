import Logging
import Payments
import Specification
import Storage

/// Once a day the bank's lists of the last days are compared with ours, for what neither a notice nor a look has told.
///
/// Source: pix.md 5.1 (timeouts)
public final class PixReconciliation: Sendable {
    let context: PixContext
    let settlement: PixSettlement
    private let rounds = PixRounds()

    /// How many days one list of the bank's is asked for at the most.
    public static let listDays: Int64 = 30

    private static let mark = "reconciled"
    static let dayMilliseconds: Int64 = 86_400_000
    /// How far back it looks at the most, milliseconds.
    private static let daysMaximum: Int64 = listDays * dayMilliseconds
    /// A list that never ends is no list.
    private static let pagesMaximum: Int64 = 1_000

    init(_ context: PixContext, _ settlement: PixSettlement) {
        self.context = context
        self.settlement = settlement
    }

    /// Compares, if a day has passed since the last time. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most an hour, milliseconds.
    public func advanceDue() async -> Int64 {
        guard let bank = context.bank else { return 3_600_000 }
        return await rounds.alone { min(await compare(bank), await compareReturns(bank)) }
    }

    /// What a comparison came to.
    public struct Report: Sendable, Hashable {
        /// Payments and charges of ours in the bank's lists.
        public var payments: Int64 = 0
        public var charges: Int64 = 0
        /// Payments of which nothing had told.
        public var takenOver: Int64 = 0
    }

    /// Compares the last days now, whenever that was done last.
    ///
    /// - Returns: nil if there is no bank.
    /// - Throws: ``PixBankError`` if a list could not be read; `StorageFailure`; `CancellationError`.
    public func run() async throws -> Report? {
        guard let bank = context.bank else { return nil }
        while true {
            var outcome: Result<Report, any Error>?
            _ = await rounds.alone {
                outcome = await compareNow(bank)
                return 0
            }
            if let outcome { return try outcome.get() }
            // Another one is under way, which may have begun before what somebody wants to see.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func compareNow(_ bank: any PixBank) async -> Result<Report, any Error> {
        let now = context.now
        let since = now - context.specification.limits.reconciledDays * Self.dayMilliseconds
        do {
            var report = try await comparePayments(since...now, bank).report
            report.charges = try await compareCharges(since...now, bank)
            return .success(report)
        } catch {
            return .failure(error)
        }
    }

    private func compare(_ bank: any PixBank) async -> Int64 {
        do {
            let now = context.now
            let last = try await context.store.engine.read(.point) { try PixMark.last(Self.mark, in: $0) }
            if let last, last <= now, now - last < Self.dayMilliseconds {
                return min(last + Self.dayMilliseconds - now, 3_600_000)
            }
            // After days off, everything since the last time; no further back than a bank keeps its lists.
            let usual = now - context.specification.limits.reconciledDays * Self.dayMilliseconds
            let since = min(usual, max((last ?? usual) - Self.dayMilliseconds, now - Self.daysMaximum))
            let hasFailed = try await comparePayments(since...now, bank).hasFailed
            _ = try await compareCharges(since...now, bank)
            guard !Task.isCancelled else { return 1 }
            // What could not be taken is looked for again in an hour.
            let mark = hasFailed ? now - Self.dayMilliseconds + 3_600_000 : now
            try await context.store.engine.write { sql in
                try PixDifference.forget(before: now - Self.daysMaximum, in: sql)
                try PixMark.set(Self.mark, at: mark, in: sql)
            }
            return 3_600_000
        } catch PixBankError.busy(let milliseconds) {
            return min(max(milliseconds, 1_000), 3_600_000)
        } catch {
            context.logger.error(
                "the bank's lists could not be compared, that is tried again in a while",
                metadata: ["cause": "\(PixContext.cause(error))"])
            return 300_000
        }
    }

    /// - Returns: whether a payment could not be taken; it keeps no other from being taken.
    private func comparePayments(
        _ period: ClosedRange<Int64>, _ bank: any PixBank
    ) async throws -> (hasFailed: Bool, report: Report) {
        var (hasFailed, report) = (false, Report())
        for number in 0..<Self.pagesMaximum where !Task.isCancelled {
            let page = try await PixPatience.page(number) { number throws(PixBankError) in
                try await bank.payments(period, page: number)
            }
            tellUnreadable(page.unreadable)
            if try await take(page.items, &report) { hasFailed = true }
            guard page.hasMore else { break }
        }
        return (hasFailed, report)
    }

    /// - Returns: whether a payment could not be taken.
    func take(_ payments: [PixPayment], _ report: inout Report) async throws -> Bool {
        // The others are of another program on the same account.
        let ours = try await context.store.engine.read(.scan) { sql in
            try payments.compactMap { payment -> (PixPayment, PixCharge)? in
                let charge = try payment.txid.flatMap { try PixCharge.find(txid: $0, in: sql) }
                return charge.map { (payment, $0) }
            }
        }
        report.payments += Int64(ours.count)
        var hasFailed = false
        for (payment, charge) in ours where !Task.isCancelled {
            do {
                guard case .taken = try await settlement.take(payment, charge) else { continue }
                report.takenOver += 1
                context.onAnomaly(.foundByReconciliation)
                context.logger.warning(
                    "a payment was found in the bank's list that nothing had told of",
                    metadata: ["transaction": "\(charge.transactionID)"])
            } catch let failure as StorageFailure {
                throw failure
            } catch PixBankError.busy(let milliseconds) {
                throw PixBankError.busy(milliseconds: milliseconds)
            } catch {
                hasFailed = true
                context.logger.error(
                    "a payment of the bank's list could not be taken, that is tried again in an hour",
                    metadata: ["transaction": "\(charge.transactionID)", "cause": "\(PixContext.cause(error))"])
            }
        }
        return hasFailed
    }

    func tellUnreadable(_ count: Int) {
        guard count > 0 else { return }
        context.onAnomaly(.unreadableItem)
        context.logger.error("items of the bank's list cannot be read", metadata: ["count": "\(count)"])
    }

    /// What the bank's list says of a charge of ours.
    private struct Finding: Sendable {
        enum Wish { case open, leftOver }

        var txid: String
        var transactionID: Int64
        var wish: Wish?
        var differences: [PixDifference]
        /// Whether something was found before.
        var isKnown: Bool
    }

    /// A charge that stands otherwise at the bank is looked at by the job that looks after charges; what that cannot
    /// mend is written down.
    ///
    /// - Returns: how many of ours are in the list.
    private func compareCharges(_ period: ClosedRange<Int64>, _ bank: any PixBank) async throws -> Int64 {
        var count: Int64 = 0
        for number in 0..<Self.pagesMaximum where !Task.isCancelled {
            let page = try await PixPatience.page(number) { number throws(PixBankError) in
                try await bank.charges(period, page: number)
            }
            tellUnreadable(page.unreadable)
            let now = context.now
            let findings = try await context.store.engine.read(.scan) { sql in
                try page.items.compactMap { known in try Self.finding(known, at: now, in: sql) }
            }
            count += Int64(findings.count)
            for finding in findings where !finding.differences.isEmpty { context.onAnomaly(.chargeDiffers) }
            let wanted = findings.filter { $0.wish != nil || $0.isKnown || !$0.differences.isEmpty }
            if !wanted.isEmpty {
                try await context.store.engine.write { sql in
                    for finding in wanted {
                        switch finding.wish {
                        case .open: _ = try PixCharge.hasten(finding.transactionID, at: now, in: sql)
                        case .leftOver: _ = try PixCharge.sweep(finding.transactionID, at: now, in: sql)
                        case nil: break
                        }
                        try PixDifference.replace(finding.txid, with: finding.differences, in: sql)
                    }
                }
                context.onDue(.charges)
            }
            guard page.hasMore else { break }
        }
        return count
    }

    private static func finding(_ known: PixBankCharge, at now: Int64, in sql: any SQLSession) throws -> Finding? {
        guard let charge = try PixCharge.find(txid: known.txid, in: sql),
            let transaction = try SQLPaymentSession(sql: sql).transaction(id: charge.transactionID)
        else { return nil }
        var finding = Finding(
            txid: charge.txid, transactionID: transaction.id, wish: nil,
            differences: PixDifference.all(charge, transaction, known, at: now),
            isKnown: try PixDifference.isKnown(charge.txid, in: sql))
        switch (transaction.state, known.status) {
        case (.created, let status) where status != .active: finding.wish = .open
        // It was called off here, and can be paid there.
        case (.cancelled, .active) where now <= charge.expiresAt: finding.wish = .leftOver
        default: break
        }
        return finding
    }
}
