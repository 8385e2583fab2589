public import Payments
import Specification
import Storage

/// Where a payer comes back to from a gateway's page.
///
/// Gateways read, send and keep that address, so it opens nothing: it says how the payment stands that it was made for,
/// and nobody can do anything by it. Only its hash is stored.
///
/// Source: pledg.md 7
public struct PledgReturnView: Sendable, Hashable {
    /// What is known of the payment.
    public enum Standing: Sendable, Hashable {
        /// It is not known yet whether it went through.
        case checking
        case paid
        /// It came, and does not count: it goes back.
        case stray
        /// It came to nothing.
        case ended
    }

    public var standing: Standing
    public var isLeader: Bool
    /// As the merchant gave it; nil: nobody said.
    public var language: String?
    /// The payment that is not known of yet, for its gateway to be asked at once; nil: there is none.
    public var transaction: Transaction?
}

extension PledgGateway {
    /// How the payment stands that a return address was made for; nil: nobody has such an address. Changes nothing.
    public func returnView(_ token: String) async throws -> PledgReturnView? {
        // 24 bytes are 32 characters; what is longer is not hashed.
        guard token.utf8.count == 32 else { return nil }
        return try await context.store.engine.read(.scan) { sql in
            guard let address = try PledgReturn.find(token, in: sql),
                let purchase = try PledgPurchase.find(address.purchaseID, in: sql),
                let share = try PledgShare.find(address.shareID, in: sql)
            else { return nil }
            let attempts = try address.attempts(in: sql)
            let waiting = attempts.last { $0.state == .waiting || $0.state == .open }
            let standing: PledgReturnView.Standing
            if attempts.contains(where: { $0.state == .succeeded || $0.state == .held }) {
                standing = .paid
            } else if waiting != nil {
                standing = .checking
            } else if let last = attempts.last {
                standing = last.state == .stray ? .stray : .ended
            } else {
                // It may be told of any moment, until the end.
                standing = purchase.phase == .succeeded || purchase.phase == .failed ? .ended : .checking
            }
            return PledgReturnView(
                standing: standing, isLeader: share.role == .leader, language: purchase.language,
                transaction: standing == .checking
                    ? try waiting.flatMap { try SQLPaymentSession(sql: sql).transaction(id: $0.transactionID) } : nil)
        }
    }
}

/// A return address, as it is stored.
struct PledgReturn: Sendable, Hashable {
    var purchaseID: String
    var shareID: String
    var gateway: String
    /// Milliseconds since 1970.
    var createdAt: Int64

    /// Makes an address for a payment that is about to begin.
    ///
    /// - Returns: its token.
    func insert(in sql: any SQLSession) throws -> String {
        let token = PledgID.nonce()
        try sql.execute(
            "INSERT INTO pledg_returns (hash, purchase_id, share_id, gateway, created_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .text(PledgID.hash(token)), .text(purchaseID), .text(shareID), .text(gateway), .integer(createdAt),
            ])
        return token
    }

    static func find(_ token: String, in sql: any SQLSession) throws -> PledgReturn? {
        try sql.first(
            "SELECT purchase_id, share_id, gateway, created_at FROM pledg_returns WHERE hash = $1",
            [.text(PledgID.hash(token))]
        ) { row in
            PledgReturn(
                purchaseID: row.text(0) ?? "", shareID: row.text(1) ?? "", gateway: row.text(2) ?? "",
                createdAt: row.integer(3) ?? 0)
        }
    }

    /// The payments that may be the one: some gateways begin theirs only after the payer got there.
    func attempts(in sql: any SQLSession) throws -> [PledgAttempt] {
        let ids = try sql.all(
            """
            SELECT a.transaction_id FROM pledg_attempts a JOIN transactions t ON t.id = a.transaction_id
            WHERE a.share_id = $1 AND t.gateway = $2 AND a.at >= $3 ORDER BY a.transaction_id
            """, [.text(shareID), .text(gateway), .integer(createdAt)]
        ) { $0.integer(0) ?? 0 }
        return try ids.compactMap { try PledgAttempt.find($0, in: sql) }
    }
}
