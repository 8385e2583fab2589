import Storage

extension YooKassaGateway {
    static let subscriptionTables = Migration(
        "2026-11-yookassa-subscriptions",
        [
            """
            CREATE TABLE yookassa_subscriptions (
                id TEXT PRIMARY KEY NOT NULL,
                caller_key TEXT UNIQUE,
                request TEXT NOT NULL,
                user_id TEXT NOT NULL,
                amount BIGINT NOT NULL CHECK (amount > 0),
                currency TEXT NOT NULL,
                description TEXT,
                receipt TEXT,
                unit TEXT NOT NULL CHECK (unit IN ('day', 'week', 'month', 'year')),
                every BIGINT NOT NULL CHECK (every > 0),
                zone TEXT NOT NULL,
                consent TEXT NOT NULL,
                consented_at BIGINT NOT NULL,
                state TEXT NOT NULL CHECK (state IN (
                    'pending', 'active', 'paused', 'past_due', 'stopped', 'cancelled')),
                first_payment_id TEXT,
                renewal_payment_id TEXT,
                method_id TEXT,
                method_title TEXT,
                card_type TEXT,
                anchor_at BIGINT,
                period BIGINT NOT NULL CHECK (period >= 0),
                next_at BIGINT,
                ended_by TEXT,
                ended_at BIGINT,
                created_at BIGINT NOT NULL,
                due_at BIGINT,
                note TEXT)
            """,
            "CREATE INDEX yookassa_subscriptions_due ON yookassa_subscriptions (due_at) WHERE due_at IS NOT NULL",
            "CREATE INDEX yookassa_subscriptions_by_user ON yookassa_subscriptions (user_id)",
            "CREATE INDEX yookassa_subscriptions_by_first ON yookassa_subscriptions (first_payment_id) "
                + "WHERE first_payment_id IS NOT NULL",
            "CREATE INDEX yookassa_subscriptions_by_renewal ON yookassa_subscriptions (renewal_payment_id) "
                + "WHERE renewal_payment_id IS NOT NULL",
            """
            CREATE TABLE yookassa_periods (
                subscription_id TEXT NOT NULL,
                period BIGINT NOT NULL,
                order_id TEXT NOT NULL UNIQUE,
                scheduled_at BIGINT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('open', 'charging', 'paid', 'failed', 'skipped')),
                charges BIGINT NOT NULL CHECK (charges >= 0),
                last_class TEXT,
                last_reason TEXT,
                ended_at BIGINT,
                PRIMARY KEY (subscription_id, period))
            """,
            // One row for each charge: a second one of the same number cannot be.
            """
            CREATE TABLE yookassa_charges (
                subscription_id TEXT NOT NULL,
                period BIGINT NOT NULL,
                attempt BIGINT NOT NULL,
                payment_id TEXT NOT NULL UNIQUE,
                method_id TEXT NOT NULL,
                charged_at BIGINT NOT NULL,
                outcome TEXT CHECK (outcome IN ('paid', 'refused', 'void')),
                PRIMARY KEY (subscription_id, period, attempt))
            """,
            "CREATE INDEX yookassa_charges_by_method ON yookassa_charges (method_id, charged_at)",
            // Told once each, at least: see YooKassaSubscriptions.
            """
            CREATE TABLE yookassa_subscription_events (
                id {identity},
                subscription_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                period BIGINT NOT NULL,
                reason TEXT,
                at BIGINT NOT NULL,
                tries BIGINT NOT NULL,
                due_at BIGINT,
                UNIQUE (subscription_id, kind, period))
            """,
            "CREATE INDEX yookassa_subscription_events_due ON yookassa_subscription_events (due_at) "
                + "WHERE due_at IS NOT NULL",
        ])

    /// When a charge that was refused is repeated at the soonest: whatever else wakes the subscription, it waits.
    static let retryTimes = Migration(
        "2026-11-yookassa-retry-times", ["ALTER TABLE yookassa_periods ADD COLUMN retry_at BIGINT"])

    /// A card with which a subscription begins, saved without a payment: key of the call, YooKassa's id of the method,
    /// and where the payer confirms it.
    static let cardReturns = Migration(
        "2026-11-yookassa-card-returns", ["ALTER TABLE yookassa_subscriptions ADD COLUMN hastened_at BIGINT"])

    static let savedCards = Migration(
        "2026-11-yookassa-saved-cards",
        ["card_key", "card_id", "card_url"].map { "ALTER TABLE yookassa_subscriptions ADD COLUMN \($0) TEXT" }
            + [
                "CREATE INDEX yookassa_subscriptions_by_card ON yookassa_subscriptions (card_id) "
                    + "WHERE card_id IS NOT NULL"
            ])
}
