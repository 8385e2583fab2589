public import Payments

extension SQLPaymentSession {
    static let transactionColumns = """
        id, gateway, cashbox, external_id, external_time, order_id, account, amount, currency, state, phase, \
        refunded_amount, reason, create_time, perform_time, cancel_time, deadline, receivers, one_time, holds_order
        """

    static func transaction(_ row: any SQLRow) throws -> Transaction {
        guard let id = row.integer(0), let gateway = row.text(1), let cashbox = row.text(2),
            let externalID = row.text(3), let externalTime = row.integer(4), let orderID = row.text(5),
            let account = row.text(6), let amount = row.integer(7),
            let currency = row.text(8).flatMap(Currency.init(code:)),
            let state = row.integer(9).flatMap(TransactionState.init(rawValue:)), let refunded = row.integer(11),
            let receivers = [Receiver](stored: row.text(17))
        else { throw CorruptRow(table: "transactions", id: row.integer(0).map(String.init) ?? "?") }
        return Transaction(
            id: id, key: TransactionKey(gateway: gateway, cashbox: cashbox, externalID: externalID),
            externalTime: externalTime, orderID: orderID, account: account,
            amount: Money(minor: amount, currency: currency), state: state, phase: row.text(10),
            refundedAmount: refunded, reason: row.integer(12), createTime: row.integer(13) ?? 0,
            performTime: row.integer(14) ?? 0, cancelTime: row.integer(15) ?? 0, deadline: row.integer(16),
            receivers: receivers, isOneTime: row.integer(18) == 1, holdsOrder: row.integer(19) == 1)
    }

    // Put together once: every payment asks these.
    private static let transactionByKey = """
        SELECT \(transactionColumns) FROM transactions WHERE external_id = $1 AND gateway = $2 AND cashbox = $3
        """
    private static let transactionByHold =
        "SELECT \(transactionColumns) FROM transactions WHERE order_id = $1 AND holds_order = 1"

    /// The transaction of that key; nil if there is none.
    public func transaction(_ key: TransactionKey) throws -> Transaction? {
        try sql.first(
            Self.transactionByKey,
            [.text(key.externalID), .text(key.gateway), .text(key.cashbox)], Self.transaction)
    }

    /// The transaction of our own number; nil if there is none.
    public func transaction(id: Int64) throws -> Transaction? {
        try sql.first(
            "SELECT \(Self.transactionColumns) FROM transactions WHERE id = $1", [.integer(id)], Self.transaction)
    }

    /// By the gateway's own id alone, for people who look; the first if several gateways chose the same.
    public func transaction(externalID: String) throws -> Transaction? {
        try sql.first(
            "SELECT \(Self.transactionColumns) FROM transactions WHERE external_id = $1 ORDER BY id LIMIT 1",
            [.text(externalID)], Self.transaction)
    }

    /// The transaction that keeps all others off a one-time order, overdue or not; nil if none does.
    public func holder(ofOrder id: String) throws -> Transaction? {
        try sql.first(Self.transactionByHold, [.text(id)], Self.transaction)
    }

    /// Transactions that wait although their deadline has passed, most overdue first.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - skipping: how many to pass over, from the most overdue on.
    ///   - limit: how many at the most.
    public func overdue(at now: Int64, skipping: Int, limit: Int) throws -> [TransactionKey] {
        try sql.all(
            """
            SELECT gateway, cashbox, external_id FROM transactions
            WHERE state = 1 AND deadline < $1 ORDER BY deadline, id LIMIT $2 OFFSET $3
            """,
            [.integer(now), .integer(Int64(limit)), .integer(Int64(skipping))]
        ) { row in
            TransactionKey(
                gateway: row.text(0) ?? "", cashbox: row.text(1) ?? "", externalID: row.text(2) ?? "")
        }
    }

    /// Stores a new transaction, whatever ``Transaction/id`` it carries.
    ///
    /// - Returns: its number; nil if its key is taken or another transaction holds the order. Nothing is stored then.
    public func insert(_ transaction: Transaction) throws -> Int64? {
        try sql.first(
            """
            INSERT INTO transactions (
                gateway, cashbox, external_id, external_time, order_id, account, amount, currency, state, phase,
                refunded_amount, reason, create_time, perform_time, cancel_time, deadline, receivers, one_time,
                holds_order)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT DO NOTHING RETURNING id
            """,
            [
                .text(transaction.key.gateway), .text(transaction.key.cashbox), .text(transaction.key.externalID),
                .integer(transaction.externalTime), .text(transaction.orderID), .text(transaction.account),
                .integer(transaction.amount.minor), .text(transaction.amount.currency.code),
                .integer(transaction.state.rawValue), .optional(transaction.phase),
                .integer(transaction.refundedAmount), .optional(transaction.reason),
                .integer(transaction.createTime), .integer(transaction.performTime),
                .integer(transaction.cancelTime), .optional(transaction.deadline),
                .optional(transaction.receivers.stored), .integer(transaction.isOneTime ? 1 : 0),
                .integer(transaction.holdsOrder ? 1 : 0),
            ]
        ) { $0.integer(0) ?? 0 }
    }

    /// Stores state, phase, refunded amount, reason, perform time, cancel time and hold of a transaction; the rest of
    /// the row never changes.
    ///
    /// - Parameter old: the transaction as it was read.
    /// - Returns: false if another transaction holds the order that this one wants to hold. Nothing is stored then.
    /// - Throws: `StorageFailure` if the row has changed since it was read.
    public func update(_ transaction: Transaction, from old: Transaction) throws -> Bool {
        // OR-free portable form: an order that somebody else holds is seen before the index would refuse it.
        if transaction.holdsOrder, let holder = try holder(ofOrder: transaction.orderID), holder.id != transaction.id {
            return false
        }
        let changed = try sql.execute(
            """
            UPDATE transactions SET state = $1, phase = $2, refunded_amount = $3, reason = $4, perform_time = $5,
                cancel_time = $6, holds_order = $7
            WHERE id = $8 AND state = $9 AND refunded_amount = $10
            """,
            [
                .integer(transaction.state.rawValue), .optional(transaction.phase),
                .integer(transaction.refundedAmount), .optional(transaction.reason),
                .integer(transaction.performTime), .integer(transaction.cancelTime),
                .integer(transaction.holdsOrder ? 1 : 0), .integer(transaction.id), .integer(old.state.rawValue),
                .integer(old.refundedAmount),
            ])
        // On an engine that lets two writers read the same row, the second comes here and changes nothing.
        guard changed == 1 else {
            throw StorageFailure(.notStored, "transaction \(transaction.id) has changed since it was read")
        }
        return true
    }

    /// Whether a transaction of this order, created in that time, still waits.
    ///
    /// - Parameters:
    ///   - period: milliseconds since 1970.
    ///   - key: of a transaction that does not count.
    public func hasWaiting(
        ofOrder id: String, in period: ClosedRange<Int64>, except key: TransactionKey
    ) throws -> Bool {
        let found = try sql.first(
            """
            SELECT 1 FROM transactions WHERE order_id = $1 AND state = 1 AND create_time BETWEEN $2 AND $3
            AND NOT (external_id = $4 AND gateway = $5 AND cashbox = $6) LIMIT 1
            """,
            [
                .text(id), .integer(period.lowerBound), .integer(period.upperBound), .text(key.externalID),
                .text(key.gateway), .text(key.cashbox),
            ]
        ) { _ in true }
        return found ?? false
    }
}
