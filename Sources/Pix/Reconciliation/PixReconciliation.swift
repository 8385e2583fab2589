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
            let hasFailed = try await comparePayments(since...now, bank)
            try await compareCharges(since...now, bank)
            guard !Task.isCancelled else { return 1 }
            // What could not be taken is looked for again in an hour.
            let mark = hasFailed ? now - Self.dayMilliseconds + 3_600_000 : now
            try await context.store.engine.write { try PixMark.set(Self.mark, at: mark, in: $0) }
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
    private func comparePayments(_ period: ClosedRange<Int64>, _ bank: any PixBank) async throws -> Bool {
        var hasFailed = false
        for number in 0..<Self.pagesMaximum where !Task.isCancelled {
            let page = try await PixPatience.page(number) { number throws(PixBankError) in
                try await bank.payments(period, page: number)
            }
            tellUnreadable(page.unreadable)
            if try await take(page.items) { hasFailed = true }
            guard page.hasMore else { break }
        }
        return hasFailed
    }

    /// - Returns: whether a payment could not be taken.
    func take(_ payments: [PixPayment]) async throws -> Bool {
        // The others are of another program on the same account.
        let ours = try await context.store.engine.read(.scan) { sql in
            try payments.compactMap { payment -> (PixPayment, PixCharge)? in
                let charge = try payment.txid.flatMap { try PixCharge.find(txid: $0, in: sql) }
                return charge.map { (payment, $0) }
            }
        }
        var hasFailed = false
        for (payment, charge) in ours where !Task.isCancelled {
            do {
                guard case .taken = try await settlement.take(payment, charge) else { continue }
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

    /// What a charge of the bank's list is to ours.
    private enum Finding { case open, leftOver, differs }

    /// A charge that stands otherwise at the bank is looked at by the job that looks after charges.
    private func compareCharges(_ period: ClosedRange<Int64>, _ bank: any PixBank) async throws {
        for number in 0..<Self.pagesMaximum where !Task.isCancelled {
            let page = try await PixPatience.page(number) { number throws(PixBankError) in
                try await bank.charges(period, page: number)
            }
            tellUnreadable(page.unreadable)
            let now = context.now
            let findings = try await context.store.engine.read(.scan) { sql in
                try page.items.flatMap { known in try Self.findings(known, at: now, in: sql) }
            }
            for (_, finding) in findings where finding == .differs { context.onAnomaly(.chargeDiffers) }
            let wanted = findings.filter { $0.1 != .differs }
            if !wanted.isEmpty {
                try await context.store.engine.write { sql in
                    for (id, finding) in wanted {
                        _ =
                            finding == .open
                            ? try PixCharge.hasten(id, at: now, in: sql) : try PixCharge.sweep(id, at: now, in: sql)
                    }
                }
                context.onDue(.charges)
            }
            guard page.hasMore else { return }
        }
    }

    private static func findings(
        _ known: PixBankCharge, at now: Int64, in sql: any SQLSession
    ) throws -> [(Int64, Finding)] {
        guard let charge = try PixCharge.find(txid: known.txid, in: sql),
            let transaction = try SQLPaymentSession(sql: sql).transaction(id: charge.transactionID)
        else { return [] }
        var findings: [(Int64, Finding)] = []
        if !charge.isSame(as: known, amount: transaction.amount.minor) { findings.append((transaction.id, .differs)) }
        switch (transaction.state, known.status) {
        case (.created, let status) where status != .active: findings.append((transaction.id, .open))
        // It was called off here, and can be paid there.
        case (.cancelled, .active) where now <= charge.expiresAt: findings.append((transaction.id, .leftOver))
        default: break
        }
        return findings
    }
}
