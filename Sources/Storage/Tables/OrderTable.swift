public import Payments

extension SQLPaymentSession {
    static let orderColumns =
        "id, kind, amount, currency, minimum, maximum, description, fiscal, cancelled_at, created_at"

    static func order(_ row: any SQLRow) throws -> Order {
        guard let id = row.text(0), let kind = row.text(1).flatMap(Order.Kind.init(rawValue:)),
            let currency = row.text(3).flatMap(Currency.init(code:)), let createdAt = row.integer(9)
        else { throw CorruptRow(table: "orders", id: row.text(0) ?? "?") }
        return Order(
            id: id, kind: kind, amount: row.integer(2).map { Money(minor: $0, currency: currency) },
            currency: currency, minimum: row.integer(4), maximum: row.integer(5), description: row.text(6),
            fiscal: row.text(7), cancelledAt: row.integer(8), createdAt: createdAt)
    }

    // Put together once: every payment asks it.
    private static let orderByID = "SELECT \(orderColumns) FROM orders WHERE id = $1"

    /// The order of that id; nil if there is none.
    ///
    /// - Throws: ``CorruptRow`` for a kind or a currency that this program does not know.
    public func order(_ id: String) throws -> Order? {
        try sql.first(Self.orderByID, [.text(id)], Self.order)
    }

    /// Stores a new order.
    /// - Returns: false if the id is taken.
    public func insert(_ order: Order) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO orders (\(Self.orderColumns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(order.id), .text(order.kind.rawValue), .optional(order.amount?.minor),
                .text(order.currency.code), .optional(order.minimum), .optional(order.maximum),
                .optional(order.description), .optional(order.fiscal), .optional(order.cancelledAt),
                .integer(order.createdAt),
            ]) == 1
    }

    /// How many orders there are.
    public func countOrders() throws -> Int64 {
        try sql.first("SELECT count(*) FROM orders", []) { $0.integer(0) ?? 0 } ?? 0
    }

    /// How an order stands, read from its transactions.
    ///
    /// - Parameter now: milliseconds since 1970; a transaction that is overdue by then holds the order no more.
    public func standing(of order: Order, at now: Int64) throws -> OrderStanding {
        // A payment that was one too many is no part of the order, neither before nor after it went back.
        // In two halves, so that no number of payments is beyond what an engine adds up.
        let sums =
            try sql.first(
                """
                SELECT CAST(coalesce(sum((amount - refunded_amount) / 1000000000), 0) AS BIGINT),
                       CAST(coalesce(sum((amount - refunded_amount) % 1000000000), 0) AS BIGINT),
                       CAST(coalesce(sum(refunded_amount / 1000000000), 0) AS BIGINT),
                       CAST(coalesce(sum(refunded_amount % 1000000000), 0) AS BIGINT)
                FROM transactions WHERE order_id = $1 AND state IN (2, -2)
                AND NOT (state = 2 AND one_time = 1 AND holds_order = 0)
                AND NOT (state = -2 AND phase IS NOT NULL AND phase = '\(Transaction.duplicatePhase)')
                """,
                [.text(order.id)]
            ) { row in (0...3).map { row.integer($0) ?? 0 } } ?? [0, 0, 0, 0]
        let paid = Self.joined(sums[0], sums[1])
        let refunded = Self.joined(sums[2], sums[3])
        let status: OrderStatus
        if order.cancelledAt != nil {
            status = .cancelled
        } else if order.kind == .oneTime, let holder = try holder(ofOrder: order.id), !holder.isOverdue(at: now) {
            status = holder.state == .performed ? .paid : .reserved
        } else if order.kind == .oneTime, refunded > 0 {
            status = .refunded
        } else {
            status = .pending
        }
        return OrderStanding(status: status, paid: paid, refunded: refunded)
    }
}

extension SQLPaymentSession {
    /// Milliards and the rest, as one number; the largest there is if it is more than that.
    private static func joined(_ milliards: Int64, _ rest: Int64) -> Int64 {
        let (product, isBeyond) = milliards.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyondToo) = product.addingReportingOverflow(rest)
        return isBeyond || isBeyondToo ? .max : sum
    }
}

/// Where a page of orders, or of other things with an age and an id, ended.
public struct AgeCursor: Sendable, Hashable {
    /// When the last one of the page was registered, milliseconds since 1970.
    public var createdAt: Int64
    /// Its id, which tells it from others of the same millisecond.
    public var id: String

    /// - Parameter createdAt: milliseconds since 1970.
    public init(createdAt: Int64, id: String) {
        self.createdAt = createdAt
        self.id = id
    }
}

/// How an order stands.
public struct OrderStanding: Sendable, Hashable {
    /// What a shop wants to know first.
    public var status: OrderStatus
    /// Minor units that are with the merchant now: what was performed, less what went back.
    public var paid: Int64
    /// Minor units that went back.
    public var refunded: Int64

    /// - Parameters:
    ///   - paid: minor units.
    ///   - refunded: minor units.
    public init(status: OrderStatus, paid: Int64, refunded: Int64) {
        self.status = status
        self.paid = paid
        self.refunded = refunded
    }
}

/// A row that this program cannot have written.
public struct CorruptRow: Error, Sendable, CustomStringConvertible {
    /// One sentence that names the table and the row.
    public let description: String

    init(table: String, id: String) {
        description = "the row \(id) of table \(table) cannot be read: restore the database from its backup"
    }
}
