import Logging
import Payments
import Specification
public import Storage

/// The daily comparison with YooKassa's lists, both ways. What can be taken over is; what still differs is listed.
///
/// Source: yookassa.md 10
public final class YooKassaReconciliation: Sendable {
    private let context: YooKassaContext
    private let settlement: YooKassaSettlement
    private let refunds: YooKassaRefundSettlement

    private static let day: Int64 = 86_400_000
    private static let mark = "reconciliation"
    private static let pagesMaximum = 2_000
    /// What was created a moment ago may not be in the list yet, milliseconds.
    private static let freshness: Int64 = 300_000

    init(
        _ context: YooKassaContext, _ settlement: YooKassaSettlement, _ refunds: YooKassaRefundSettlement
    ) {
        self.context = context
        self.settlement = settlement
        self.refunds = refunds
    }

    /// What a comparison came to.
    public struct Report: Sendable, Hashable {
        /// Payments and refunds of YooKassa's lists.
        public var payments: Int64 = 0
        public var refunds: Int64 = 0
        /// What we learned of by them.
        public var takenOver: Int64 = 0
        /// What still differs.
        public var differences: Int64 = 0
    }

    /// The differences that were found, the newest first.
    ///
    /// - Parameter openOnly: false: those too that a later comparison did not see any more.
    public func differences(openOnly: Bool = true, limit: Int64 = 1_000) async throws -> [YooKassaDifference] {
        try await context.store.engine.read(.scan) {
            try YooKassaDifference.all(openOnly: openOnly, limit: limit, in: $0)
        }
    }

    /// Those that are open, of a database without a gateway.
    ///
    /// - Throws: `StorageFailure`.
    public static func differences(in store: Store, limit: Int64 = 1_000) async throws -> [YooKassaDifference] {
        try await store.engine.read(.scan) { try YooKassaDifference.all(openOnly: true, limit: limit, in: $0) }
    }

    /// How many differences are open, for metrics.
    public func countDifferences() async throws -> Int64 {
        try await context.store.engine.read(.point) { try YooKassaDifference.countOpen(in: $0) }
    }

