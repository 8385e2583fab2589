import Payments
public import Storage
import StrictJSON

extension PaymeFiscalReceipt {
    /// Every receipt is of a transaction of this gateway, and can be read.
    public static let check = DatabaseCheck(
        name: "receipts", rule: "every fiscal receipt is of a transaction of Payme's"
    ) { session, findings in
        try session.query(
            """
            SELECT r.transaction_id, r.kind, r.data, t.gateway FROM payme_fiscal_receipts r
            LEFT JOIN transactions t ON t.id = r.transaction_id ORDER BY r.transaction_id, r.kind
            """, []
        ) { row in
            findings.examine()
            let subject = "receipt \(row.text(1) ?? "?") of transaction \(row.integer(0) ?? 0)"
            switch row.text(3) {
            case nil: findings.report(subject, "there is no such transaction")
            case PaymeGateway.name: break
            case let other?: findings.report(subject, "the transaction is of \(other)")
            }
            if (try? JSONValue(parsing: row.text(2) ?? "")) == nil {
                findings.report(subject, "what the tax office said cannot be read")
            }
        }
    }
}
