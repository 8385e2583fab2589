import Logging
import Payments
import Specification
import Storage

/// Once a day the bank's lists of the last days are compared with ours, for what neither a notice nor a look has told.
///
/// Source: pix.md 5.1 (timeouts)
public final class PixReconciliation: Sendable {
    private let context: PixContext
    private let settlement: PixSettlement
    private let rounds = PixRounds()

    private static let mark = "reconciled"
    static let dayMilliseconds: Int64 = 86_400_000
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
        return await rounds.alone { await compare(bank) }
    }

    private func compare(_ bank: any PixBank) async -> Int64 {
        do {
            let now = context.now
            let last = try await context.store.engine.read(.point) { sql in
                try sql.first("SELECT at FROM pix_marks WHERE name = $1", [.text(Self.mark)]) { $0.integer(0) } ?? nil
            }
            if let last, last <= now, now - last < Self.dayMilliseconds {
                return min(last + Self.dayMilliseconds - now, 3_600_000)
            }
            let period = (now - context.specification.limits.reconciledDays * Self.dayMilliseconds)...now
            try await comparePayments(period, bank)
            try await compareCharges(period, bank)
            guard !Task.isCancelled else { return 1 }
            _ = try await context.store.engine.write { sql in
                try sql.execute(
                    """
                    INSERT INTO pix_marks (name, at) VALUES ($1, $2)
                    ON CONFLICT (name) DO UPDATE SET at = excluded.at
                    """,
                    [.text(Self.mark), .integer(now)])
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

    private func comparePayments(_ period: ClosedRange<Int64>, _ bank: any PixBank) async throws {
        for number in 0..<Self.pagesMaximum where !Task.isCancelled {
            let page = try await bank.payments(period, page: number)
            for payment in page.items {
                let charge = try await context.store.engine.read(.point) { sql in
                    try payment.txid.flatMap { try PixCharge.find(txid: $0, in: sql) }
                }
                // Of another program on the same account.
                guard let charge else { continue }
                guard case .taken = try await settlement.take(payment, charge) else { continue }
                context.onAnomaly(.foundByReconciliation)
                context.logger.warning(
                    "a payment was found in the bank's list that nothing had told of",
                    metadata: ["transaction": "\(charge.transactionID)"])
            }
            guard page.hasMore else { return }
        }
    }

    /// A charge that stands otherwise at the bank is looked at by the job that looks after charges.
    private func compareCharges(_ period: ClosedRange<Int64>, _ bank: any PixBank) async throws {
        for number in 0..<Self.pagesMaximum where !Task.isCancelled {
            let page = try await bank.charges(period, page: number)
            for known in page.items {
                let now = context.now
                let (isOpen, differs) = try await context.store.engine.write { sql -> (Bool, Bool) in
                    guard let charge = try PixCharge.find(txid: known.txid, in: sql),
                        let transaction = try SQLPaymentSession(sql: sql).transaction(id: charge.transactionID)
                    else { return (false, false) }
                    let differs = known.amount.map { $0 != transaction.amount.minor } ?? false
                    guard transaction.state == .created, known.status != .active else { return (false, differs) }
                    return (try PixCharge.hasten(charge.transactionID, at: now, in: sql), differs)
                }
                if differs { context.onAnomaly(.chargeDiffers) }
                if isOpen { context.onDue(.charges) }
            }
            guard page.hasMore else { return }
        }
    }
}
