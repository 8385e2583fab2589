public import Payments

extension SQLPaymentSession {
    /// Stores what a merchant may change of an order; its id, kind, currency and age never change.
    ///
    /// - Parameters:
    ///   - order: as it is to be.
    ///   - termsChangedAt: when what a payment has to fit was changed, milliseconds since 1970; nil: it was not.
    public func update(_ order: Order, termsChangedAt: Int64?) throws {
        try sql.execute(
            """
            UPDATE orders SET amount = $1, minimum = $2, maximum = $3, description = $4, fiscal = $5,
                cancelled_at = $6, terms_changed_at = coalesce($7, terms_changed_at)
            WHERE id = $8
            """,
            [
                .optional(order.amount?.minor), .optional(order.minimum), .optional(order.maximum),
                .optional(order.description), .optional(order.fiscal), .optional(order.cancelledAt),
                .optional(termsChangedAt), .text(order.id),
            ])
    }

    /// When amount, limits or fiscal lines of an order were last changed, milliseconds since 1970; nil: never.
    func termsChangedAt(ofOrder id: String) throws -> Int64? {
        try sql.first("SELECT terms_changed_at FROM orders WHERE id = $1", [.text(id)]) { $0.integer(0) } ?? nil
    }

    /// Whether a payment of this order waits and may still be performed, whether it holds the order or not.
    ///
    /// One without a deadline is taken as given up after a day: of some gateways an attempt that the payer left never
    /// ends, and it must not stand in the way for ever.
    /// - Parameter now: milliseconds since 1970; one that is overdue by then does not count.
    public func hasOpenTransaction(ofOrder id: String, at now: Int64) throws -> Bool {
        try sql.first(
            """
            SELECT 1 FROM transactions WHERE order_id = $1 AND state = 1
            AND (deadline >= $2 OR (deadline IS NULL AND create_time >= $3)) LIMIT 1
            """,
            [.text(id), .integer(now), .integer(now - 86_400_000)]
        ) { _ in true } ?? false
    }

    /// Whether anything was ever paid, or tried to be, under this id.
    public func hasTransaction(ofOrder id: String) throws -> Bool {
        try sql.first("SELECT 1 FROM transactions WHERE order_id = $1 LIMIT 1", [.text(id)]) { _ in true } ?? false
    }
}
