import Payments

/// A payment that the bank confirmed, or the merchant where there is no bank. Never changed, but for what goes back.
public struct PixReceipt: Sendable, Hashable {
    /// What it is to its charge.
    public enum Standing: String, Sendable, Hashable, CaseIterable {
        /// It paid the charge.
        case paid
        /// It paid the charge, and more.
        case overpaid
        /// Less than the charge asked for.
        case underpaid
        /// The charge had been paid.
        case duplicate
        /// The charge's time was up, or it had been called off.
        case late

        /// Whether the charge's transaction was performed by it.
        public var isPayment: Bool { self == .paid || self == .overpaid }
    }

    /// The payment's id in all of Pix.
    public var e2eID: String
    /// Our own number of the charge's transaction.
    public var transactionID: Int64
    /// Centavos.
    public var amount: Int64
    /// Milliseconds since 1970.
    public var paidAt: Int64
    /// What it is to its charge.
    public var standing: Standing
    /// Centavos that are to go back.
    public var reserved: Int64
    /// Centavos that went back.
    public var refunded: Int64

    /// Centavos that may still be asked back.
    public var available: Int64 { amount - reserved - refunded }

    static let columns = "e2e_id, transaction_id, amount, paid_at, standing, reserved, refunded"

    static func read(_ row: any SQLRow) -> PixReceipt {
        PixReceipt(
            e2eID: row.text(0) ?? "", transactionID: row.integer(1) ?? 0, amount: row.integer(2) ?? 0,
            paidAt: row.integer(3) ?? 0, standing: row.text(4).flatMap(Standing.init(rawValue:)) ?? .late,
            reserved: row.integer(5) ?? 0, refunded: row.integer(6) ?? 0)
    }

    static func find(_ e2eID: String, in sql: any SQLSession) throws -> PixReceipt? {
        try sql.first("SELECT \(columns) FROM pix_receipts WHERE e2e_id = $1", [.text(e2eID)], read)
    }

    /// Every payment of a charge, the oldest first.
    static func all(ofTransaction id: Int64, in sql: any SQLSession) throws -> [PixReceipt] {
        try sql.all(
            "SELECT \(columns) FROM pix_receipts WHERE transaction_id = $1 ORDER BY recorded_at, e2e_id",
            [.integer(id)], read)
    }

    /// - Returns: false if it is there already.
    func insert(payerNote: String?, at now: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO pix_receipts (
                e2e_id, transaction_id, amount, paid_at, standing, payer_note, recorded_at, reserved, refunded)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) ON CONFLICT DO NOTHING
            """,
            [
                .text(e2eID), .integer(transactionID), .integer(amount), .integer(paidAt), .text(standing.rawValue),
                .optional(payerNote), .integer(now),
            ]) == 1
    }
}
