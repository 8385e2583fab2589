import Logging
import Payments
import Specification
public import Storage
import Synchronization

/// The daily comparison with YooKassa's lists, both ways. What can be taken over is; what still differs is listed.
///
/// Source: yookassa.md 10
public final class YooKassaReconciliation: Sendable {
    let context: YooKassaContext
    let settlement: YooKassaSettlement
    let refunds: YooKassaRefundSettlement
    private let unfinished = Mutex(YooKassaUnfinishedComparison())

    private static let day: Int64 = 86_400_000
    private static let mark = "reconciliation"
    private static let pagesMaximum = 2_000
    /// What was created a moment ago may not be in the list yet, milliseconds.
    static let freshness: Int64 = 300_000
    /// After how many failures somebody is told.
    private static let failuresUntilTold = 5

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

    /// Compares once a day. One that fails is taken up again after a minute, then later and later, where it was.
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
            if let left = context.rest.left(at: now) ?? unfinished.withLock({ $0.left(at: now) }) {
                return min(left, 60_000)
            }
        } catch {
            logFailure(error)
            return 60_000
        }
        var place = unfinished.withLock { $0.place(at: now) }
        do {
            _ = try await run(&place)
            return 60_000
        } catch YooKassaError.busy(let milliseconds) {
            unfinished.withLock { $0.keep(place) }
            return min(max(milliseconds, 1), 60_000)
        } catch YooKassaError.unauthorized {
            unfinished.withLock { $0.keep(place) }
            await context.restAfterRefusedKey()
            return YooKassaContext.refusedKeyMilliseconds
        } catch {
            return await later(place, error)
        }
    }

    private func later(_ place: YooKassaComparisonPlace, _ error: any Error) async -> Int64 {
        logFailure(error)
        // A place that YooKassa does not take any more is no place.
        var isPlaceLost = false
        if case YooKassaError.refused? = error as? YooKassaError { isPlaceLost = true }
        let (now, kept) = (context.now, isPlaceLost ? nil : place)
        let (failures, pause) = unfinished.withLock { $0.fail(kept, at: now) }
        if failures >= Self.failuresUntilTold {
            await context.raise(
                .comparisonFailed, "comparison",
                "it failed \(failures) times, the last time with: \(YooKassaContext.cause(error))")
        }
        return min(pause, 60_000)
    }

    private func logFailure(_ error: any Error) {
        context.logger.error(
            "YooKassa's lists could not be compared", metadata: ["error": "\(YooKassaContext.cause(error))"])
    }

    /// Compares now, from the beginning.
    ///
    /// - Throws: ``YooKassaError`` if a list could not be read: nothing is then said of what is missing.
    public func run() async throws -> Report {
        var place = YooKassaComparisonPlace(start: context.now)
        return try await run(&place)
    }

    private func run(_ place: inout YooKassaComparisonPlace) async throws -> Report {
        let start = place.start
        let from = start - context.specification.limits.reconciledDays * Self.day
        if place.list == .payments {
            try await each(&place) { cursor throws(YooKassaError) in
                try await self.context.provider.payments(YooKassaQuery(createdFrom: from), cursor: cursor, .background)
            } _: { known, place in
                place.report.payments += 1
                place.seen.insert(known.id)
                if try await self.compare(known) { place.report.takenOver += 1 }
            }
            place.turn(to: .refunds)
        }
        if place.list == .refunds {
            try await each(&place) { cursor throws(YooKassaError) in
                try await self.context.provider.refunds(YooKassaQuery(createdFrom: from), cursor: cursor, .background)
            } _: { known, place in
                place.report.refunds += 1
                if try await self.compare(known) { place.report.takenOver += 1 }
            }
            place.turn(to: .none)
        }
        try await lookForMissing(place.seen, from: from, until: start - Self.freshness)
        try await noteUnresolved()
        return try await finish(place)
    }

    private func finish(_ place: YooKassaComparisonPlace) async throws -> Report {
        let (start, end) = (place.start, context.now)
        var report = place.report
        report.differences = try await context.store.engine.write { sql in
            try YooKassaDifference.resolve(unseenSince: start, at: end, in: sql)
            try sql.execute(
                """
                INSERT INTO yookassa_marks (name, at) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET at = excluded.at
                """, [.text(Self.mark), .integer(start)])
            return try YooKassaDifference.countOpen(in: sql)
        }
        unfinished.withLock { $0 = YooKassaUnfinishedComparison() }
        if report.differences > 0 {
            await context.raise(
                .difference, "comparison", "\(report.differences) differences: tiyin reconcile lists them")
        }
        return report
    }

    /// Every item of a list, from where it was left. A page that was not worked through is read again.
    func each<Item>(
        _ place: inout YooKassaComparisonPlace,
        _ page: (String?) async throws(YooKassaError) -> YooKassaPage<Item>,
        _ body: (Item, inout YooKassaComparisonPlace) async throws -> Void
    ) async throws {
        for _ in 0..<Self.pagesMaximum {
            let cursor = place.cursor
            let items = try await patiently { () throws(YooKassaError) in try await page(cursor) }
            var after = place
            for item in items.items { try await body(item, &after) }
            guard let next = items.nextCursor else {
                place = after
                return
            }
            after.cursor = next
            place = after
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
}
