public import Storage

extension PledgGateway {
    /// The tables of this gateway, to be applied after the core's.
    public static let migrations = [
        Migration(
            "2026-11-pledg",
            [
                // Once the leader's money is secured, the shares come to the amount: the database looks, too.
                """
                CREATE TABLE pledg_purchases (
                    id TEXT PRIMARY KEY NOT NULL,
                    transaction_id BIGINT NOT NULL UNIQUE,
                    cover_id BIGINT,
                    reference TEXT NOT NULL,
                    idempotency_key TEXT UNIQUE,
                    request TEXT NOT NULL,
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    shared BIGINT NOT NULL,
                    currency TEXT NOT NULL,
                    title TEXT,
                    organiser_name TEXT,
                    language TEXT,
                    success_url TEXT,
                    cancel_url TEXT,
                    on_failure TEXT NOT NULL CHECK (on_failure IN ('leader_covers', 'refund_all')),
                    model TEXT NOT NULL CHECK (model IN ('charge', 'hold')),
                    phase TEXT NOT NULL CHECK (phase IN (
                        'draft', 'collecting', 'closing', 'capturing', 'succeeded', 'failed')),
                    reason TEXT,
                    settlement TEXT CHECK (settlement IN ('leader_covers', 'refund_all')),
                    created_at BIGINT NOT NULL,
                    draft_until BIGINT NOT NULL,
                    secured_at BIGINT,
                    deadline BIGINT,
                    hold_until BIGINT,
                    closing_since BIGINT,
                    ended_at BIGINT,
                    advance_id BIGINT,
                    revision BIGINT NOT NULL,
                    due_at BIGINT,
                    attempts BIGINT NOT NULL,
                    CHECK (phase IN ('draft', 'failed') OR shared = amount),
                    CHECK ((phase IN ('succeeded', 'failed')) = (ended_at IS NOT NULL)))
                """,
                // A reference is taken again only after its purchase failed, whatever races.
                "CREATE UNIQUE INDEX pledg_purchases_live ON pledg_purchases (reference) WHERE phase <> 'failed'",
                "CREATE INDEX pledg_purchases_due ON pledg_purchases (due_at) WHERE due_at IS NOT NULL",
                """
                CREATE TABLE pledg_lines (
                    purchase_id TEXT NOT NULL,
                    position BIGINT NOT NULL,
                    name TEXT NOT NULL,
                    quantity BIGINT NOT NULL CHECK (quantity > 0),
                    unit_amount BIGINT NOT NULL CHECK (unit_amount >= 0),
                    PRIMARY KEY (purchase_id, position))
                """,
                """
                CREATE TABLE pledg_shares (
                    id TEXT PRIMARY KEY NOT NULL,
                    purchase_id TEXT NOT NULL,
                    position BIGINT NOT NULL,
                    role TEXT NOT NULL CHECK (role IN ('leader', 'pledger')),
                    email TEXT NOT NULL,
                    email_key TEXT NOT NULL,
                    amount BIGINT NOT NULL CHECK (amount >= 0),
                    state TEXT NOT NULL CHECK (state IN ('INITIALIZED', 'SUCCESSFULL', 'FAILED')),
                    covered BIGINT NOT NULL CHECK (covered IN (0, 1)),
                    transaction_id BIGINT,
                    payer_email TEXT,
                    paid_at BIGINT,
                    declined_at BIGINT,
                    bounced_at BIGINT,
                    muted_at BIGINT,
                    removed_at BIGINT)
                """,
                "CREATE INDEX pledg_shares_by_purchase ON pledg_shares (purchase_id, position)",
                """
                CREATE UNIQUE INDEX pledg_shares_by_email ON pledg_shares (purchase_id, email_key)
                WHERE removed_at IS NULL
                """,
                // Every order that this gateway made: the whole amount for the leader, a share for a pledger.
                """
                CREATE TABLE pledg_orders (
                    order_id TEXT PRIMARY KEY NOT NULL,
                    purchase_id TEXT NOT NULL,
                    share_id TEXT NOT NULL,
                    role TEXT NOT NULL CHECK (role IN ('advance', 'share')))
                """,
                "CREATE INDEX pledg_orders_by_share ON pledg_orders (share_id)",
                // Payments of those orders. What is reserved to go back and what went back never come to more than
                // was paid, whatever races.
                """
                CREATE TABLE pledg_attempts (
                    transaction_id BIGINT PRIMARY KEY NOT NULL,
                    purchase_id TEXT NOT NULL,
                    share_id TEXT NOT NULL,
                    role TEXT NOT NULL CHECK (role IN ('advance', 'share')),
                    state TEXT NOT NULL CHECK (state IN (
                        'waiting', 'open', 'held', 'succeeded', 'stray', 'ended')),
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    reserved BIGINT NOT NULL CHECK (reserved >= 0),
                    returned BIGINT NOT NULL CHECK (returned >= 0),
                    by_hand BIGINT NOT NULL CHECK (by_hand >= 0),
                    at BIGINT NOT NULL,
                    CHECK (reserved + returned + by_hand <= amount))
                """,
                "CREATE INDEX pledg_attempts_by_purchase ON pledg_attempts (purchase_id)",
                "CREATE UNIQUE INDEX pledg_attempts_open ON pledg_attempts (share_id) WHERE state IN ('open', 'held')",
                "CREATE UNIQUE INDEX pledg_attempts_paid ON pledg_attempts (share_id) WHERE state = 'succeeded'",
                """
                CREATE TABLE pledg_movements (
                    id TEXT PRIMARY KEY NOT NULL,
                    purchase_id TEXT NOT NULL,
                    share_id TEXT NOT NULL,
                    transaction_id BIGINT NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN (
                        'reimbursement', 'return', 'stray', 'refund', 'foreign', 'capture', 'release')),
                    amount BIGINT NOT NULL CHECK (amount > 0),
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'done', 'operator')),
                    request TEXT,
                    actor TEXT NOT NULL,
                    requested_at BIGINT NOT NULL,
                    settled_at BIGINT,
                    due_at BIGINT,
                    attempts BIGINT NOT NULL,
                    note TEXT)
                """,
                "CREATE INDEX pledg_movements_by_purchase ON pledg_movements (purchase_id)",
                "CREATE INDEX pledg_movements_due ON pledg_movements (due_at) WHERE due_at IS NOT NULL",
                // The leader is reimbursed once; a gateway is asked for one thing at a time about a payment.
                """
                CREATE UNIQUE INDEX pledg_movements_once ON pledg_movements (purchase_id) WHERE kind = 'reimbursement'
                """,
                """
                CREATE UNIQUE INDEX pledg_movements_single ON pledg_movements (transaction_id, kind)
                WHERE kind IN ('stray', 'return', 'capture', 'release')
                """,
                """
                CREATE UNIQUE INDEX pledg_movements_accepted ON pledg_movements (transaction_id)
                WHERE state = 'accepted'
                """,
                "CREATE INDEX pledg_movements_by_request ON pledg_movements (request) WHERE request IS NOT NULL",
                """
                CREATE TABLE pledg_links (
                    hash TEXT PRIMARY KEY NOT NULL,
                    purchase_id TEXT NOT NULL,
                    share_id TEXT NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('leader', 'pledger')),
                    nonce TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    revoked_at BIGINT)
                """,
                "CREATE INDEX pledg_links_by_share ON pledg_links (share_id)",
                """
                CREATE TABLE pledg_mails (
                    id TEXT PRIMARY KEY NOT NULL,
                    purchase_id TEXT NOT NULL,
                    share_id TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'skipped', 'dead')),
                    created_at BIGINT NOT NULL,
                    settled_at BIGINT,
                    due_at BIGINT,
                    attempts BIGINT NOT NULL,
                    note TEXT,
                    UNIQUE (subject, kind))
                """,
                "CREATE INDEX pledg_mails_due ON pledg_mails (due_at) WHERE due_at IS NOT NULL",
            ]),
        // Who paid is told if his money goes back, whoever has begun to pay the same share since.
        Migration("2026-11-pledg-payers", ["ALTER TABLE pledg_attempts ADD COLUMN payer_email TEXT"]),
        // Where gateways lead payers back to.
        Migration(
            "2026-11-pledg-returns",
            [
                """
                CREATE TABLE pledg_returns (
                    hash TEXT PRIMARY KEY NOT NULL,
                    purchase_id TEXT NOT NULL,
                    share_id TEXT NOT NULL,
                    gateway TEXT NOT NULL,
                    created_at BIGINT NOT NULL)
                """,
                "CREATE INDEX pledg_attempts_by_share ON pledg_attempts (share_id)",
                // By which secret every purchase has its links: what recognises it, and makes nothing of it.
                "CREATE TABLE pledg_secret (id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1), mark TEXT NOT NULL)",
            ]),
    ]
}
