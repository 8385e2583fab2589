import Payments
public import Storage

/// What Click called a payment, beside what its transaction keeps. There is a row only where something is to be said
/// that was not known at Prepare.
struct ClickPayment: Sendable, Hashable {
    var transactionID: Int64
    /// The number that the payer and Click's support know, by Click's last word.
    var paydocID: Int64
    /// The attempt that Complete named, if it is not that of Prepare.
    var completeTransID: Int64?
    /// The payment's id in Click's Merchant API, once it is known.
    var paymentID: Int64?
}

extension ClickGateway {
    /// The tables of this gateway, to be applied after the core's.
    public static let migrations = [
        Migration(
            "2026-11-click",
            [
                """
                CREATE TABLE click_payments (
                    transaction_id BIGINT PRIMARY KEY NOT NULL,
                    click_paydoc_id BIGINT NOT NULL,
                    complete_trans_id BIGINT,
                    payment_id BIGINT)
                """,
                """
                CREATE TABLE click_reversals (
                    transaction_id BIGINT PRIMARY KEY NOT NULL,
                    actor TEXT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'asked', 'done', 'refused')),
                    requested_at BIGINT NOT NULL,
                    due_at BIGINT NOT NULL,
                    attempts BIGINT NOT NULL,
                    refusals BIGINT NOT NULL,
                    note TEXT)
                """,
                "CREATE TABLE click_attempts (digits TEXT PRIMARY KEY NOT NULL, click_paydoc_id BIGINT NOT NULL)",
                "CREATE INDEX click_reversals_due ON click_reversals (due_at) WHERE state IN ('waiting', 'asked')",
            ])
    ]
}

extension ClickPayment {
    /// What is known of a transaction of this gateway; nil if its account cannot be read.
    static func find(_ transaction: Transaction, in sql: any SQLSession) throws -> ClickPayment? {
        let row = try sql.first(
            """
            SELECT click_paydoc_id, complete_trans_id, payment_id FROM click_payments WHERE transaction_id = $1
            """, [.integer(transaction.id)]
        ) { row in
            ClickPayment(
                transactionID: transaction.id, paydocID: row.integer(0) ?? 0, completeTransID: row.integer(1),
                paymentID: row.integer(2))
        }
        if let row { return row }
        return ClickAccount(stored: transaction.account).map {
            ClickPayment(transactionID: transaction.id, paydocID: $0.paydocID)
        }
    }

    /// The numbers that Complete brought, the last word on both.
    static func complete(
        _ transactionID: Int64, paydocID: Int64, completeTransID: Int64?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            INSERT INTO click_payments (transaction_id, click_paydoc_id, complete_trans_id) VALUES ($1, $2, $3)
            ON CONFLICT (transaction_id) DO UPDATE SET
                click_paydoc_id = excluded.click_paydoc_id, complete_trans_id = excluded.complete_trans_id
            """,
            [.integer(transactionID), .integer(paydocID), .optional(completeTransID)])
    }

    /// The payment's id in Click's Merchant API, so that it is looked for once.
    func remember(paymentID: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO click_payments (transaction_id, click_paydoc_id, payment_id) VALUES ($1, $2, $3)
            ON CONFLICT (transaction_id) DO UPDATE SET payment_id = excluded.payment_id
            """,
            [.integer(transactionID), .integer(paydocID), .integer(paymentID)])
    }
}
