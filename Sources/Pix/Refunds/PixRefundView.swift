import Payments
import Storage

/// Money of a payment that is to go back, or went back, as the merchant sees it.
public struct PixRefundView: Sendable, Hashable {
    /// On whose wish.
    public enum Origin: String, Sendable, Hashable, CaseIterable {
        /// The merchant asked.
        case merchant
        /// Money that no charge asked for.
        case policy
        /// The bank was forced to, or somebody asked it elsewhere.
        case forced
    }

    /// How far it has come.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// The bank has not been asked.
        case waiting
        /// The bank may have been asked, and what it did is not known.
        case asked
        /// The bank is at it.
        case processing
        /// The money is back.
        case done
        /// The bank will not, or cannot: somebody has to look.
        case refused

        /// Whether nothing is done about it any more.
        public var isEnd: Bool { self == .done || self == .refused }
    }

    /// Of the payment.
    public var e2eID: String
    /// Unique among the refunds of its payment.
    public var id: String
    /// Our own number of the charge's transaction.
    public var transactionID: Int64
    /// Centavos.
    public var amount: Int64
    /// On whose wish.
    public var origin: Origin
    /// How far it has come.
    public var state: State
    /// The bank's word for why it was forced: `MED_FRAUDE`; nil: none came.
    public var nature: String?
    /// Why it was refused, or why it is not done yet; nil: there is nothing to say.
    public var note: String?
    /// Milliseconds since 1970.
    public var requestedAt: Int64
    /// When it was done or refused, milliseconds since 1970; nil: it is under way.
    public var settledAt: Int64?

    fileprivate static let columns = """
        e2e_id, refund_id, transaction_id, amount, origin, state, nature, note, requested_at, settled_at
        """

    fileprivate static func read(_ row: any SQLRow) -> PixRefundView {
        PixRefundView(
            e2eID: row.text(0) ?? "", id: row.text(1) ?? "", transactionID: row.integer(2) ?? 0,
            amount: row.integer(3) ?? 0, origin: row.text(4).flatMap(Origin.init(rawValue:)) ?? .forced,
            state: row.text(5).flatMap(State.init(rawValue:)) ?? .asked, nature: row.text(6), note: row.text(7),
            requestedAt: row.integer(8) ?? 0, settledAt: row.integer(9))
    }
}

/// A payment of which more is held than its charge asked for, and of which nothing of that is on its way back.
public struct PixHeldMoney: Sendable, Hashable {
    /// The payment.
    public var receipt: PixReceipt
    /// Centavos that no charge asked for.
    public var amount: Int64
}

extension PixRefunds {
    /// Everything that is to go back of a transaction's payments, or went back, the oldest first.
    ///
    /// - Parameter id: our own number of the transaction.
    /// - Throws: `StorageFailure`.
    public func list(ofTransaction id: Int64) async throws -> [PixRefundView] {
        try await context.store.engine.read(.scan) { sql in
            try sql.all(
                """
                SELECT \(PixRefundView.columns) FROM pix_refunds WHERE transaction_id = $1
                ORDER BY requested_at, e2e_id, refund_id
                """, [.integer(id)], PixRefundView.read)
        }
    }

    /// Payments that came twice, late, or with too little or too much in them, and whose money is held: it neither
    /// went back nor is it about to. The oldest first.
    ///
    /// - Parameters:
    ///   - limit: how many at the most.
    ///   - offset: how many of the oldest to leave out.
    /// - Throws: `StorageFailure`.
    public func held(limit: Int64 = 100, offset: Int64 = 0) async throws -> [PixHeldMoney] {
        // Of what is too much, that part goes back first: what is kept is the transaction's.
        let names = PixReceipt.columns.split(separator: ", ").map { "r.\($0)" }
        let columns = names.joined(separator: ", ")
        return try await context.store.engine.read(.scan) { sql in
            try sql.all(
                """
                SELECT \(columns), r.amount - r.reserved - r.refunded
                    - CASE WHEN r.standing = 'overpaid' THEN t.amount ELSE 0 END
                FROM pix_receipts r JOIN transactions t ON t.id = r.transaction_id
                WHERE r.standing <> 'paid' AND r.amount - r.reserved - r.refunded
                    - CASE WHEN r.standing = 'overpaid' THEN t.amount ELSE 0 END > 0
                ORDER BY r.recorded_at, r.e2e_id LIMIT $1 OFFSET $2
                """, [.integer(limit), .integer(offset)]
            ) { PixHeldMoney(receipt: PixReceipt.read($0), amount: $0.integer(names.count) ?? 0) }
        }
    }
}
