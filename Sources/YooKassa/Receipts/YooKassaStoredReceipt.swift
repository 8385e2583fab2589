import Payments
import Storage

/// A receipt that was made apart, as it is stored here, from the request to YooKassa's last word.
public struct YooKassaStoredReceipt: Sendable, Hashable {
    /// How it stands.
    public enum State: String, Sendable, Hashable {
        /// YooKassa has not been asked, or what it did is not known.
        case waiting
        /// YooKassa is at it.
        case pending
        /// It is registered.
        case succeeded
        /// It was not registered, or is not after a month: somebody has to look.
        case canceled
        /// YooKassa does not take it.
        case refused
        /// Nothing was known for so long that the key is too old: somebody has to look.
        case unresolved
    }

    /// Our id.
    public var id: String
    /// The payment's id here, and the refund's, if it is of one.
    public var paymentID: String
    public var refundID: String?
    /// YooKassa's; nil: it has not answered.
    public var providerID: String?
    public var state: State
    var attemptKey: String
    /// Milliseconds since 1970.
    public var requestedAt: Int64
    var looks: Int64
    var dueAt: Int64?
    /// One clause for whoever looks.
    public var note: String?

    static let table = Migration(
        "2026-11-yookassa-receipts",
        [
            """
            CREATE TABLE yookassa_receipts (
                id TEXT PRIMARY KEY NOT NULL,
                payment_id TEXT NOT NULL,
                refund_id TEXT,
                provider_id TEXT UNIQUE,
                caller_key TEXT NOT NULL,
                request TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN (
                    'waiting', 'pending', 'succeeded', 'canceled', 'refused', 'unresolved')),
                attempt_key TEXT NOT NULL,
                requested_at BIGINT NOT NULL,
                looks BIGINT NOT NULL,
                due_at BIGINT,
                note TEXT,
                UNIQUE (payment_id, caller_key))
            """,
            "CREATE INDEX yookassa_receipts_due ON yookassa_receipts (due_at) WHERE due_at IS NOT NULL",
        ])

    private static let columns = """
        id, payment_id, refund_id, provider_id, state, attempt_key, requested_at, looks, due_at, note
        """

    private static func read(_ row: any SQLRow) -> YooKassaStoredReceipt {
        YooKassaStoredReceipt(
            id: row.text(0) ?? "", paymentID: row.text(1) ?? "", refundID: row.text(2), providerID: row.text(3),
            state: row.text(4).flatMap(State.init(rawValue:)) ?? .unresolved, attemptKey: row.text(5) ?? "",
            requestedAt: row.integer(6) ?? 0, looks: row.integer(7) ?? 0, dueAt: row.integer(8), note: row.text(9))
    }

    static func find(_ id: String, in sql: any SQLSession) throws -> YooKassaStoredReceipt? {
        try sql.first("SELECT \(columns) FROM yookassa_receipts WHERE id = $1", [.text(id)], read)
    }

    /// The receipt of a caller's key, and what was asked then.
    static func find(
        callerKey: String, ofPayment id: String, in sql: any SQLSession
    ) throws -> (receipt: YooKassaStoredReceipt, request: String)? {
        try sql.first(
            "SELECT \(columns), request FROM yookassa_receipts WHERE payment_id = $1 AND caller_key = $2",
            [.text(id), .text(callerKey)]
        ) { (read($0), $0.text(10) ?? "") }
    }

    /// The oldest first.
    static func all(ofPayment id: String, in sql: any SQLSession) throws -> [YooKassaStoredReceipt] {
        try sql.all(
            "SELECT \(columns) FROM yookassa_receipts WHERE payment_id = $1 ORDER BY requested_at, id", [.text(id)],
            read)
    }

    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [YooKassaStoredReceipt] {
        try sql.all(
            """
            SELECT \(columns) FROM yookassa_receipts WHERE due_at IS NOT NULL AND due_at <= $1
            ORDER BY due_at, id LIMIT $2
            """, [.integer(now), .integer(limit)], read)
    }

    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM yookassa_receipts WHERE due_at IS NOT NULL", []) { $0.integer(0) }
            ?? nil
    }

    /// - Returns: false if the caller's key is taken.
    func insert(callerKey: String, request: String, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO yookassa_receipts (
                id, payment_id, refund_id, caller_key, request, state, attempt_key, requested_at, looks, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9) ON CONFLICT DO NOTHING
            """,
            [
                .text(id), .text(paymentID), .optional(refundID), .text(callerKey), .text(request),
                .text(state.rawValue), .text(attemptKey), .integer(requestedAt), .optional(dueAt),
            ]) == 1
    }

    /// - Returns: false if somebody else was faster.
    func claim(at now: Int64, in sql: any SQLSession) throws -> Bool {
        guard let dueAt else { return false }
        return try sql.execute(
            "UPDATE yookassa_receipts SET due_at = $1 WHERE id = $2 AND due_at = $3",
            [.integer(now + YooKassaContext.leaseMilliseconds), .text(id), .integer(dueAt)]) == 1
    }

    /// Does nothing to one that has come to its end.
    ///
    /// - Parameter dueAt: nil: it comes to its end.
    static func set(
        _ id: String, _ state: State, providerID: String? = nil, dueAt: Int64?, note: String?,
        in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            UPDATE yookassa_receipts SET state = $1, provider_id = coalesce($2, provider_id), due_at = $3, note = $4,
                looks = looks + 1
            WHERE id = $5 AND due_at IS NOT NULL
            """,
            [.text(state.rawValue), .optional(providerID), .optional(dueAt), .optional(note), .text(id)])
    }
}
