/// The tables of the domain, in portable SQL.
public enum CoreMigrations {
    /// In the order of their release: orders, transactions, journal, outbox, idempotency keys, readiness,
    /// keys of the merchant API, changes of orders.
    public static let all: [Migration] = [
        Migration(
            "2026-11-core",
            [
                """
                CREATE TABLE orders (
                    id TEXT PRIMARY KEY NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('one_time', 'cumulative')),
                    amount BIGINT CHECK (amount > 0),
                    currency TEXT NOT NULL,
                    minimum BIGINT,
                    maximum BIGINT,
                    description TEXT,
                    fiscal TEXT,
                    cancelled_at BIGINT,
                    created_at BIGINT NOT NULL,
                    CHECK ((kind = 'one_time') = (amount IS NOT NULL)))
                """,
                "CREATE INDEX orders_by_age ON orders (created_at, id)",
                """
                CREATE TABLE transactions (
                    id {identity},
                    gateway TEXT NOT NULL,
                    cashbox TEXT NOT NULL,
                    external_id TEXT NOT NULL,
                    external_time BIGINT NOT NULL,
                    order_id TEXT NOT NULL,
                    account TEXT NOT NULL,
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    currency TEXT NOT NULL,
                    state BIGINT NOT NULL CHECK (state IN (1, 2, -1, -2)),
                    phase TEXT,
                    refunded_amount BIGINT NOT NULL CHECK (refunded_amount BETWEEN 0 AND amount),
                    reason BIGINT,
                    create_time BIGINT NOT NULL,
                    perform_time BIGINT NOT NULL,
                    cancel_time BIGINT NOT NULL,
                    deadline BIGINT,
                    receivers TEXT,
                    one_time BIGINT NOT NULL,
                    holds_order BIGINT NOT NULL CHECK (holds_order = 0 OR state > 0))
                """,
                // The gateway's id names one transaction, whatever races.
                "CREATE UNIQUE INDEX transactions_by_key ON transactions (external_id, gateway, cashbox)",
                // One live transaction holds a one-time order, whatever races.
                "CREATE UNIQUE INDEX transactions_holding ON transactions (order_id) WHERE holds_order = 1",
                // The gateway's statement: its own time, ascending.
                """
                CREATE INDEX transactions_by_gateway_time
                ON transactions (gateway, cashbox, external_time, id)
                """,
                "CREATE INDEX transactions_by_order ON transactions (order_id, id)",
                "CREATE INDEX transactions_waiting ON transactions (deadline) WHERE state = 1",
                """
                CREATE TABLE journal (
                    id {identity},
                    transaction_id BIGINT NOT NULL,
                    at BIGINT NOT NULL,
                    change TEXT NOT NULL,
                    from_state BIGINT,
                    to_state BIGINT NOT NULL,
                    actor TEXT NOT NULL,
                    reason BIGINT,
                    amount BIGINT NOT NULL,
                    refunded_amount BIGINT NOT NULL)
                """,
                "CREATE INDEX journal_by_transaction ON journal (transaction_id, id)",
                """
                CREATE TABLE outbox (
                    id {identity},
                    target TEXT NOT NULL,
                    journal_id BIGINT NOT NULL,
                    transaction_id BIGINT NOT NULL,
                    order_id TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    due_at BIGINT NOT NULL,
                    attempts BIGINT NOT NULL,
                    delivered_at BIGINT,
                    last_error TEXT)
                """,
                "CREATE INDEX outbox_due ON outbox (target, due_at, id) WHERE delivered_at IS NULL",
                "CREATE INDEX outbox_in_order ON outbox (order_id, id) WHERE delivered_at IS NULL",
            ]),
        Migration(
            "2026-11-idempotency",
            [
                """
                CREATE TABLE idempotency_keys (
                    scope TEXT NOT NULL,
                    idempotency_key TEXT NOT NULL,
                    fingerprint TEXT NOT NULL,
                    status BIGINT NOT NULL,
                    body TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    PRIMARY KEY (scope, idempotency_key))
                """
            ]),
        Migration(
            "2026-11-readiness",
            ["CREATE TABLE readiness (id BIGINT PRIMARY KEY NOT NULL, at BIGINT NOT NULL)"]),
        Migration(
            "2026-11-deliveries",
            [
                "ALTER TABLE outbox ADD COLUMN topic TEXT NOT NULL DEFAULT 'transaction'",
                "ALTER TABLE outbox ADD COLUMN lease TEXT",
                "ALTER TABLE outbox ADD COLUMN unreached BIGINT NOT NULL DEFAULT 0",
                "ALTER TABLE outbox ADD COLUMN attempted_at BIGINT",
                "ALTER TABLE outbox ADD COLUMN dead_at BIGINT",
                "ALTER TABLE outbox ADD COLUMN tried_since BIGINT",
                // What waits behind another of its order is not due, however old it is: it would be looked at again
                // and again.
                """
                UPDATE outbox SET due_at = \(OutboxRow.behind) WHERE delivered_at IS NULL AND EXISTS (
                    SELECT 1 FROM outbox e WHERE e.order_id = outbox.order_id AND e.target = outbox.target
                    AND e.id < outbox.id AND e.delivered_at IS NULL)
                """,
                "DROP INDEX outbox_due",
                "DROP INDEX outbox_in_order",
                """
                CREATE INDEX outbox_due ON outbox (target, due_at, id)
                WHERE delivered_at IS NULL AND dead_at IS NULL
                """,
                """
                CREATE INDEX outbox_in_order ON outbox (order_id, target, id)
                WHERE delivered_at IS NULL AND dead_at IS NULL
                """,
                "CREATE INDEX outbox_dead ON outbox (id) WHERE dead_at IS NOT NULL",
                "CREATE INDEX outbox_by_order ON outbox (order_id, id)",
                """
                CREATE TABLE delivery_targets (
                    target TEXT PRIMARY KEY NOT NULL,
                    address TEXT NOT NULL,
                    stopped_at BIGINT,
                    reason TEXT)
                """,
                """
                CREATE TABLE job_leases (
                    name TEXT PRIMARY KEY NOT NULL,
                    owner TEXT NOT NULL,
                    leased_until BIGINT NOT NULL)
                """,
            ]),
        Migration(
            "2026-11-api-keys",
            [
                """
                CREATE TABLE api_keys (
                    id TEXT PRIMARY KEY NOT NULL,
                    name TEXT NOT NULL,
                    secret_hash TEXT NOT NULL,
                    scopes TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    last_used_at BIGINT,
                    expires_at BIGINT,
                    revoked_at BIGINT)
                """,
                "CREATE INDEX api_keys_by_age ON api_keys (created_at, id)",
            ]),
        // A payment that came before fitted the order as it was then.
        Migration("2026-11-order-changes", ["ALTER TABLE orders ADD COLUMN terms_changed_at BIGINT"]),
        // What was performed before was so by our clock.
        Migration("2026-11-paid-at", ["ALTER TABLE journal ADD COLUMN paid_at BIGINT"]),
    ]
}
