import Payments

/// A payment of which more is held than its charge asked for, and of which nothing of that is on its way back.
public struct PixHeldMoney: Sendable, Hashable {
    /// The payment.
    public var receipt: PixReceipt
    /// Centavos that no charge asked for.
    public var amount: Int64

    // Of what is too much, that part goes back first: what is kept is the transaction's.
    private static let left = """
        r.amount - r.reserved - r.refunded - CASE WHEN r.standing = 'overpaid' THEN t.amount ELSE 0 END
        """
    private static let receiptColumns = PixReceipt.columns.split(separator: ", ").map { "r.\($0)" }
    private static let source = """
        SELECT \(receiptColumns.joined(separator: ", ")), \(left)
        FROM pix_receipts r JOIN transactions t ON t.id = r.transaction_id WHERE r.standing <> 'paid'
        """

    private static func read(_ row: any SQLRow) -> PixHeldMoney {
        PixHeldMoney(receipt: PixReceipt.read(row), amount: row.integer(receiptColumns.count) ?? 0)
    }

    /// Those of which something is held and that nobody said to keep, the oldest first.
    static func all(limit: Int64, offset: Int64, in sql: any SQLSession) throws -> [PixHeldMoney] {
        try sql.all(
            """
            \(source) AND r.kept_at IS NULL AND \(left) > 0 ORDER BY r.recorded_at, r.e2e_id LIMIT $1 OFFSET $2
            """, [.integer(limit), .integer(offset)], read)
    }

    /// Nobody else changes the payment until the storage transaction ends.
    ///
    /// - Returns: nil if there is none of that id, or its charge asked for it; also if nothing of it is held any more.
    static func locked(_ e2eID: String, in sql: any SQLSession) throws -> PixHeldMoney? {
        try sql.execute("UPDATE pix_receipts SET reserved = reserved WHERE e2e_id = $1", [.text(e2eID)])
        return try sql.first("\(source) AND r.e2e_id = $1", [.text(e2eID)], read)
    }

    /// - Returns: false if somebody said so before.
    func keep(by actor: String, at now: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            "UPDATE pix_receipts SET kept_at = $1, kept_by = $2 WHERE e2e_id = $3 AND kept_at IS NULL",
            [.integer(now), .text(actor), .text(receipt.e2eID)]) == 1
    }
}
