public import Payments

/// Which orders a list shows; nil: all.
public struct OrderFilter: Sendable, Hashable {
    /// Only those that are paid so.
    public var kind: Order.Kind?
    /// Only those that were registered then or later, milliseconds since 1970.
    public var createdFrom: Int64?
    /// Only those that were registered before then, milliseconds since 1970.
    public var createdTo: Int64?
    /// None whose id begins so.
    public var hiddenPrefix: String?

    /// All of them, unless told otherwise; conditions that are given must all hold.
    ///
    /// - Parameters:
    ///   - createdFrom: milliseconds since 1970.
    ///   - createdTo: milliseconds since 1970, itself left out.
    ///   - hiddenPrefix: see ``hiddenPrefix``.
    public init(
        kind: Order.Kind? = nil, createdFrom: Int64? = nil, createdTo: Int64? = nil, hiddenPrefix: String? = nil
    ) {
        self.hiddenPrefix = hiddenPrefix
        self.kind = kind
        self.createdFrom = createdFrom
        self.createdTo = createdTo
    }
}

extension SQLPaymentSession {
    /// A page of orders, newest first.
    ///
    /// - Parameters:
    ///   - before: where the last page ended: its last order's creation time and id; nil: from the newest.
    ///   - limit: how many at the most.
    public func orders(
        _ filter: OrderFilter = OrderFilter(), before: AgeCursor?, limit: Int
    ) throws -> [Order] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        func add(_ comparison: String, _ value: SQLValue) {
            arguments.append(value)
            conditions.append("\(comparison) $\(arguments.count)")
        }
        if let kind = filter.kind { add("kind =", .text(kind.rawValue)) }
        if let from = filter.createdFrom { add("created_at >=", .integer(from)) }
        if let to = filter.createdTo { add("created_at <", .integer(to)) }
        if let prefix = filter.hiddenPrefix {
            arguments.append(.text(prefix))
            conditions.append("substr(id, 1, length($\(arguments.count))) <> $\(arguments.count)")
        }
        if let before {
            arguments += [.integer(before.createdAt), .text(before.id)]
            conditions.append("(created_at, id) < ($\(arguments.count - 1), $\(arguments.count))")
        }
        arguments.append(.integer(Int64(limit)))
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try sql.all(
            """
            SELECT \(Self.orderColumns) FROM orders \(condition)
            ORDER BY created_at DESC, id DESC LIMIT $\(arguments.count)
            """,
            arguments, Self.order)
    }
}
