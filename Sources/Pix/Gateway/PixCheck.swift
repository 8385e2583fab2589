import Payments
public import Storage

extension PixGateway {
    /// Charges, payments and refunds agree with their transactions.
    public static let check = DatabaseCheck(
        name: "pix", rule: "charges, payments and refunds of Pix agree with their transactions"
    ) { session, findings in
        try session.query(
            """
            SELECT c.transaction_id, t.gateway, t.state, c.due_at, t.phase FROM pix_charges c
            LEFT JOIN transactions t ON t.id = c.transaction_id ORDER BY c.transaction_id
            """, []
        ) { row in
            findings.examine()
            let subject = "charge of transaction \(row.integer(0) ?? 0)"
            guard row.text(1) == name else {
                return findings.report(subject, "its transaction is \(row.text(1).map { "of \($0)" } ?? "missing")")
            }
            if row.integer(2) == 1, row.integer(3) == nil, row.text(4) != PixSettlement.underpaidPhase {
                findings.report(subject, "it waits, and nobody looks after it")
            }
        }
        try session.query(
            """
            SELECT reference FROM pix_payouts WHERE state = 1 AND due_at IS NULL AND attention IS NULL
            ORDER BY reference
            """, []
        ) { row in findings.report("payout \(row.text(0) ?? "")", "it waits, and nobody looks after it") }
        try session.query(
            """
            SELECT t.id FROM transactions t LEFT JOIN pix_charges c ON c.transaction_id = t.id
            WHERE t.gateway = $1 AND c.id IS NULL ORDER BY t.id
            """, [.text(name)]
        ) { row in findings.report("transaction \(row.integer(0) ?? 0)", "it has no charge") }
        try session.query(
            """
            SELECT t.id, t.amount, t.refunded_amount, r.amount, r.refunded FROM transactions t
            LEFT JOIN pix_receipts r ON r.transaction_id = t.id AND r.standing IN ('paid', 'overpaid')
            WHERE t.gateway = $1 AND t.state IN (2, -2) ORDER BY t.id
            """, [.text(name)]
        ) { row in
            findings.examine()
            let subject = "transaction \(row.integer(0) ?? 0)"
            guard let paid = row.integer(3), let refunded = row.integer(4) else {
                return findings.report(subject, "it is paid, and there is no payment")
            }
            let amount = row.integer(1) ?? 0
            if paid < amount { findings.report(subject, "its payment is less than it") }
            if row.integer(2) != amount - min(amount, paid - refunded) {
                findings.report(subject, "it says \(row.integer(2) ?? 0) went back, its payment says \(refunded)")
            }
        }
        try session.query(
            """
            SELECT r.e2e_id, r.amount, r.reserved, r.refunded,
                CAST(coalesce(sum(CASE WHEN f.state IN ('waiting', 'asked', 'processing') THEN f.amount END), 0)
                    AS BIGINT),
                CAST(coalesce(sum(CASE WHEN f.state = 'done' THEN f.amount END), 0) AS BIGINT)
            FROM pix_receipts r LEFT JOIN pix_refunds f ON f.e2e_id = r.e2e_id
            GROUP BY r.e2e_id, r.amount, r.reserved, r.refunded ORDER BY r.e2e_id
            """, []
        ) { row in
            findings.examine()
            let (amount, done) = (row.integer(1) ?? 0, row.integer(5) ?? 0)
            let refunded = min(amount, done)
            let reserved = min(amount - refunded, row.integer(4) ?? 0)
            if row.integer(2) != reserved || row.integer(3) != refunded {
                findings.report(
                    "payment \(row.text(0) ?? "")", "its refunds come to \(reserved) under way and \(refunded) done")
            }
        }
    }
}
