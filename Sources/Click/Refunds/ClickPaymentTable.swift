import Payments
public import Storage

/// What Click called a payment, beside what every transaction has.
struct ClickPayment: Sendable, Hashable {
    var transactionID: Int64
    /// The number that the payer and Click's support know.
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
                    note TEXT)
                """,
                "CREATE INDEX click_reversals_due ON click_reversals (due_at) WHERE state IN ('waiting', 'asked')",
            ])
    ]
}

extension ClickPayment {
    static func find(_ transactionID: Int64, in sql: any SQLSession) throws -> ClickPayment? {
        try sql.first(
            """
            SELECT click_paydoc_id, complete_trans_id, payment_id FROM click_payments WHERE transaction_id = $1
            """, [.integer(transactionID)]
        ) { row in
            ClickPayment(
                transactionID: transactionID, paydocID: row.integer(0) ?? 0, completeTransID: row.integer(1),
                paymentID: row.integer(2))
        }
    }

    func insert(in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO click_payments (transaction_id, click_paydoc_id, complete_trans_id, payment_id)
            VALUES ($1, $2, $3, $4)
            """,
            [.integer(transactionID), .integer(paydocID), .optional(completeTransID), .optional(paymentID)])
    }

    /// The numbers that Complete brought, the last word on both.
    static func complete(
        _ transactionID: Int64, paydocID: Int64, completeTransID: Int64?, in sql: any SQLSession
    ) throws {
        try sql.execute(
            "UPDATE click_payments SET click_paydoc_id = $1, complete_trans_id = $2 WHERE transaction_id = $3",
            [.integer(paydocID), .optional(completeTransID), .integer(transactionID)])
    }

    static func remember(paymentID: Int64, of transactionID: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE click_payments SET payment_id = $1 WHERE transaction_id = $2",
            [.integer(paymentID), .integer(transactionID)])
    }
}
