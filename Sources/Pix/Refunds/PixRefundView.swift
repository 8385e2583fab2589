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

    static let columns = """
        e2e_id, refund_id, transaction_id, amount, origin, state, nature, note, requested_at, settled_at
        """

    static func read(_ row: any SQLRow) -> PixRefundView {
        PixRefundView(
            e2eID: row.text(0) ?? "", id: row.text(1) ?? "", transactionID: row.integer(2) ?? 0,
            amount: row.integer(3) ?? 0, origin: row.text(4).flatMap(Origin.init(rawValue:)) ?? .forced,
            state: row.text(5).flatMap(State.init(rawValue:)) ?? .asked, nature: row.text(6), note: row.text(7),
            requestedAt: row.integer(8) ?? 0, settledAt: row.integer(9))
    }

    static func find(_ id: String, of e2eID: String, in sql: any SQLSession) throws -> PixRefundView? {
        try sql.first(
            "SELECT \(columns) FROM pix_refunds WHERE e2e_id = $1 AND refund_id = $2", [.text(e2eID), .text(id)],
            read)
    }

    /// One of the merchant's that is under way and asks for as much; nil: for whatever.
    static func open(_ amount: Int64?, of e2eID: String, in sql: any SQLSession) throws -> PixRefundView? {
        try sql.all(
            """
            SELECT \(columns) FROM pix_refunds WHERE e2e_id = $1 AND origin = 'merchant'
            AND state IN ('waiting', 'asked', 'processing') ORDER BY requested_at, refund_id
            """, [.text(e2eID)], read
        ).first { amount == nil || $0.amount == amount }
    }
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
}
