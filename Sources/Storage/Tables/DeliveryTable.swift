import Payments

/// A row of the outbox, for people who look.
public struct DeliveryRow: Sendable, Hashable {
    /// How a delivery stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// It is to be delivered, now or later.
        case waiting
        /// The receiver has it.
        case delivered
        /// Given up, until somebody wants it tried again.
        case dead
    }

    /// The delivery, with what it carries.
    public var item: OutboxItem
    /// The receiver.
    public var target: String
    /// How it stands.
    public var state: State
    /// When it is tried next, milliseconds since 1970; nil: not by itself, or as soon as another of its order is out of
    /// the way.
    public var dueAt: Int64?
    /// When it was tried last, milliseconds since 1970; nil: never.
    public var attemptedAt: Int64?
    /// When the receiver had it, milliseconds since 1970.
    public var deliveredAt: Int64?
    /// When it was given up, milliseconds since 1970.
    public var deadAt: Int64?
    /// Why the last attempt failed; nil: it did not.
    public var lastError: String?
    /// Whether it is under way at this moment.
    public var isInHand: Bool
}

/// Which deliveries a list shows; nil: all.
public struct DeliveryFilter: Sendable, Hashable {
    /// Only those that stand so.
    public var state: DeliveryRow.State?
    /// Only to this receiver.
    public var target: String?
    /// Only about this order.
    public var orderID: String?

    /// All of them, unless told otherwise; conditions that are given must all hold.
    public init(state: DeliveryRow.State? = nil, target: String? = nil, orderID: String? = nil) {
        self.state = state
        self.target = target
        self.orderID = orderID
    }
}

/// What became of the wish to have a delivery tried again.
public enum DeliveryRetry: Sendable, Hashable {
    /// It is due now.
    case due
    /// It is under way at this moment.
    case inHand
    /// It waits behind another of its order, which must be out of the way first: that one's number.
    case behind(Int64)
    /// There is none of that number.
    case notFound
}

extension SQLPaymentSession {
    private static let deliveryColumns =
        itemColumns + ", o.target, o.due_at, o.attempted_at, o.delivered_at, o.dead_at, o.last_error, o.lease"
    private static let deliveryTables = """
        FROM outbox o JOIN transactions t ON t.id = o.transaction_id JOIN journal j ON j.id = o.journal_id
        """

