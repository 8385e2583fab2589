public import Payments
public import Storage

/// What the tax office said about a transaction's receipt.
///
/// Source: payme.md 3.6. A `status_code` other than 0 means that the receipt was not issued.
public struct PaymeFiscalReceipt: Sendable, Hashable {
    /// Which of a transaction's two receipts it is.
    public enum Kind: String, Sendable, Hashable {
        /// The receipt of the sale.
        case perform = "PERFORM"
        /// The receipt of the return.
        case cancel = "CANCEL"
    }

    /// The sale's or the return's. There is one of each at most: a repeat replaces it.
    public var kind: Kind
    /// `fiscal_data` as it came, JSON text.
    public var data: String
    /// When SetFiscalData brought it, milliseconds since 1970.
    public var receivedAt: Int64

    /// The table of this gateway, to be applied after the core's.
    public static let migrations = [
        Migration(
            "2026-11-payme-fiscal",
            [
                """
                CREATE TABLE payme_fiscal_receipts (
                    transaction_id BIGINT NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('PERFORM', 'CANCEL')),
                    data TEXT NOT NULL,
                    received_at BIGINT NOT NULL,
                    PRIMARY KEY (transaction_id, kind))
                """
            ])
    ]

    /// The receipts of a transaction: of the sale, then of the return.
    public static func all(ofTransaction id: Int64, in session: any SQLSession) throws -> [PaymeFiscalReceipt] {
        try session.all(
            """
            SELECT kind, data, received_at FROM payme_fiscal_receipts
            WHERE transaction_id = $1 ORDER BY kind DESC
            """, [.integer(id)]
        ) { row in
            PaymeFiscalReceipt(
                kind: row.text(0).flatMap(Kind.init(rawValue:)) ?? .perform, data: row.text(1) ?? "null",
                receivedAt: row.integer(2) ?? 0)
        }
    }

    /// A repeat overwrites the same slot.
    func save(transactionID: Int64, in session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO payme_fiscal_receipts (transaction_id, kind, data, received_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (transaction_id, kind)
            DO UPDATE SET data = excluded.data, received_at = excluded.received_at
            """,
            [.integer(transactionID), .text(kind.rawValue), .text(data), .integer(receivedAt)])
    }
}
