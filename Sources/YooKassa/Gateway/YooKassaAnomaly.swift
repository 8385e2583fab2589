import Payments

/// What somebody should look at and no answer tells of.
public enum YooKassaAnomaly: String, Sendable, Hashable, CaseIterable {
    /// YooKassa does not take the shop's id and key: nothing is asked until it does.
    case credentialsRefused = "credentials_refused"
    /// A payment that YooKassa does not take.
    case paymentRefused = "payment_refused"
    /// A key that was sent before came with other bytes.
    case keyReused = "key_reused"
    /// A call of which nothing is known after hours. It is never made again with a new key.
    case unresolved
    /// A payment of another amount than was asked for.
    case amountDiffers = "amount_differs"
    /// A test payment in a live shop, or the reverse.
    case testFlagDiffers = "test_flag_differs"
    /// A payment that names one of ours and is of another shop.
    case shopDiffers = "shop_differs"
    /// A payment that names one of ours and is not it.
    case identityDiffers = "identity_differs"
    /// What YooKassa said to be final, it says otherwise now.
    case contradiction
    /// Paid after it was given up: the money goes back.
    case latePayment = "late_payment"
    /// A one-time order that was paid already: the money goes back.
    case duplicatePayment = "duplicate_payment"
    /// A hold that ends soon, and nobody took the money.
    case holdEnding = "hold_ending"
    /// A hold that YooKassa does not let go, asked some times.
    case cancelRefused = "cancel_refused"
    /// A word of YooKassa's that the document does not have.
    case unknownStatus = "unknown_status"
    /// Paid, and the fiscal receipt was not registered.
    case receiptFailed = "receipt_failed"
    /// A fiscal receipt that is not registered after days.
    case receiptStuck = "receipt_stuck"
    /// A refund that YooKassa does not carry out.
    case refundRefused = "refund_refused"
    /// A refund that is not done after days.
    case refundStuck = "refund_stuck"
    /// A refund that YooKassa began and knows nothing of any more.
    case refundMissing = "refund_missing"
    /// A refund that nobody here asked for: it was made in the cabinet.
    case foreignRefund = "foreign_refund"
    /// More went back than had come.
    case refundBeyondPayment = "refund_beyond_payment"
    /// A notification from an address that is not YooKassa's.
    case foreignSender = "foreign_sender"
    /// A notification that cannot be read.
    case malformedNotice = "malformed_notice"
    /// A notification that YooKassa knows nothing of, or that is of no payment of ours.
    case foreignNotice = "foreign_notice"
    /// A notification that could not be confirmed for a day.
    case noticeLost = "notice_lost"
    /// The daily comparison found what differs.
    case difference
    /// The daily comparison could not be made, tried some times.
    case comparisonFailed = "comparison_failed"
    /// A subscription whose method cannot be charged any more.
    case subscriptionEnded = "subscription_ended"
}

/// An anomaly as it is kept for whoever looks.
public struct YooKassaAnomalyRecord: Sendable, Hashable {
    public let kind: String
    /// What it is about: the id of a payment, a refund, a subscription; YooKassa's, if we have none.
    public let subject: String
    /// One clause.
    public let detail: String
    /// How often it was seen.
    public let count: Int64
    /// Milliseconds since 1970, as is the other.
    public let firstAt: Int64
    public let lastAt: Int64

    static func insert(
        _ kind: YooKassaAnomaly, _ subject: String, _ detail: String, at now: Int64, in sql: any SQLSession
    ) throws {
        try sql.execute(
            """
            INSERT INTO yookassa_anomalies (kind, subject, detail, first_at, last_at, count)
            VALUES ($1, $2, $3, $4, $5, 1)
            ON CONFLICT (kind, subject) DO UPDATE SET
                detail = excluded.detail, last_at = excluded.last_at, count = yookassa_anomalies.count + 1
            """,
            [
                .text(kind.rawValue), .text(String(subject.prefix(100))), .text(String(detail.prefix(300))),
                .integer(now), .integer(now),
            ])
    }

    static func all(limit: Int64, in sql: any SQLSession) throws -> [YooKassaAnomalyRecord] {
        try sql.all(
            """
            SELECT kind, subject, detail, count, first_at, last_at FROM yookassa_anomalies
            ORDER BY last_at DESC, kind, subject LIMIT $1
            """, [.integer(limit)]
        ) { row in
            YooKassaAnomalyRecord(
                kind: row.text(0) ?? "", subject: row.text(1) ?? "", detail: row.text(2) ?? "",
                count: row.integer(3) ?? 0, firstAt: row.integer(4) ?? 0, lastAt: row.integer(5) ?? 0)
        }
    }
}
