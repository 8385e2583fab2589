import Payments

/// Money of a payment that is to go back, from the request to the bank's last word.
struct PixRefund: Sendable, Hashable {
    typealias Origin = PixRefundView.Origin
    typealias State = PixRefundView.State

    var e2eID: String
    /// Chosen by us, or by who else asked the bank.
    var id: String
    var transactionID: Int64
    /// Centavos.
    var amount: Int64
    var origin: Origin
    /// On whose word.
    var actor: String
    var state: State
    /// Milliseconds since 1970.
    var requestedAt: Int64
    /// How often the bank was asked, or could not be.
    var attempts: Int64
    /// How often the bank said no: what it could not be asked, or did not answer, is none of these.
    var refusals: Int64 = 0

    static let columns =
        "e2e_id, refund_id, transaction_id, amount, origin, actor, state, requested_at, attempts, refusals"

    static func read(_ row: any SQLRow) -> PixRefund {
        PixRefund(
            e2eID: row.text(0) ?? "", id: row.text(1) ?? "", transactionID: row.integer(2) ?? 0,
            amount: row.integer(3) ?? 0, origin: row.text(4).flatMap(Origin.init(rawValue:)) ?? .forced,
            actor: row.text(5) ?? "", state: row.text(6).flatMap(State.init(rawValue:)) ?? .asked,
            requestedAt: row.integer(7) ?? 0, attempts: row.integer(8) ?? 0,
            refusals: row.integer(9) ?? 0)
    }

    static func find(_ id: String, of e2eID: String, in sql: any SQLSession) throws -> PixRefund? {
        try sql.first(
            "SELECT \(columns) FROM pix_refunds WHERE e2e_id = $1 AND refund_id = $2", [.text(e2eID), .text(id)],
            read)
    }

    /// Writes the intent down and takes the money from what is left of the payment.
    ///
    /// - Throws: what the engine reports if there is not that much left: the database keeps the sum.
    func insert(in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO pix_refunds (
                e2e_id, refund_id, transaction_id, amount, origin, actor, state, requested_at, due_at, attempts)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
            """,
            [
                .text(e2eID), .text(id), .integer(transactionID), .integer(amount), .text(origin.rawValue),
                .text(actor), .text(state.rawValue), .integer(requestedAt), .integer(requestedAt),
            ])
        try sql.execute(
            "UPDATE pix_receipts SET reserved = reserved + $1 WHERE e2e_id = $2", [.integer(amount), .text(e2eID)])
    }
}
