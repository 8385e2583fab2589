import Payments
import Storage
import Testing

/// Rows as the program of an older version left them. The texts are written out here: the tables' own code moves on.
struct OldRows {
    /// By the step that made the table: what was inserted, and a query that must still find it.
    private static let all: [(step: String, insert: [String], query: String, found: String)] = [
        (
            "2026-11-core",
            [
                """
                INSERT INTO orders (id, kind, amount, currency, minimum, maximum, description, fiscal, cancelled_at,
                    created_at)
                VALUES ('A', 'one_time', 500000, 'UZS', NULL, NULL, 'Чай', NULL, NULL, 1795219200000)
                """,
                """
                INSERT INTO transactions (gateway, cashbox, external_id, external_time, order_id, account, amount,
                    currency, state, phase, refunded_amount, reason, create_time, perform_time, cancel_time, deadline,
                    receivers, one_time, holds_order)
                VALUES ('payme', '', 'old', 1795219200000, 'A', '{"order_id":"A"}', 500000, 'UZS', 2, NULL, 100, NULL,
                    1795219200001, 1795219200002, 0, 1795262400000, 'k1:300000,k2:200000', 1, 1)
                """,
                """
                INSERT INTO journal (transaction_id, at, change, from_state, to_state, actor, reason, amount,
                    refunded_amount)
                VALUES (1, 1795219200002, 'performed', 1, 2, 'payme', NULL, 500000, 0)
                """,
                """
                INSERT INTO outbox (target, journal_id, transaction_id, order_id, created_at, due_at, attempts)
                VALUES ('hooks', 1, 1, 'A', 1795219200002, 1795219200002, 3)
                """,
            ],
            """
            SELECT o.description, t.receivers, t.refunded_amount, j.change, x.attempts FROM orders o
            JOIN transactions t ON t.order_id = o.id JOIN journal j ON j.transaction_id = t.id
            JOIN outbox x ON x.journal_id = j.id WHERE t.holds_order = 1
            """,
            "Чай k1:300000,k2:200000 100 performed 3"
        ),
        (
            "2026-11-idempotency",
            [
                """
                INSERT INTO idempotency_keys (scope, idempotency_key, fingerprint, status, body, created_at)
                VALUES ('orders', 'k', 'f', 201, '{}', 1795219200000)
                """
            ],
            "SELECT scope, idempotency_key, fingerprint, status, body FROM idempotency_keys", "orders k f 201 {}"
        ),
        (
            "2026-11-readiness", ["INSERT INTO readiness (id, at) VALUES (1, 1795219200000)"],
            "SELECT id, at, id, id, id FROM readiness", "1 1795219200000 1 1 1"
        ),
        (
            "2026-11-deliveries",
            [
                "INSERT INTO delivery_targets (target, address) VALUES ('webhook', 'a1')",
                "INSERT INTO job_leases (name, owner, leased_until) VALUES ('expiry', 'o', 1795219200000)",
            ],
            """
            SELECT d.target, d.address, l.name, l.owner, l.leased_until FROM delivery_targets d
            JOIN job_leases l ON l.name = 'expiry'
            """,
            "webhook a1 expiry o 1795219200000"
        ),
        (
            "2026-11-api-keys",
            [
                """
                INSERT INTO api_keys (id, name, secret_hash, scopes, created_at, last_used_at, expires_at, revoked_at)
                VALUES ('0123456789ab', 'site', 'aa', 'orders:read', 1795219200000, 1795219200001, NULL, NULL)
                """
            ],
            "SELECT id, name, secret_hash, scopes, last_used_at FROM api_keys",
            "0123456789ab site aa orders:read 1795219200001"
        ),
        (
            "2026-11-order-changes", ["UPDATE orders SET terms_changed_at = 1795219200003 WHERE id = 'A'"],
            "SELECT terms_changed_at, id, id, id, id FROM orders", "1795219200003 A A A A"
        ),
        (
            "2026-11-paid-at", ["UPDATE journal SET paid_at = 1795219200002 WHERE id = 1"],
            "SELECT paid_at, at, change, id, id FROM journal", "1795219200002 1795219200002 performed 1 1"
        ),
        (
            "2026-11-payme-fiscal",
            [
                """
                INSERT INTO payme_fiscal_receipts (transaction_id, kind, data, received_at)
                VALUES (1, 'PERFORM', '{"status_code":0}', 1795219200000)
                """
            ],
            "SELECT transaction_id, kind, data, received_at, transaction_id FROM payme_fiscal_receipts",
            "1 PERFORM {\"status_code\":0} 1795219200000 1"
        ),
    ]

    private let rows: [(step: String, insert: [String], query: String, found: String)]

    init(upTo migrations: [Migration]) {
        rows = Self.all.filter { row in migrations.contains { $0.name == row.step } }
        // A new step wants rows of its own here.
        #expect(rows.count == migrations.count)
    }

    func insert(into engine: any SQLEngine) async throws {
        let texts = rows.flatMap(\.insert)
        try await engine.write { session in
            for text in texts { try session.execute(text, []) }
        }
    }

    func expect(in engine: any SQLEngine) async throws {
        for row in rows {
            let found = try await engine.read(.scan) { session in
                try session.all(row.query, []) { line in
                    (0..<5).map { line.text($0) ?? line.integer($0).map(String.init) ?? "-" }.joined(separator: " ")
                }
            }
            #expect(found == [row.found])
        }
    }
}
