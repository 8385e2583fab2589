import Payments
public import Storage

extension YooKassaGateway {
    /// The tables of this gateway, to be applied after the core's.
    public static let migrations = [
        Migration(
            "2026-11-yookassa",
            [
                // What is reserved to go back and what went back never come to more than was taken, whatever races.
                """
                CREATE TABLE yookassa_payments (
                    id TEXT PRIMARY KEY NOT NULL,
                    transaction_id BIGINT NOT NULL UNIQUE,
                    provider_id TEXT UNIQUE,
                    caller_key TEXT UNIQUE,
                    request TEXT NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('one_off', 'first', 'recurring')),
                    user_id TEXT,
                    description TEXT,
                    metadata TEXT NOT NULL,
                    step TEXT NOT NULL CHECK (step IN (
                        'sending', 'unknown', 'awaiting_payer', 'authorized', 'capturing', 'cancelling', 'succeeded',
                        'canceled', 'rejected', 'unresolved', 'quarantined')),
                    attempt_key TEXT NOT NULL,
                    wants_capture BIGINT NOT NULL CHECK (wants_capture IN (0, 1)),
                    is_test BIGINT NOT NULL CHECK (is_test IN (0, 1)),
                    confirmation_type TEXT,
                    confirmation_url TEXT,
                    confirmation_token TEXT,
                    confirmation_data TEXT,
                    method_id TEXT,
                    method_type TEXT,
                    method_title TEXT,
                    card_type TEXT,
                    method_saved BIGINT NOT NULL CHECK (method_saved IN (0, 1)),
                    created_at BIGINT NOT NULL,
                    provider_created_at BIGINT,
                    expires_at BIGINT,
                    captured_at BIGINT,
                    capture_amount BIGINT,
                    captured BIGINT NOT NULL CHECK (captured >= 0),
                    uncaptured BIGINT NOT NULL CHECK (uncaptured >= 0),
                    reserved BIGINT NOT NULL CHECK (reserved >= 0),
                    refunded BIGINT NOT NULL CHECK (refunded >= 0),
                    cancelled_by TEXT,
                    cancel_party TEXT,
                    cancel_reason TEXT,
                    refused_status BIGINT,
                    refused_code TEXT,
                    refused_detail TEXT,
                    refused_parameter TEXT,
                    receipt_status TEXT,
                    looks BIGINT NOT NULL,
                    due_at BIGINT,
                    hastened_at BIGINT,
                    note TEXT,
                    CHECK (reserved + refunded <= captured))
                """,
                "CREATE INDEX yookassa_payments_due ON yookassa_payments (due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX yookassa_payments_by_age ON yookassa_payments (created_at)",
                "CREATE INDEX yookassa_payments_by_method ON yookassa_payments (method_id, created_at) "
                    + "WHERE method_id IS NOT NULL",
                // Every call that changes something there, as it is sent: key and bytes, before it is sent.
                """
                CREATE TABLE yookassa_attempts (
                    idempotence_key TEXT PRIMARY KEY NOT NULL,
                    operation TEXT NOT NULL CHECK (operation IN ('create', 'capture', 'cancel', 'refund', 'receipt')),
                    subject TEXT NOT NULL,
                    body TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    first_sent_at BIGINT,
                    sends BIGINT NOT NULL CHECK (sends >= 0),
                    outcome TEXT NOT NULL CHECK (outcome IN ('open', 'answered', 'refused', 'unresolved')),
                    ended_at BIGINT)
                """,
                "CREATE INDEX yookassa_attempts_by_subject ON yookassa_attempts (subject)",
                """
                CREATE TABLE yookassa_refunds (
                    id TEXT PRIMARY KEY NOT NULL,
                    payment_id TEXT NOT NULL,
                    provider_id TEXT UNIQUE,
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    origin TEXT NOT NULL CHECK (origin IN ('merchant', 'policy', 'cabinet')),
                    actor TEXT NOT NULL,
                    description TEXT,
                    receipt TEXT,
                    state TEXT NOT NULL CHECK (state IN (
                        'waiting', 'asked', 'pending', 'succeeded', 'refused', 'unresolved')),
                    attempt_key TEXT,
                    tries BIGINT NOT NULL CHECK (tries >= 0),
                    cancel_party TEXT,
                    cancel_reason TEXT,
                    receipt_status TEXT,
                    requested_at BIGINT NOT NULL,
                    settled_at BIGINT,
                    looks BIGINT NOT NULL,
                    due_at BIGINT,
                    note TEXT)
                """,
                "CREATE INDEX yookassa_refunds_due ON yookassa_refunds (due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX yookassa_refunds_by_payment ON yookassa_refunds (payment_id)",
                // Money that came for a payment that had been given up, or for an order that was paid already.
                """
                CREATE TABLE yookassa_late_payments (
                    payment_id TEXT PRIMARY KEY NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('late', 'duplicate', 'cancelled')),
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    refund_id TEXT NOT NULL,
                    found_at BIGINT NOT NULL)
                """,
                """
                CREATE TABLE yookassa_notices (
                    id {identity},
                    event TEXT NOT NULL,
                    object_id TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    body TEXT NOT NULL,
                    sender TEXT,
                    received_at BIGINT NOT NULL,
                    last_at BIGINT NOT NULL,
                    count BIGINT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'dropped')),
                    looks BIGINT NOT NULL,
                    due_at BIGINT,
                    note TEXT,
                    UNIQUE (event, object_id, digest))
                """,
                "CREATE INDEX yookassa_notices_due ON yookassa_notices (due_at) WHERE due_at IS NOT NULL",
                """
                CREATE TABLE yookassa_anomalies (
                    kind TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    detail TEXT NOT NULL,
                    first_at BIGINT NOT NULL,
                    last_at BIGINT NOT NULL,
                    count BIGINT NOT NULL,
                    PRIMARY KEY (kind, subject))
                """,
                // What the daily comparison found; a new one replaces it.
                """
                CREATE TABLE yookassa_differences (
                    subject TEXT NOT NULL,
                    field TEXT NOT NULL,
                    ours TEXT,
                    theirs TEXT,
                    found_at BIGINT NOT NULL,
                    seen_at BIGINT NOT NULL,
                    resolved_at BIGINT,
                    PRIMARY KEY (subject, field))
                """,
                "CREATE TABLE yookassa_marks (name TEXT PRIMARY KEY NOT NULL, at BIGINT NOT NULL)",
            ]),
        subscriptionTables,
        YooKassaStoredReceipt.table,
        Migration(
            "2026-11-yookassa-notices-by-age",
            ["CREATE INDEX yookassa_notices_by_age ON yookassa_notices (last_at) WHERE due_at IS NULL"]),
        retryTimes,
        savedCards,
        YooKassaMerchantWord.table,
        cardReturns,
    ]
}
