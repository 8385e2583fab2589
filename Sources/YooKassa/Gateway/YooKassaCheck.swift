import Payments
public import Storage

extension YooKassaGateway {
    /// Payments, refunds and charges agree with their transactions.
    public static let check = DatabaseCheck(
        name: "yookassa", rule: "payments, refunds and charges of YooKassa agree with their transactions"
    ) { session, findings in
        try payments(session, &findings)
        try sums(session, &findings)
        try charges(session, &findings)
    }

    private static func payments(_ session: any SQLSession, _ findings: inout DatabaseFindings) throws {
        try session.query(
            """
            SELECT p.transaction_id, t.gateway, t.state, p.due_at, p.step, p.captured, p.uncaptured, p.refunded,
                t.amount, t.refunded_amount, t.phase
            FROM yookassa_payments p LEFT JOIN transactions t ON t.id = p.transaction_id ORDER BY p.transaction_id
            """, []
        ) { row in
            findings.examine()
            let subject = "payment of transaction \(row.integer(0) ?? 0)"
            guard row.text(1) == name else {
                return findings.report(subject, "its transaction is \(row.text(1).map { "of \($0)" } ?? "missing")")
            }
            let (state, step) = (row.integer(2) ?? 0, row.text(4) ?? "")
            if state == 1, row.integer(3) == nil, step != "unresolved", step != "quarantined" {
                findings.report(subject, "it waits, and nobody looks after it")
            }
            guard state == 2 || state == -2 else { return }
            let (captured, uncaptured, refunded) = (row.integer(5) ?? 0, row.integer(6) ?? 0, row.integer(7) ?? 0)
            let (amount, back) = (row.integer(8) ?? 0, row.integer(9) ?? 0)
            if captured == 0 { findings.report(subject, "it is performed, and nothing was taken") }
            let isDuplicate = row.text(10) == Transaction.duplicatePhase
            let expected = isDuplicate ? (refunded == captured ? amount : 0) : refunded + uncaptured
            if back != expected {
                findings.report(subject, "its transaction says \(back) went back, it says \(expected)")
            }
        }
        try session.query(
            """
            SELECT t.id FROM transactions t LEFT JOIN yookassa_payments p ON p.transaction_id = t.id
            WHERE t.gateway = $1 AND p.id IS NULL ORDER BY t.id
            """, [.text(name)]
        ) { row in findings.report("transaction \(row.integer(0) ?? 0)", "it has no payment") }
    }

    private static func sums(_ session: any SQLSession, _ findings: inout DatabaseFindings) throws {
        try session.query(
            """
            SELECT p.id, p.reserved, p.refunded,
                CAST(coalesce(sum(CASE WHEN r.state IN ('waiting', 'asked', 'pending', 'unresolved')
                    THEN r.amount END), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN r.state = 'succeeded' THEN r.amount END), 0) AS BIGINT), p.captured
            FROM yookassa_payments p LEFT JOIN yookassa_refunds r ON r.payment_id = p.id
            GROUP BY p.id, p.reserved, p.refunded, p.captured ORDER BY p.id
            """, []
        ) { row in
            findings.examine()
            let (underWay, done) = (row.integer(3) ?? 0, row.integer(4) ?? 0)
            // What the cabinet gave back beyond the payment is kept, and counted nowhere.
            let isBeyond = done + underWay > row.integer(5) ?? 0
            if row.integer(1) != underWay || (row.integer(2) != done && !isBeyond) {
                findings.report(
                    "payment \(row.text(0) ?? "")", "its refunds come to \(underWay) under way and \(done) done")
            }
        }
    }

    private static func charges(_ session: any SQLSession, _ findings: inout DatabaseFindings) throws {
        try session.query(
            """
            SELECT p.subscription_id, p.period, p.state, p.charges,
                (SELECT count(*) FROM yookassa_charges c
                    WHERE c.subscription_id = p.subscription_id AND c.period = p.period),
                (SELECT count(*) FROM yookassa_charges c
                    WHERE c.subscription_id = p.subscription_id AND c.period = p.period AND c.outcome IS NULL)
            FROM yookassa_periods p ORDER BY p.subscription_id, p.period
            """, []
        ) { row in
            findings.examine()
            let subject = "period \(row.integer(1) ?? 0) of subscription \(row.text(0) ?? "")"
            if row.integer(3) != row.integer(4) { findings.report(subject, "its charges are not as many as it says") }
            let open = row.integer(5) ?? 0
            if (row.text(2) == "charging") != (open == 1) {
                findings.report(subject, "it is \(row.text(2) ?? "?") with \(open) charges under way")
            }
        }
    }
}
