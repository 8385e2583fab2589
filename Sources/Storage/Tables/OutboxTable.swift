public import Payments

/// A delivery that waits.
public struct OutboxItem: Sendable, Hashable {
    /// The number of the delivery, not of the event.
    public var id: Int64
    /// How many have failed so far.
    public var attempts: Int64
    /// What is to be delivered, as it was right after the change.
    public var event: PaymentEvent
}

extension SQLPaymentSession {
    /// Adds a delivery that is due at once.
    ///
    /// - Parameters:
    ///   - target: the receiver, such as `TransactionService.hooksTarget`.
    ///   - journalID: the line of the journal that the event is made of.
    ///   - now: milliseconds since 1970.
    public func enqueue(target: String, journalID: Int64, transaction: Transaction, at now: Int64) throws {
        try sql.execute(
            """
            INSERT INTO outbox (target, journal_id, transaction_id, order_id, created_at, due_at, attempts)
            VALUES ($1, $2, $3, $4, $5, $6, 0)
            """,
            [
                .text(target), .integer(journalID), .integer(transaction.id), .text(transaction.orderID),
                .integer(now), .integer(now),
            ])
    }

    /// What is due for a receiver: of each order only the oldest that waits, so that orders keep their sequence.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - limit: how many at the most.
    public func due(target: String, at now: Int64, limit: Int) throws -> [OutboxItem] {
        // The transaction as it was right after the change is its row with the journal line's own figures.
        let columns = Self.transactionColumns.split(separator: ",")
            .map { "t." + $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: ", ")
        return try sql.all(
            """
            SELECT \(columns), o.id, o.attempts, j.id, j.change, j.at, j.to_state, j.reason, j.refunded_amount
            FROM outbox o
            JOIN transactions t ON t.id = o.transaction_id
            JOIN journal j ON j.id = o.journal_id
            WHERE o.target = $1 AND o.delivered_at IS NULL AND o.due_at <= $2
            AND NOT EXISTS (
                SELECT 1 FROM outbox e
                WHERE e.order_id = o.order_id AND e.id < o.id AND e.delivered_at IS NULL AND e.target = o.target)
            ORDER BY o.due_at, o.id LIMIT $3
            """,
            [.text(target), .integer(now), .integer(Int64(limit))]
        ) { row in
            guard let id = row.integer(20), let eventID = row.integer(22),
                let change = row.text(23).flatMap(TransactionChange.init(rawValue:)), let at = row.integer(24),
                let state = row.integer(25).flatMap(TransactionState.init(rawValue:))
            else { throw CorruptRow(table: "outbox", id: row.integer(20).map(String.init) ?? "?") }
            let transaction = try Self.transaction(row).asOf(
                change, state: state, at: at, reason: row.integer(26), refunded: row.integer(27) ?? 0)
            return OutboxItem(
                id: id, attempts: row.integer(21) ?? 0,
                event: PaymentEvent(id: eventID, change: change, transaction: transaction, at: at))
        }
    }

    /// When the next delivery becomes due that is not due yet, milliseconds since 1970; nil: none does.
    ///
    /// - Parameter now: milliseconds since 1970; what is due by then does not count.
    public func nextDue(target: String, after now: Int64 = .min) throws -> Int64? {
        try sql.first(
            "SELECT min(due_at) FROM outbox WHERE target = $1 AND delivered_at IS NULL AND due_at > $2",
            [.text(target), .integer(now)]
        ) { $0.integer(0) } ?? nil
    }

    /// The receiver has it. Does nothing if that was noted before.
    ///
    /// - Parameters:
    ///   - id: ``OutboxItem/id``.
    ///   - now: milliseconds since 1970.
    public func markDelivered(_ id: Int64, at now: Int64) throws {
        try sql.execute(
            """
            UPDATE outbox SET delivered_at = $1, attempts = attempts + 1, last_error = NULL
            WHERE id = $2 AND delivered_at IS NULL
            """, [.integer(now), .integer(id)])
    }

    /// The receiver does not have it: one more attempt has failed.
    ///
    /// - Parameters:
    ///   - id: ``OutboxItem/id``.
    ///   - dueAt: when to try again, milliseconds since 1970.
    ///   - error: what people who look at the table may read; nothing secret in it.
    public func markFailed(_ id: Int64, dueAt: Int64, error: String) throws {
        try sql.execute(
            "UPDATE outbox SET attempts = attempts + 1, due_at = $1, last_error = $2 WHERE id = $3",
            [.integer(dueAt), .text(error), .integer(id)])
    }

    /// How many deliveries wait for a receiver.
    public func countWaiting(target: String) throws -> Int64 {
        try sql.first(
            "SELECT count(*) FROM outbox WHERE target = $1 AND delivered_at IS NULL", [.text(target)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }
}

extension Transaction {
    /// The transaction as it stood right after a change, from what it has become since.
    func asOf(
        _ change: TransactionChange, state: TransactionState, at: Int64, reason: Int64?, refunded: Int64
    ) -> Transaction {
        var then = self
        then.state = state
        then.reason = reason
        then.refundedAmount = refunded
        switch change {
        case .created:
            then.performTime = 0
            then.cancelTime = 0
        case .performed, .partlyRefunded, .duplicate:
            then.cancelTime = 0
        case .cancelled, .expired, .refunded, .duplicateRefunded:
            break
        }
        then.holdsOrder = then.isOneTime && then.state.isLive && change != .duplicate
        return then
    }
}
