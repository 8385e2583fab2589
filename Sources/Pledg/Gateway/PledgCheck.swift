import Payments
public import Storage

extension PledgGateway {
    /// Purchases, shares, payments and movements agree with their transactions.
    public static let check = DatabaseCheck(
        name: "pledg", rule: "purchases, shares, payments and movements of Pledg agree with their transactions",
        silentOrderPrefix: orderPrefix
    ) { session, findings in
        try purchases(session, &findings)
        try attempts(session, &findings)
        try shares(session, &findings)
    }

    private static func purchases(_ session: any SQLSession, _ findings: inout DatabaseFindings) throws {
        try session.query(
            """
            SELECT p.id, p.phase, p.amount, p.due_at, t.gateway, t.state, t.amount,
                (SELECT CAST(coalesce(sum(s.amount), 0) AS BIGINT) FROM pledg_shares s
                    WHERE s.purchase_id = p.id AND s.removed_at IS NULL),
                (SELECT count(*) FROM pledg_shares s WHERE s.purchase_id = p.id AND s.removed_at IS NULL
                    AND s.state <> 'SUCCESSFULL' AND s.role = 'pledger'),
                t.refunded_amount
            FROM pledg_purchases p LEFT JOIN transactions t ON t.id = p.transaction_id ORDER BY p.id
            """, []
        ) { row in
            findings.examine()
            let subject = "purchase \(row.text(0) ?? "")"
            let phase = row.text(1) ?? ""
            guard row.text(4) == name else {
                return findings.report(subject, "its transaction is \(row.text(4).map { "of \($0)" } ?? "missing")")
            }
            let states: [Int64] =
                switch phase {
                case "succeeded": [2, -2]
                case "failed": [-1]
                default: [1]
                }
            if !states.contains(row.integer(5) ?? 0) {
                findings.report(subject, "it stands as \(phase), its transaction in state \(row.integer(5) ?? 0)")
            }
            if row.integer(2) != row.integer(6) { findings.report(subject, "its transaction is of another amount") }
            if row.integer(7) != row.integer(2) {
                findings.report(subject, "its shares come to \(row.integer(7) ?? 0), not to its amount")
            }
            if ["draft", "collecting", "closing"].contains(phase), row.integer(3) == nil {
                findings.report(subject, "it waits, and nobody looks after it")
            }
            if phase == "succeeded", row.integer(9) == 0, row.integer(8) != 0 {
                findings.report(subject, "it succeeded, and a share is not paid")
            }
        }
        try session.query(
            """
            SELECT t.id FROM transactions t
            LEFT JOIN pledg_purchases p ON p.transaction_id = t.id OR p.cover_id = t.id
            WHERE t.gateway = $1 AND p.id IS NULL ORDER BY t.id
            """, [.text(name)]
        ) { row in findings.report("transaction \(row.integer(0) ?? 0)", "it has no purchase") }
    }

    /// What the machine of the gateway calls a payment's state.
    private static func attempts(_ session: any SQLSession, _ findings: inout DatabaseFindings) throws {
        try session.query(
            """
            SELECT a.transaction_id, a.state, a.amount, a.reserved, a.returned, t.state, t.amount, t.refunded_amount,
                (SELECT CAST(coalesce(sum(m.amount), 0) AS BIGINT) FROM pledg_movements m
                    WHERE m.transaction_id = a.transaction_id AND m.state <> 'done'
                    AND m.kind IN ('reimbursement', 'return', 'stray', 'refund'))
            FROM pledg_attempts a LEFT JOIN transactions t ON t.id = a.transaction_id ORDER BY a.transaction_id
            """, []
        ) { row in
            findings.examine()
            let subject = "payment by transaction \(row.integer(0) ?? 0)"
            guard let state = row.integer(5) else { return findings.report(subject, "its transaction is missing") }
            let states: [Int64] =
                switch row.text(1) {
                case "waiting", "open", "held": [1]
                case "succeeded", "stray": [2, -2]
                default: [-1, -2]
                }
            if !states.contains(state) {
                findings.report(subject, "it stands as \(row.text(1) ?? ""), its transaction in state \(state)")
            }
            if row.integer(2) != row.integer(6) { findings.report(subject, "its transaction is of another amount") }
            if row.integer(4) != row.integer(7) {
                findings.report(
                    subject, "\(row.integer(4) ?? 0) went back, its transaction says \(row.integer(7) ?? 0)")
            }
            if row.integer(3) != min(row.integer(8) ?? 0, (row.integer(2) ?? 0) - (row.integer(4) ?? 0)) {
                findings.report(
                    subject, "\(row.integer(3) ?? 0) is kept to go back, its movements say \(row.integer(8) ?? 0)")
            }
        }
        try session.query(
            """
            SELECT t.id FROM transactions t JOIN pledg_orders o ON o.order_id = t.order_id
            LEFT JOIN pledg_attempts a ON a.transaction_id = t.id WHERE a.transaction_id IS NULL ORDER BY t.id
            """, []
        ) { row in findings.report("transaction \(row.integer(0) ?? 0)", "it pays a share that does not know of it") }
    }

    private static func shares(_ session: any SQLSession, _ findings: inout DatabaseFindings) throws {
        try session.query(
            """
            SELECT s.id, a.amount, s.amount, a.state FROM pledg_shares s
            LEFT JOIN pledg_attempts a ON a.transaction_id = s.transaction_id AND a.role = 'share'
            WHERE s.role = 'pledger' AND s.state = 'SUCCESSFULL' AND s.covered = 0 ORDER BY s.id
            """, []
        ) { row in
            findings.examine()
            let subject = "share \(row.text(0) ?? "")"
            guard row.text(3) == "succeeded" else { return findings.report(subject, "it is paid, and by no payment") }
            if row.integer(1) != row.integer(2) { findings.report(subject, "its payment is of another amount") }
        }
    }
}
