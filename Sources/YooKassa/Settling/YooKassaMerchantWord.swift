import Payments
import Storage

/// What somebody said of a refund or a receipt of which YooKassa says nothing, after a look into its cabinet.
public struct YooKassaMerchantWord: Sendable, Hashable {
    /// What it is of.
    public enum Kind: String, Sendable, Hashable {
        case refund, receipt
    }

    /// What was seen in the cabinet.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It is done.
        case succeeded
        /// It is not, and will not be.
        case canceled
    }

    public var kind: Kind
    /// The refund's or the receipt's id here.
    public var subject: String
    public var outcome: Outcome
    /// On whose word.
    public var actor: String
    /// Milliseconds since 1970.
    public var at: Int64

    static let table = Migration(
        "2026-11-yookassa-words",
        [
            """
            CREATE TABLE yookassa_words (
                kind TEXT NOT NULL CHECK (kind IN ('refund', 'receipt')),
                subject TEXT NOT NULL,
                payment_id TEXT NOT NULL,
                outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'canceled')),
                actor TEXT NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (kind, subject))
            """,
            "CREATE INDEX yookassa_words_by_payment ON yookassa_words (payment_id)",
        ])

    /// What was not known is known now: it is no difference any more.
    func insert(ofPayment id: String, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO yookassa_words (kind, subject, payment_id, outcome, actor, at) VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(kind.rawValue), .text(subject), .text(id), .text(outcome.rawValue), .text(actor), .integer(at),
            ])
        let field = kind == .refund ? YooKassaDifference.refund : YooKassaDifference.receipt
        try YooKassaDifference.resolve(subject, field, at: at, in: sql)
    }

    /// The oldest first.
    static func all(ofPayment id: String, in sql: any SQLSession) throws -> [YooKassaMerchantWord] {
        try sql.all(
            """
            SELECT kind, subject, outcome, actor, at FROM yookassa_words WHERE payment_id = $1
            ORDER BY at, kind, subject
            """, [.text(id)]
        ) { row in
            YooKassaMerchantWord(
                kind: row.text(0).flatMap(Kind.init(rawValue:)) ?? .refund, subject: row.text(1) ?? "",
                outcome: row.text(2).flatMap(Outcome.init(rawValue:)) ?? .canceled, actor: row.text(3) ?? "",
                at: row.integer(4) ?? 0)
        }
    }
}

/// Why somebody's word on a refund or a receipt is not taken.
public enum YooKassaSettlingRefusal: Error, Sendable, Hashable {
    /// There is none of that id.
    case notFound
    /// YooKassa is still asked about it.
    case underWay
    /// It ended otherwise: its state.
    case ended(String)
}
