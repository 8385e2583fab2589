import Crypto
import Payments
import Specification
import StrictJSON

/// A notification as it came, and as far as it is believed: not at all.
///
/// Source: yookassa.md 14
struct YooKassaNotice: Sendable, Hashable {
    enum State: String, Sendable {
        /// YooKassa is still to be asked.
        case waiting
        case done
        /// An event of no concern.
        case ignored
        /// YooKassa knows nothing of it, or says otherwise, or it is none of ours. If it comes again it is looked at
        /// again.
        case dropped
    }

    /// 0 until it is stored.
    var id: Int64
    var event: String
    var objectID: String
    /// Milliseconds since 1970.
    var receivedAt: Int64
    var looks: Int64
    var dueAt: Int64?
    /// How often it had come when it was read.
    var count: Int64 = 1

    /// What it says that the object's status is: `succeeded` of `payment.succeeded`.
    var claim: Substring { event.drop { $0 != "." }.dropFirst() }

    private static let columns = "id, event, object_id, received_at, looks, due_at, count"

    private static func read(_ row: any SQLRow) -> YooKassaNotice {
        YooKassaNotice(
            id: row.integer(0) ?? 0, event: row.text(1) ?? "", objectID: row.text(2) ?? "",
            receivedAt: row.integer(3) ?? 0, looks: row.integer(4) ?? 0, dueAt: row.integer(5),
            count: row.integer(6) ?? 1)
    }

    /// What a body says; nil: it is no notification.
    ///
    /// An object of ours has an id of 36 characters; one of an event that is not looked at may have any, or none.
    static func parse(
        _ bytes: [UInt8], _ specification: YooKassaSpecification
    ) -> (event: String, objectID: String, status: String)? {
        let limits = JSONLimits(maximumBytes: specification.limits.noticeBytes)
        guard let value = try? JSONValue(parsing: bytes, limits: limits),
            value["type"]?.stringValue == "notification", let event = value["event"]?.stringValue,
            (1...100).contains(event.utf8.count), let object = value["object"], object.objectValue != nil
        else { return nil }
        let id = object["id"]?.stringValue ?? ""
        let kind = specification.events[event] ?? .other
        guard kind == .other ? id.utf8.count <= 100 : id.utf8.count == specification.limits.idLength else { return nil }
        return (event, id, object["status"]?.stringValue ?? "")
    }

    private static let variantsMaximum: Int64 = 8

    /// Whether it is about a payment, a refund or a card that is known here by its id.
    static func isKnown(_ objectID: String, in sql: any SQLSession) throws -> Bool {
        for place in [
            "yookassa_payments WHERE provider_id", "yookassa_refunds WHERE provider_id",
            "yookassa_subscriptions WHERE card_id",
        ] {
            let found = try sql.first("SELECT 1 FROM \(place) = $1", [.text(objectID)]) { _ in true }
            if found != nil { return true }
        }
        return false
    }

    /// Stores it; a repeat is counted, and looked at again if it was dropped.
    ///
    /// - Parameter dueAt: nil: it is of no concern.
    /// - Returns: whether it had not come before.
    static func take(
        event: String, objectID: String, status: String, body: String, sender: String?, dueAt: Int64?, at now: Int64,
        in sql: any SQLSession
    ) throws -> Bool {
        var digest = SHA256.hash(data: Array(status.utf8)).prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        // YooKassa has few words for a status. Whoever makes up more has them in one row.
        let others = try sql.first(
            "SELECT count(*) FROM yookassa_notices WHERE event = $1 AND object_id = $2 AND digest <> $3",
            [.text(event), .text(objectID), .text(digest)]
        ) { $0.integer(0) ?? 0 }
        if others ?? 0 >= variantsMaximum { digest = "more" }
        let key: [SQLValue] = [.text(event), .text(objectID), .text(digest)]
        let isNew =
            try sql.execute(
                """
                INSERT INTO yookassa_notices (
                    event, object_id, digest, body, sender, received_at, last_at, count, state, looks, due_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, 0, $9) ON CONFLICT (event, object_id, digest) DO NOTHING
                """,
                key + [
                    .text(body), .optional(sender), .integer(now), .integer(now),
                    .text(dueAt == nil ? State.ignored.rawValue : State.waiting.rawValue), .optional(dueAt),
                ]) == 1
        if isNew { return true }
        try sql.execute(
            """
            UPDATE yookassa_notices SET count = count + 1, last_at = $1,
                state = CASE WHEN state = 'dropped' THEN 'waiting' ELSE state END,
                looks = CASE WHEN state = 'dropped' THEN 0 ELSE looks END,
                received_at = CASE WHEN state = 'dropped' THEN $2 ELSE received_at END,
                due_at = CASE WHEN state = 'dropped' THEN $3 ELSE due_at END
            WHERE event = $4 AND object_id = $5 AND digest = $6
            """, [.integer(now), .integer(now), .integer(now)] + key)
        return false
    }

    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [YooKassaNotice] {
        try sql.all(
            """
            SELECT \(columns) FROM yookassa_notices WHERE due_at IS NOT NULL AND due_at <= $1
            ORDER BY due_at, id LIMIT $2
            """, [.integer(now), .integer(limit)], read)
    }

    static func nextDue(in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM yookassa_notices WHERE due_at IS NOT NULL", []) { $0.integer(0) } ?? nil
    }

    /// Forgets some of those that came last before a moment and are not looked at any more. One that comes again after
    /// that is looked at again, which does no harm.
    ///
    /// - Parameter ofStrangers: only those about what is not known here.
    /// - Returns: how many.
    static func forget(before moment: Int64, ofStrangers: Bool, limit: Int64, in sql: any SQLSession) throws -> Int {
        let strange = """
            AND NOT EXISTS (SELECT 1 FROM yookassa_payments p WHERE p.provider_id = n.object_id)
            AND NOT EXISTS (SELECT 1 FROM yookassa_refunds r WHERE r.provider_id = n.object_id)
            """
        return try sql.execute(
            """
            DELETE FROM yookassa_notices WHERE id IN (
                SELECT id FROM yookassa_notices n WHERE due_at IS NULL AND last_at < $1 \(ofStrangers ? strange : "")
                ORDER BY last_at LIMIT $2)
            """, [.integer(moment), .integer(limit)])
    }

    /// - Returns: false if somebody else was faster.
    func claim(at now: Int64, in sql: any SQLSession) throws -> Bool {
        guard let dueAt else { return false }
        return try sql.execute(
            "UPDATE yookassa_notices SET due_at = $1 WHERE id = $2 AND due_at = $3",
            [.integer(now + YooKassaContext.leaseMilliseconds), .integer(id), .integer(dueAt)]) == 1
    }

    /// Not looked at any more, unless it came again while it was: that one is looked at from the beginning.
    func drop(note: String?, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE yookassa_notices SET state = CASE WHEN count = $1 THEN 'dropped' ELSE 'waiting' END,
                due_at = CASE WHEN count = $1 THEN NULL ELSE $2 END,
                received_at = CASE WHEN count = $1 THEN received_at ELSE $2 END, looks = 0, note = $3
            WHERE id = $4
            """, [.integer(count), .integer(now), .optional(note), .integer(id)])
    }

    func set(_ state: State, dueAt: Int64?, looks: Int64, note: String?, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE yookassa_notices SET state = $1, due_at = $2, looks = $3, note = $4 WHERE id = $5",
            [.text(state.rawValue), .optional(dueAt), .integer(looks), .optional(note), .integer(id)])
    }
}
