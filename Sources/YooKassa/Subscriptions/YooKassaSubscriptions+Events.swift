import Logging
import Payments
import Storage
import Synchronization

extension YooKassaSubscriptions {
    /// Stored together with what it tells of; a second one of the same kind and period cannot be.
    static func note(
        _ kind: YooKassaSubscriptionEvent.Kind, _ subscription: YooKassaSubscription, _ period: Int64,
        _ reason: String?, at now: Int64, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            INSERT INTO yookassa_subscription_events (subscription_id, kind, period, reason, at, tries, due_at)
            VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (subscription_id, kind, period) DO NOTHING
            """,
            [
                .text(subscription.id), .text(kind.rawValue), .integer(period), .optional(reason), .integer(now),
                .integer(now),
            ])
    }

    /// Tells what is to be told; what is not taken is told again later. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be to tell, at most a minute, milliseconds; a second if another one tells.
    func tellDue(_ tell: @Sendable (YooKassaSubscriptionEvent) async throws -> Void) async -> Int64 {
        let isFirst = isTelling.withLock { isTelling in
            defer { isTelling = true }
            return !isTelling
        }
        guard isFirst else { return 1_000 }
        defer { isTelling.withLock { $0 = false } }
        do {
            while !Task.isCancelled {
                let now = context.now
                let due = try await context.store.engine.read(.scan) { try Self.dueEvents(at: now, in: $0) }
                if due.isEmpty { break }
                for (event, tries) in due {
                    var next: Int64?
                    do { try await tell(event) } catch { next = now + min(5_000 << min(tries, 10), 3_600_000) }
                    let moment = next
                    try await context.store.engine.write { sql in
                        _ = try sql.execute(
                            "UPDATE yookassa_subscription_events SET tries = tries + 1, due_at = $1 WHERE id = $2",
                            [.optional(moment), .integer(event.id)])
                    }
                }
            }
            let next = try await context.store.engine.read(.point) { sql in
                try sql.first(
                    "SELECT min(due_at) FROM yookassa_subscription_events WHERE due_at IS NOT NULL", []
                ) { $0.integer(0) } ?? nil
            }
            return min(max((next ?? .max) - context.now, 1), 60_000)
        } catch {
            context.logger.error(
                "subscriptions cannot be told of", metadata: ["error": "\(YooKassaContext.cause(error))"])
            return 5_000
        }
    }

    private static func dueEvents(
        at now: Int64, in sql: any SQLSession
    ) throws -> [(YooKassaSubscriptionEvent, Int64)] {
        let rows = try sql.all(
            """
            SELECT id, subscription_id, kind, period, reason, at, tries FROM yookassa_subscription_events
            WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT 64
            """, [.integer(now)]
        ) { row in
            (
                row.integer(0) ?? 0, row.text(1) ?? "", row.text(2) ?? "", row.integer(3) ?? 0, row.text(4),
                row.integer(5) ?? 0, row.integer(6) ?? 0
            )
        }
        return try rows.compactMap { id, subscription, kind, period, reason, at, tries in
            guard let subscription = try YooKassaSubscriptionRows.find(subscription, in: sql),
                let kind = YooKassaSubscriptionEvent.Kind(rawValue: kind)
            else { return nil }
            return (
                YooKassaSubscriptionEvent(
                    id: id, kind: kind, subscription: subscription, period: period, reason: reason, at: at), tries
            )
        }
    }
}