    /// A page of deliveries, newest first.
    ///
    /// - Parameters:
    ///   - before: the number of the last page's last delivery; nil: from the newest.
    ///   - limit: how many at the most.
    public func deliveries(_ filter: DeliveryFilter, before: Int64?, limit: Int) throws -> [DeliveryRow] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        func add(_ text: String, _ value: SQLValue) {
            arguments.append(value)
            conditions.append("\(text) $\(arguments.count)")
        }
        switch filter.state {
        case .waiting: conditions.append("o.delivered_at IS NULL AND o.dead_at IS NULL")
        case .delivered: conditions.append("o.delivered_at IS NOT NULL")
        case .dead: conditions.append("o.dead_at IS NOT NULL")
        case nil: break
        }
        if let target = filter.target { add("o.target =", .text(target)) }
        if let orderID = filter.orderID { add("o.order_id =", .text(orderID)) }
        if let before { add("o.id <", .integer(before)) }
        arguments.append(.integer(Int64(limit)))
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        // Those that wait are few or many: found by their own index and then sorted, never by walking over all others.
        let order = filter.state == .waiting ? "o.id + 0" : "o.id"
        return try sql.all(
            """
            SELECT \(Self.deliveryColumns) \(Self.deliveryTables) \(condition)
            ORDER BY \(order) DESC LIMIT $\(arguments.count)
            """, arguments
        ) { try? Self.delivery($0) }.compactMap { $0 }
    }

    /// The delivery of that number; nil if there is none.
    public func delivery(_ id: Int64) throws -> DeliveryRow? {
        try sql.first(
            "SELECT \(Self.deliveryColumns) \(Self.deliveryTables) WHERE o.id = $1", [.integer(id)], Self.delivery)
    }

    /// Makes a delivery due now, whatever became of it: a dead letter and one that was delivered are sent again.
    ///
    /// It is the first of its order then: those behind it wait for it.
    ///
    /// - Parameter now: milliseconds since 1970.
    public func retryDelivery(_ id: Int64, at now: Int64) throws -> DeliveryRetry {
        guard let row = try delivery(id) else { return .notFound }
        if row.isInHand { return .inHand }
        if row.state == .waiting, row.dueAt == nil {
            return .behind(try firstWaiting(of: row.item.event.transaction.orderID, target: row.target) ?? id)
        }
        // Older ones of the order still go first.
        let first = try firstWaiting(of: row.item.event.transaction.orderID, target: row.target)
        // One that is under way cannot be called back: this one comes after it.
        let isFirstInHand = try first.flatMap { try delivery($0) }?.isInHand ?? false
        let goesBehind = first.map { $0 < id || isFirstInHand } ?? false
        // Tried as often as a new one: the schedule begins anew.
        try sql.execute(
            """
            UPDATE outbox SET due_at = $1, dead_at = NULL, delivered_at = NULL, attempts = 0, last_error = NULL,
            tried_since = NULL, unreached = 0 WHERE id = $2 AND lease IS NULL
            """, [.integer(goesBehind ? OutboxRow.behind : now), .integer(id)])
        // Only what was first until now can be due: it goes behind this one.
        if let first, first > id, !goesBehind {
            try sql.execute(
                "UPDATE outbox SET due_at = \(OutboxRow.behind) WHERE id = $1 AND lease IS NULL AND \(OutboxRow.waits)",
                [.integer(first)])
        }
        return goesBehind ? .behind(first ?? id) : .due
    }

    /// The numbers of dead letters, oldest first.
    ///
    /// - Parameters:
    ///   - after: the number of the last page's last one; nil: from the oldest.
    ///   - limit: how many at the most.
    public func deadLetters(target: String? = nil, after: Int64? = nil, limit: Int) throws -> [Int64] {
        try sql.all(
            """
            SELECT id FROM outbox WHERE dead_at IS NOT NULL AND id > $1 AND (CAST($2 AS TEXT) IS NULL OR target = $2)
            ORDER BY id LIMIT $3
            """, [.integer(after ?? 0), .optional(target), .integer(Int64(limit))]
        ) { $0.integer(0) ?? 0 }
    }

    /// How many dead letters a receiver has.
    public func countDead(target: String) throws -> Int64 {
        try sql.first(
            "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL AND target = $1", [.text(target)]
        ) { $0.integer(0) ?? 0 } ?? 0
    }

    /// When the oldest change happened that a receiver does not have yet, milliseconds since 1970; nil: it has all.
    public func oldestWaiting(target: String) throws -> Int64? {
        try sql.first(
            "SELECT min(created_at) FROM outbox WHERE target = $1 AND \(OutboxRow.waits)", [.text(target)]
        ) { $0.integer(0) } ?? nil
    }

    private func firstWaiting(of orderID: String, target: String) throws -> Int64? {
        try sql.first(
            "SELECT min(id) FROM outbox WHERE order_id = $1 AND target = $2 AND \(OutboxRow.waits)",
            [.text(orderID), .text(target)]
        ) { $0.integer(0) } ?? nil
    }

    private static func delivery(_ row: any SQLRow) throws -> DeliveryRow {
        let item = try item(row)
        let (due, delivered, dead) = (row.integer(32), row.integer(34), row.integer(35))
        let state: DeliveryRow.State = delivered != nil ? .delivered : dead != nil ? .dead : .waiting
        return DeliveryRow(
            item: item, target: row.text(31) ?? "", state: state,
            dueAt: state == .waiting && due != OutboxRow.behind ? due : nil, attemptedAt: row.integer(33),
            deliveredAt: delivered, deadAt: dead, lastError: row.text(36), isInHand: row.text(37) != nil)
    }
}