    /// Compares once a day.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        let now = context.now
        do {
            let last = try await context.store.engine.read(.point) { sql in
                try sql.first("SELECT at FROM yookassa_marks WHERE name = $1", [.text(Self.mark)]) { $0.integer(0) }
            }
            // A clock that was set back does not stop it for long.
            if let last = last ?? nil, now - last < Self.day, now >= last - Self.day { return 60_000 }
            if let left = context.rest.left(at: now) { return left }
            _ = try await run()
            return 60_000
        } catch YooKassaError.busy(let milliseconds) {
            return min(max(milliseconds, 1), 60_000)
        } catch YooKassaError.unauthorized {
            await context.restAfterRefusedKey()
            return YooKassaContext.refusedKeyMilliseconds
        } catch {
            context.logger.error(
                "YooKassa's lists could not be compared", metadata: ["error": "\(YooKassaContext.cause(error))"])
            return 60_000
        }
    }

    /// Compares now.
    ///
    /// - Throws: ``YooKassaError`` if a list could not be read: nothing is then said of what is missing.
    public func run() async throws -> Report {
        let start = context.now
        let from = start - context.specification.limits.reconciledDays * Self.day
        var report = Report()
        var seen: Set<String> = []
        try await each { cursor throws(YooKassaError) in
            try await self.context.provider.payments(YooKassaQuery(createdFrom: from), cursor: cursor, .background)
        } _: { known in
            report.payments += 1
            seen.insert(known.id)
            if try await self.compare(known) { report.takenOver += 1 }
        }
        try await each { cursor throws(YooKassaError) in
            try await self.context.provider.refunds(YooKassaQuery(createdFrom: from), cursor: cursor, .background)
        } _: { known in
            report.refunds += 1
            if try await self.compare(known) { report.takenOver += 1 }
        }
        try await lookForMissing(seen, from: from, until: start - Self.freshness)
        let end = context.now
        report.differences = try await context.store.engine.write { sql in
            try YooKassaDifference.resolve(unseenSince: start, at: end, in: sql)
            try sql.execute(
                """
                INSERT INTO yookassa_marks (name, at) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET at = excluded.at
                """, [.text(Self.mark), .integer(start)])
            return try YooKassaDifference.countOpen(in: sql)
        }
        if report.differences > 0 {
            await context.raise(
                .difference, "comparison", "\(report.differences) differences: tiyin reconcile lists them")
        }
        return report
    }

    private func each<Item>(
        _ page: (String?) async throws(YooKassaError) -> YooKassaPage<Item>, _ body: (Item) async throws -> Void
    ) async throws {
        var cursor: String?
        for _ in 0..<Self.pagesMaximum {
            let items = try await patiently { () throws(YooKassaError) in try await page(cursor) }
            for item in items.items { try await body(item) }
            guard let next = items.nextCursor else { return }
            cursor = next
        }
        throw YooKassaError.unknown("the list does not end")
    }

    /// The limits on calls are no reason to begin anew.
    private func patiently<T>(_ work: () async throws(YooKassaError) -> T) async throws -> T {
        for _ in 0..<20 {
            do throws(YooKassaError) {
                return try await work()
            } catch YooKassaError.busy(let milliseconds) {
                try await Task.sleep(for: .milliseconds(milliseconds))
            }
        }
        return try await work()
    }

    /// - Returns: whether we learned of something.
    private func compare(_ known: YooKassaPayment) async throws -> Bool {
        let find: @Sendable (any SQLSession) throws -> YooKassaSettlement.Facts? = { sql in
            if let found = try YooKassaStoredPayment.find(providerID: known.id, in: sql) {
                return try YooKassaSettlement.Facts.read(found.id, in: sql)
            }
            return try known.metadata["tx"].flatMap { try YooKassaSettlement.Facts.read($0, in: sql) }
        }
        let before = try await context.store.engine.read(.point) { try find($0) }
        guard let before else {
            try await note(known.id, "payment", ours: nil, theirs: "\(known.status.text) \(known.amount.value)")
            return false
        }
        if Self.differences(known, before).isEmpty { return false }
        try await bearing(before.payment.id) { try await settlement.take(known, before.payment.id) }
        let taken = try await context.store.engine.read(.point) { try find($0) } ?? before
        if Self.differences(known, taken).contains(where: { $0.field == "refunded_amount" }) {
            try await takeRefunds(of: known)
        }
        let after = try await context.store.engine.read(.point) { try find($0) } ?? before
        for (field, ours, theirs) in Self.differences(known, after) {
            try await note(before.payment.id, field, ours: ours, theirs: theirs)
        }
        return after.transaction != before.transaction || after.payment.refunded != before.payment.refunded
    }

    /// What cannot be taken over stays a difference, and keeps none of the others from being compared.
    private func bearing(_ subject: String, _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            context.logger.error(
                "what YooKassa's list says could not be taken over",
                metadata: ["subject": "\(subject)", "error": "\(YooKassaContext.cause(error))"])
        }
    }

    private func takeRefunds(of known: YooKassaPayment) async throws {
        try await each { cursor throws(YooKassaError) in
            try await self.context.provider.refunds(YooKassaQuery(paymentID: known.id), cursor: cursor, .background)
        } _: { refund in
            try await self.bearing(refund.id) { _ = try await self.refunds.take(refund) }
        }
    }

    private static func differences(
        _ known: YooKassaPayment, _ facts: YooKassaSettlement.Facts
    ) -> [(field: String, ours: String, theirs: String)] {
        let (payment, transaction) = (facts.payment, facts.transaction)
        var found: [(String, String, String)] = []
        let isSame: Bool =
            switch known.status.known {
            case .pending: transaction.state == .created && payment.step == .awaitingPayer
            case .waitingForCapture:
                transaction.state == .created && [.authorized, .capturing, .cancelling].contains(payment.step)
            // Given up before it was paid: known, and on its way back.
            case .succeeded: payment.step == .succeeded && payment.captured > 0
            case .canceled: transaction.state == .cancelled
            case nil: false
            }
        if !isSame {
            found.append(("status", "\(transaction.state.rawValue) \(payment.step.rawValue)", known.status.text))
        }
        let amounts = [transaction.amount.minor, payment.captured].filter { $0 > 0 }
        if known.amount.money.map({ $0.currency == transaction.amount.currency && amounts.contains($0.minor) }) != true
        {
            found.append(("amount", transaction.amount.decimal, "\(known.amount.value) \(known.amount.currency)"))
        }
        let back = known.refundedAmount.map { $0.money?.minor ?? -1 } ?? 0
        if back != payment.refunded {
            found.append(("refunded_amount", "\(payment.refunded)", known.refundedAmount?.value ?? "0"))
        }
        return found
    }

    private func compare(_ known: YooKassaRefund) async throws -> Bool {
        let find: @Sendable (any SQLSession) throws -> YooKassaStoredRefund? = {
            try YooKassaStoredRefund.find(providerID: known.id, in: $0)
        }
        let before = try await context.store.engine.read(.point) { try find($0) }
        if let before, Self.agrees(before, known) { return false }
        var imported = YooKassaRefundSettlement.Imported.ambiguous
        try await bearing(known.id) { imported = try await refunds.take(known) }
        switch imported {
        case .taken:
            let after = try await context.store.engine.read(.point) { try find($0) }
            // Two ends that are not the same, whatever becomes of the payment, which may be older than its list.
            if let after, after.state.isEnd, [.succeeded, .canceled].contains(known.status.known),
                !Self.agrees(after, known)
            {
                try await note(
                    known.id, "refund", ours: after.state.rawValue, theirs: "\(known.status.text) \(known.amount.value)"
                )
            }
            return after != before
        case .ambiguous, .paymentUnknown:
            // Of a payment that is none of ours, or of one that is looked at anyway.
            try await note(known.id, "refund", ours: nil, theirs: "\(known.status.text) \(known.amount.value)")
            return false
        }
    }

    private static func agrees(_ refund: YooKassaStoredRefund, _ known: YooKassaRefund) -> Bool {
        switch known.status.known {
        case .pending: refund.state == .pending
        case .succeeded: refund.state == .succeeded
        case .canceled: refund.state == .refused
        case nil: false
        }
    }

    /// Payments that YooKassa told us of, and that its list does not have.
    private func lookForMissing(_ seen: Set<String>, from: Int64, until: Int64) async throws {
        let ours = try await context.store.engine.read(.scan) { sql in
            try sql.all(
                """
                SELECT id, provider_id, step FROM yookassa_payments
                WHERE created_at >= $1 AND created_at < $2 AND provider_id IS NOT NULL ORDER BY created_at, id
                """, [.integer(from + Self.freshness), .integer(until)]
            ) { ($0.text(0) ?? "", $0.text(1) ?? "", $0.text(2) ?? "") }
        }
        for (id, providerID, step) in ours where !seen.contains(providerID) {
            try await note(id, "payment", ours: step, theirs: nil)
        }
    }

    private func note(_ subject: String, _ field: String, ours: String?, theirs: String?) async throws {
        let now = context.now
        try await context.store.engine.write { sql in
            try YooKassaDifference.insert(subject, field, ours: ours, theirs: theirs, at: now, in: sql)
        }
    }
}
