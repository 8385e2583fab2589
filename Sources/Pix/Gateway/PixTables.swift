import Payments
public import Storage

extension PixGateway {
    /// The tables of this gateway, to be applied after the core's.
    public static let migrations = [
        Migration(
            "2026-11-pix",
            [
                """
                CREATE TABLE pix_charges (
                    id TEXT PRIMARY KEY NOT NULL,
                    transaction_id BIGINT NOT NULL UNIQUE,
                    txid TEXT NOT NULL UNIQUE,
                    provider TEXT NOT NULL CHECK (provider IN ('static', 'inter')),
                    pix_key TEXT NOT NULL,
                    idempotency_key TEXT UNIQUE,
                    request TEXT NOT NULL,
                    payer_note TEXT,
                    expiry_seconds BIGINT NOT NULL CHECK (expiry_seconds > 0),
                    created_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    standing TEXT NOT NULL CHECK (standing IN (
                        'local', 'unsent', 'active', 'completed', 'removed', 'removed_by_bank', 'rejected')),
                    revision BIGINT NOT NULL,
                    location TEXT,
                    code TEXT,
                    cancelled_by TEXT,
                    due_at BIGINT,
                    attempts BIGINT NOT NULL,
                    note TEXT)
                """,
                "CREATE INDEX pix_charges_due ON pix_charges (due_at) WHERE due_at IS NOT NULL",
                // What the payer paid, as the bank confirmed it. What is reserved to go back and what went back never
                // come to more than was paid, whatever races.
                """
                CREATE TABLE pix_receipts (
                    e2e_id TEXT PRIMARY KEY NOT NULL,
                    transaction_id BIGINT NOT NULL,
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    paid_at BIGINT NOT NULL,
                    standing TEXT NOT NULL CHECK (standing IN (
                        'paid', 'overpaid', 'underpaid', 'duplicate', 'late')),
                    payer_note TEXT,
                    recorded_at BIGINT NOT NULL,
                    reserved BIGINT NOT NULL CHECK (reserved >= 0),
                    refunded BIGINT NOT NULL CHECK (refunded >= 0),
                    CHECK (reserved + refunded <= amount))
                """,
                "CREATE INDEX pix_receipts_by_transaction ON pix_receipts (transaction_id)",
                """
                CREATE TABLE pix_refunds (
                    e2e_id TEXT NOT NULL,
                    refund_id TEXT NOT NULL,
                    transaction_id BIGINT NOT NULL,
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    origin TEXT NOT NULL CHECK (origin IN ('merchant', 'policy', 'forced')),
                    actor TEXT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'asked', 'processing', 'done', 'refused')),
                    nature TEXT,
                    rtr_id TEXT,
                    requested_at BIGINT NOT NULL,
                    settled_at BIGINT,
                    due_at BIGINT,
                    attempts BIGINT NOT NULL,
                    note TEXT,
                    PRIMARY KEY (e2e_id, refund_id))
                """,
                "CREATE INDEX pix_refunds_due ON pix_refunds (due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX pix_refunds_by_transaction ON pix_refunds (transaction_id)",
                """
                CREATE TABLE pix_notices (
                    id {identity},
                    e2e_id TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    txid TEXT,
                    body TEXT NOT NULL,
                    received_at BIGINT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored')),
                    due_at BIGINT,
                    attempts BIGINT NOT NULL,
                    note TEXT,
                    UNIQUE (e2e_id, digest))
                """,
                "CREATE INDEX pix_notices_due ON pix_notices (due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX pix_notices_by_txid ON pix_notices (txid) WHERE txid IS NOT NULL",
                """
                CREATE TABLE pix_payouts (
                    reference TEXT PRIMARY KEY NOT NULL,
                    request_key TEXT NOT NULL UNIQUE,
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    pix_key TEXT NOT NULL,
                    description TEXT,
                    actor TEXT NOT NULL,
                    state BIGINT NOT NULL CHECK (state IN (1, 2, -1, -2)),
                    step TEXT NOT NULL CHECK (step IN ('new', 'unknown', 'asked', 'ended')),
                    bank_status TEXT,
                    bank_code TEXT,
                    e2e_id TEXT,
                    errors TEXT,
                    requested_at BIGINT NOT NULL,
                    ended_at BIGINT,
                    due_at BIGINT,
                    attempts BIGINT NOT NULL,
                    note TEXT)
                """,
                "CREATE INDEX pix_payouts_due ON pix_payouts (due_at) WHERE due_at IS NOT NULL",
                "CREATE TABLE pix_marks (name TEXT PRIMARY KEY NOT NULL, at BIGINT NOT NULL)",
            ]),
        Migration(
            "2026-11-pix-payouts",
            [
                // Since when nobody knows what the bank did: its memory of the key ends some time after that.
                "ALTER TABLE pix_payouts ADD COLUMN first_unknown_at BIGINT",
                "ALTER TABLE pix_payouts ADD COLUMN attention TEXT",
                "CREATE INDEX pix_payouts_by_e2e ON pix_payouts (e2e_id) WHERE e2e_id IS NOT NULL",
                "CREATE INDEX pix_payouts_by_code ON pix_payouts (bank_code) WHERE bank_code IS NOT NULL",
            ]),
        Migration(
            "2026-11-pix-notices",
            [
                // Whether the bank itself said it: its certificate, or the path that it alone knows.
                "ALTER TABLE pix_notices ADD COLUMN authenticated BIGINT NOT NULL DEFAULT 0",
                "CREATE INDEX pix_notices_by_age ON pix_notices (state, received_at)",
            ]),
        Migration(
            "2026-11-pix-answers",
            [
                // How often the bank said no, without what it could not be asked.
                "ALTER TABLE pix_refunds ADD COLUMN refusals BIGINT NOT NULL DEFAULT 0",
                // Money that no charge asked for and that the merchant keeps: since when, and on whose word.
                "ALTER TABLE pix_receipts ADD COLUMN kept_at BIGINT",
                "ALTER TABLE pix_receipts ADD COLUMN kept_by TEXT",
                // What became of a payout, and on whose word.
                """
                CREATE TABLE pix_payout_journal (
                    id {identity},
                    reference TEXT NOT NULL,
                    at BIGINT NOT NULL,
                    from_state BIGINT NOT NULL,
                    to_state BIGINT NOT NULL,
                    actor TEXT NOT NULL)
                """,
                "CREATE INDEX pix_payout_journal_by_reference ON pix_payout_journal (reference)",
            ]),
        Migration(
            "2026-11-pix-differences",
            [
                // What the comparison with the bank's lists found and what stands so still.
                """
                CREATE TABLE pix_differences (
                    txid TEXT NOT NULL,
                    field TEXT NOT NULL,
                    ours TEXT NOT NULL,
                    theirs TEXT NOT NULL,
                    found_at BIGINT NOT NULL,
                    seen_at BIGINT NOT NULL,
                    PRIMARY KEY (txid, field))
                """
            ]),
    ]
}
