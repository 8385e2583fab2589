public import Payments

extension SQLPaymentSession {
    /// Adds a delivery: due at once, or as soon as what waits before it, of the same order and receiver, is out of the
    /// way.
    ///
    /// - Parameters:
    ///   - target: the receiver, such as `TransactionService.hooksTarget`.
    ///   - journalID: the line of the journal that the event is made of.
    ///   - now: milliseconds since 1970.
    public func enqueue(
        target: String, topic: EventTopic, journalID: Int64, transaction: Transaction, at now: Int64
    ) throws {
        try sql.execute(
            """
            INSERT INTO outbox (target, topic, journal_id, transaction_id, order_id, created_at, due_at, attempts)
            VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN EXISTS (
                SELECT 1 FROM outbox WHERE order_id = $5 AND target = $1 AND \(OutboxRow.waits))
                THEN \(OutboxRow.behind) ELSE $6 END, 0)
            """,
            [
                .text(target), .text(topic.rawValue), .integer(journalID), .integer(transaction.id),
                .text(transaction.orderID), .integer(now),
            ])
    }

    /// What is due for a receiver: of each order only the oldest that waits, so that orders keep their sequence.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - limit: how many at the most.
    public func due(target: String, at now: Int64, limit: Int) throws -> [OutboxItem] {
        try dueRows(target: target, at: now, limit: limit).compactMap(\.item)
    }

    /// Takes what is due for a receiver, so that nobody else takes it for a while.
    ///
    /// - Parameters:
    ///   - lease: who takes it; unlike that of any other runner.
    ///   - until: when others may take it if nothing was noted of it by then, milliseconds since 1970.
    ///   - busy: numbers of deliveries that are in hand here, and are left alone even if their time is up.
    public func claim(
        target: String, lease: String, at now: Int64, until: Int64, busy: Set<Int64> = [], limit: Int
    ) throws -> [OutboxItem] {
        var taken: [OutboxItem] = []
        for row in try dueRows(target: target, at: now, limit: limit + busy.count) where !busy.contains(row.id) {
            guard taken.count < limit else { break }
            guard let item = row.item else {
                // A newer program wrote it. It is put off, so that it stands in no other's way.
                try take(row.id, lease: lease, until: until, from: row.dueAt)
                try markFailed(
                    row.id, lease: lease, at: now, dueAt: now + 3_600_000, error: "this version cannot read it")
                continue
            }
            // The due time is looked at again: another server may have been quicker.
            if try take(row.id, lease: lease, until: until, from: row.dueAt) { taken.append(item) }
        }
        return taken
    }

    @discardableResult
    private func take(_ id: Int64, lease: String, until: Int64, from dueAt: Int64) throws -> Bool {
        try sql.execute(
            "UPDATE outbox SET lease = $1, due_at = $2 WHERE id = $3 AND due_at = $4 AND \(OutboxRow.waits)",
            [.text(lease), .integer(until), .integer(id), .integer(dueAt)]) == 1
    }

    /// Whether anything is due for a receiver that is not in hand here, whether it can be read or not.
    ///
    /// - Parameter now: milliseconds since 1970.
    public func hasDue(target: String, at now: Int64, busy: Set<Int64>) throws -> Bool {
        try dueRows(target: target, at: now, limit: 1 + busy.count).contains { !busy.contains($0.id) }
    }

    /// When the next delivery becomes due that is not due yet, milliseconds since 1970; nil: none does.
    ///
    /// - Parameter now: milliseconds since 1970; what is due by then does not count.
    public func nextDue(target: String, after now: Int64 = .min) throws -> Int64? {
        try sql.first(
            """
            SELECT min(due_at) FROM outbox
            WHERE target = $1 AND due_at > $2 AND due_at < \(OutboxRow.behind) AND \(OutboxRow.waits)
            """,
            [.text(target), .integer(now)]
        ) { $0.integer(0) } ?? nil
    }

    /// How many deliveries wait for a receiver.
    public func countWaiting(target: String) throws -> Int64 {
        try sql.first(
            "SELECT count(*) FROM outbox WHERE target = $1 AND \(OutboxRow.waits)", [.text(target)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }

    /// - Returns: with no item where the row cannot be read.
    private func dueRows(
        target: String, at now: Int64, limit: Int
    ) throws -> [(id: Int64, item: OutboxItem?, dueAt: Int64)] {
        try sql.all(
            """
            SELECT \(Self.itemColumns), o.due_at FROM outbox o
            JOIN transactions t ON t.id = o.transaction_id
            JOIN journal j ON j.id = o.journal_id
            WHERE o.target = $1 AND o.due_at <= $2 AND o.due_at < \(OutboxRow.behind)
            AND o.delivered_at IS NULL AND o.dead_at IS NULL
            ORDER BY o.due_at, o.id LIMIT $3
            """,
            [.text(target), .integer(now), .integer(Int64(limit))]
        ) { row in (row.integer(20) ?? 0, try? Self.item(row), row.integer(31) ?? 0) }
    }

    /// 31 columns of `outbox o`, `transactions t` and `journal j`.
    static let itemColumns: String = {
        // The transaction as it was right after the change is its row with the journal line's own figures.
        let columns = transactionColumns.split(separator: ",")
            .map { "t." + $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: ", ")
        return columns + """
            , o.id, o.attempts, j.id, j.change, j.at, j.to_state, j.reason, j.refunded_amount, o.topic, o.created_at,
            o.tried_since
            """
    }()

    static func item(_ row: any SQLRow) throws -> OutboxItem {
        guard let id = row.integer(20), let eventID = row.integer(22),
            let change = row.text(23).flatMap(TransactionChange.init(rawValue:)), let at = row.integer(24),
            let state = row.integer(25).flatMap(TransactionState.init(rawValue:)),
            let topic = row.text(28).flatMap(EventTopic.init(rawValue:)), let createdAt = row.integer(29)
        else { throw CorruptRow(table: "outbox", id: row.integer(20).map(String.init) ?? "?") }
        let transaction = try transaction(row).asOf(
            change, state: state, at: at, reason: row.integer(26), refunded: row.integer(27) ?? 0)
        return OutboxItem(
            id: id, topic: topic, attempts: row.integer(21) ?? 0, createdAt: createdAt, triedSince: row.integer(30),
            event: PaymentEvent(id: eventID, change: change, transaction: transaction, at: at))
    }
}
