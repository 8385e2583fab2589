import Payments
public import Storage

/// Something of Pix's that somebody should look at, and that stays so until somebody does.
public struct PixMatter: Sendable, Hashable {
    /// `held_money`, `refund_refused`, `refund_under_way`, `payout_in_doubt`.
    public var kind: String
    /// The payment's id, or the payout's reference.
    public var subject: String
    /// What it is about: why, and the amount.
    public var detail: String
    /// Since when, milliseconds since 1970.
    public var at: Int64

    /// How long a refund may take until somebody should look, milliseconds.
    private static let stuckMilliseconds: Int64 = 3 * 86_400_000

    /// All that stands so now, of each kind the oldest first.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - limit: of each kind.
    /// - Throws: `StorageFailure`.
    public static func all(in store: Store, at now: Int64, limit: Int64 = 100) async throws -> [PixMatter] {
        try await store.engine.read(.scan) { sql in
            let held = try PixHeldMoney.all(limit: limit, offset: 0, in: sql).map { held in
                PixMatter(
                    kind: "held_money", subject: held.receipt.e2eID,
                    detail: "\(held.receipt.standing.rawValue) \(text(held.amount))", at: held.receipt.paidAt)
            }
            let refused = try sql.all(
                """
                SELECT f.e2e_id, f.amount, f.settled_at FROM pix_refunds f
                JOIN transactions t ON t.id = f.transaction_id
                WHERE f.state = 'refused' AND f.origin = 'merchant' AND t.phase = $1
                ORDER BY f.settled_at, f.refund_id LIMIT $2
                """, [.text(PixRefunds.refusedPhase), .integer(limit)]
            ) { matter("refund_refused", $0) }
            let stuck = try sql.all(
                """
                SELECT e2e_id, amount, requested_at FROM pix_refunds WHERE due_at IS NOT NULL AND requested_at < $1
                ORDER BY requested_at, refund_id LIMIT $2
                """, [.integer(now - stuckMilliseconds), .integer(limit)]
            ) { matter("refund_under_way", $0) }
            let doubtful = try sql.all(
                """
                SELECT reference, amount, requested_at, attention FROM pix_payouts WHERE attention IS NOT NULL
                ORDER BY requested_at, reference LIMIT $1
                """, [.integer(limit)]
            ) { matter("payout_in_doubt", $0, why: $0.text(3)) }
            return held + refused + stuck + doubtful
        }
    }

    private static func matter(_ kind: String, _ row: any SQLRow, why: String? = nil) -> PixMatter {
        let amount = text(row.integer(1) ?? 0)
        return PixMatter(
            kind: kind, subject: row.text(0) ?? "", detail: why.map { "\($0) \(amount)" } ?? amount,
            at: row.integer(2) ?? 0)
    }

    private static func text(_ amount: Int64) -> String { "\(Money(minor: amount, currency: .brl))" }
}
