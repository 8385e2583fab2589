import Payments
public import Storage

extension ClickGateway {
    /// Every row of this gateway is of a transaction of its own, and every duplicate was asked back.
    public static let check = DatabaseCheck(
        name: "click", rule: "every row of Click's is of a transaction of Click's, and every duplicate was asked back"
    ) { session, findings in
        try session.query(
            """
            SELECT p.transaction_id, t.gateway FROM click_payments p
            LEFT JOIN transactions t ON t.id = p.transaction_id ORDER BY p.transaction_id
            """, []
        ) { row in
            findings.examine()
            guard row.text(1) != name else { return }
            findings.report(
                "payment \(row.integer(0) ?? 0)", "its transaction is \(row.text(1).map { "of \($0)" } ?? "missing")")
        }
        try session.query(
            """
            SELECT r.transaction_id, r.state, t.state FROM click_reversals r
            LEFT JOIN transactions t ON t.id = r.transaction_id ORDER BY r.transaction_id
            """, []
        ) { row in
            findings.examine()
            let subject = "reversal of transaction \(row.integer(0) ?? 0)"
            switch (row.text(1), row.integer(2)) {
            case (_, nil): findings.report(subject, "there is no such transaction")
            case ("done", TransactionState.performed.rawValue?):
                findings.report(subject, "it is done, and the transaction is performed")
            default: break
            }
        }
        try session.query(
            """
            SELECT t.id FROM transactions t
            LEFT JOIN click_reversals r ON r.transaction_id = t.id
            WHERE t.gateway = $1 AND t.state = 2 AND t.one_time = 1 AND t.holds_order = 0
            AND r.transaction_id IS NULL ORDER BY t.id
            """, [.text(name)]
        ) { row in
            findings.report("transaction \(row.integer(0) ?? 0)", "it is a duplicate, and nobody gives it back")
        }
        try session.query(
            """
            SELECT t.id FROM transactions t
            LEFT JOIN click_reversals r ON r.transaction_id = t.id AND r.state IN ('waiting', 'asked')
            WHERE t.gateway = $1 AND t.phase = $2 AND r.transaction_id IS NULL ORDER BY t.id
            """, [.text(name), .text(ClickReversals.pendingPhase)]
        ) { row in
            findings.report("transaction \(row.integer(0) ?? 0)", "it is to go back, and nobody gives it back")
        }
    }
}
