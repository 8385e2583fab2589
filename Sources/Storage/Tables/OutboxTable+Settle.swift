import Payments

/// What became of a delivery.
extension SQLPaymentSession {
    /// The receiver has it, and the next of the order is due. Does nothing if that was noted before.
    ///
    /// - Parameters:
    ///   - id: ``OutboxItem/id``.
    ///   - now: milliseconds since 1970.
    public func markDelivered(_ id: Int64, at now: Int64) throws {
        // Whoever has the lease by now: what arrived has arrived.
        let count = try sql.execute(
            """
            UPDATE outbox SET delivered_at = $1, attempted_at = $1, attempts = attempts + 1, last_error = NULL,
            lease = NULL, unreached = 0, dead_at = NULL WHERE id = $2 AND delivered_at IS NULL
            """, [.integer(now), .integer(id)])
        if count == 1 { try promoteNext(after: id, at: now) }
    }

    /// The receiver does not have it: one more attempt has failed. Does nothing if somebody else has taken it since.
    ///
    /// - Parameters:
    ///   - id: ``OutboxItem/id``.
    ///   - lease: as it was claimed; empty: it was not.
    ///   - now: milliseconds since 1970.
    ///   - dueAt: when to try again, milliseconds since 1970.
    ///   - error: what people who look at the table may read; nothing secret in it.
    ///   - isUnreached: whether the receiver as a whole was not to be had: ``hasten(target:limit:at:)`` finds it.
    public func markFailed(
        _ id: Int64, lease: String = "", at now: Int64 = 0, dueAt: Int64, error: String, isUnreached: Bool = false
    ) throws {
        try sql.execute(
            """
            UPDATE outbox SET attempts = attempts + 1, due_at = $1, last_error = $2, attempted_at = $3,
            tried_since = coalesce(tried_since, $3), unreached = $4, lease = NULL WHERE id = $5 AND coalesce(lease, '') = $6 AND \(OutboxRow.waits)
            """,
            [
                .integer(dueAt), .text(error), .integer(now), .integer(isUnreached ? 1 : 0), .integer(id),
                .text(lease),
            ])
    }

    /// The receiver does not have it and is not asked again: a dead letter. The next of the order is due.
    ///
    /// - Parameters: as of ``markFailed(_:lease:at:dueAt:error:isUnreached:)``.
    public func markDead(_ id: Int64, lease: String = "", at now: Int64, error: String) throws {
        let count = try sql.execute(
            """
            UPDATE outbox SET dead_at = $1, attempted_at = $1, attempts = attempts + 1, last_error = $2, unreached = 0,
            lease = NULL WHERE id = $3 AND coalesce(lease, '') = $4 AND \(OutboxRow.waits)
            """, [.integer(now), .text(error), .integer(id), .text(lease)])
        if count == 1 { try promoteNext(after: id, at: now) }
    }

    /// Puts it back untried: it is due at once, for whoever comes.
    public func release(_ id: Int64, lease: String, at now: Int64) throws {
        try sql.execute(
            "UPDATE outbox SET due_at = $1, lease = NULL WHERE id = $2 AND lease = $3 AND \(OutboxRow.waits)",
            [.integer(now), .integer(id), .text(lease)])
    }

    /// What a runner that is no more had taken is due at once. Only for whoever has the database alone.
    public func releaseAll(target: String, at now: Int64) throws {
        try sql.execute(
            "UPDATE outbox SET due_at = $1, lease = NULL WHERE target = $2 AND lease IS NOT NULL AND \(OutboxRow.waits)",
            [.integer(now), .text(target)])
    }

    /// The receiver answers again: what it was not there for is due now, not at the next time of its schedule.
    ///
    /// - Parameters:
    ///   - limit: how many at once.
    ///   - now: milliseconds since 1970.
    /// - Returns: how many there were.
    public func hasten(target: String, limit: Int, at now: Int64) throws -> Int {
        try sql.execute(
            """
            UPDATE outbox SET due_at = $1, unreached = 0 WHERE id IN (
                SELECT id FROM outbox WHERE target = $2 AND due_at > $1 AND due_at < \(OutboxRow.behind)
                AND unreached = 1 AND lease IS NULL AND \(OutboxRow.waits) ORDER BY due_at, id LIMIT $3)
            AND lease IS NULL
            """, [.integer(now), .text(target), .integer(Int64(limit))])
    }

    /// Makes due what a clock that was ahead has put off: what was never tried is due when it is written, and nothing is
    /// tried in the future.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: how many there were, 500 at the most.
    @discardableResult
    public func mendTimes(target: String, at now: Int64) throws -> Int {
        try sql.execute(
            """
            UPDATE outbox SET due_at = $1 WHERE id IN (
                SELECT id FROM outbox WHERE target = $2 AND due_at > $3 AND due_at < \(OutboxRow.behind)
                AND lease IS NULL AND (attempts = 0 OR attempted_at > $3) AND \(OutboxRow.waits)
                ORDER BY due_at, id LIMIT 500)
            """, [.integer(now), .text(target), .integer(now + 60_000)])
    }

    /// Whether there is anything for ``mendTimes(target:at:)`` to do.
    public func hasOddTimes(target: String, at now: Int64) throws -> Bool {
        try sql.first(
            """
            SELECT 1 FROM outbox WHERE target = $1 AND due_at > $2 AND due_at < \(OutboxRow.behind)
            AND lease IS NULL AND (attempts = 0 OR attempted_at > $2) AND \(OutboxRow.waits) LIMIT 1
            """, [.text(target), .integer(now + 60_000)]
        ) { _ in true } ?? false
    }

    /// Deliveries that wait behind nothing: what they waited for has gone without making them due. On a database with
    /// several writers that can happen; see ``promoteNext(after:at:)``.
    public func stranded(target: String, limit: Int) throws -> [Int64] {
        try sql.all(
            """
            SELECT o.id FROM outbox o WHERE o.target = $1 AND o.due_at = \(OutboxRow.behind)
            AND o.delivered_at IS NULL AND o.dead_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM outbox e WHERE e.order_id = o.order_id AND e.target = o.target AND e.id < o.id
                AND e.delivered_at IS NULL AND e.dead_at IS NULL)
            ORDER BY o.id LIMIT $2
            """, [.text(target), .integer(Int64(limit))]
        ) { $0.integer(0) ?? 0 }
    }

    /// Makes a stranded delivery due.
    public func promote(_ id: Int64, at now: Int64) throws {
        try sql.execute(
            "UPDATE outbox SET due_at = $1 WHERE id = $2 AND due_at = \(OutboxRow.behind) AND \(OutboxRow.waits)",
            [.integer(now), .integer(id)])
    }

    /// Makes the oldest that still waits, of the same order and receiver, due.
    func promoteNext(after id: Int64, at now: Int64) throws {
        try sql.execute(
            """
            UPDATE outbox SET due_at = $1 WHERE due_at = \(OutboxRow.behind) AND id = (
                SELECT min(n.id) FROM outbox d JOIN outbox n ON n.order_id = d.order_id AND n.target = d.target
                WHERE d.id = $2 AND n.delivered_at IS NULL AND n.dead_at IS NULL)
            """, [.integer(now), .integer(id)])
    }
}
