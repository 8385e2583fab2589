public import Payments

/// What became of a payout at some moment, and on whose word: an entry of its journal.
public struct PixPayoutChange: Sendable, Hashable {
    /// Milliseconds since 1970.
    public var at: Int64
    public var from: TransactionState
    public var to: TransactionState
    /// `pix`: the bank's word; else who said so here.
    public var actor: String

    func insert(_ reference: String, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO pix_payout_journal (reference, at, from_state, to_state, actor) VALUES ($1, $2, $3, $4, $5)
            """,
            [
                .text(reference), .integer(at), .integer(from.rawValue), .integer(to.rawValue), .text(actor),
            ])
    }

    /// The oldest first.
    static func all(of reference: String, in sql: any SQLSession) throws -> [PixPayoutChange] {
        try sql.all(
            "SELECT at, from_state, to_state, actor FROM pix_payout_journal WHERE reference = $1 ORDER BY id",
            [.text(reference)]
        ) { row in
            PixPayoutChange(
                at: row.integer(0) ?? 0, from: row.integer(1).flatMap(TransactionState.init(rawValue:)) ?? .created,
                to: row.integer(2).flatMap(TransactionState.init(rawValue:)) ?? .created, actor: row.text(3) ?? "")
        }
    }
}
