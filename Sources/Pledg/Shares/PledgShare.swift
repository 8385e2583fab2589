import Payments

/// What one member of a group pays. Never shown outside the pages.
struct PledgShare: Sendable, Hashable {
    enum Role: String, Sendable { case leader, pledger }

    enum State: String, Sendable {
        case initialized = "INITIALIZED"
        case successfull = "SUCCESSFULL"
        case failed = "FAILED"
    }

    var id: String
    var purchaseID: String
    var position: Int64
    var role: Role
    var email: PledgAddress
    /// Minor units.
    var amount: Int64
    var state: State
    /// The leader paid it for its member.
    var isCovered: Bool
    /// The payment.
    var transactionID: Int64?
    /// Who paid, if it was another than the member.
    var payerEmail: PledgAddress?
    /// Milliseconds since 1970, as are all times here.
    var paidAt: Int64?
    var declinedAt: Int64?
    var bouncedAt: Int64?
    /// He wants no reminders.
    var mutedAt: Int64?
    var removedAt: Int64?

    static let columns = """
        id, purchase_id, position, role, email, amount, state, covered, transaction_id, payer_email, paid_at, \
        declined_at, bounced_at, muted_at, removed_at
        """

    static func read(_ row: any SQLRow) throws -> PledgShare {
        guard let role = row.text(3).flatMap(Role.init(rawValue:)),
            let state = row.text(6).flatMap(State.init(rawValue:))
        else { throw CorruptPurchase() }
        return PledgShare(
            id: row.text(0) ?? "", purchaseID: row.text(1) ?? "", position: row.integer(2) ?? 0, role: role,
            email: PledgAddress(stored: row.text(4) ?? ""), amount: row.integer(5) ?? 0, state: state,
            isCovered: row.integer(7) == 1, transactionID: row.integer(8),
            payerEmail: row.text(9).map(PledgAddress.init(stored:)), paidAt: row.integer(10),
            declinedAt: row.integer(11), bouncedAt: row.integer(12), mutedAt: row.integer(13),
            removedAt: row.integer(14))
    }

    static func find(_ id: String, in sql: any SQLSession) throws -> PledgShare? {
        try sql.first("SELECT \(columns) FROM pledg_shares WHERE id = $1", [.text(id)], read)
    }

    /// Those that count, the leader's first.
    static func all(of purchaseID: String, in sql: any SQLSession) throws -> [PledgShare] {
        try sql.all(
            """
            SELECT \(columns) FROM pledg_shares WHERE purchase_id = $1 AND removed_at IS NULL
            ORDER BY position, id
            """, [.text(purchaseID)], read)
    }

    /// - Returns: false if another member has the address.
    func insert(in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO pledg_shares (id, purchase_id, position, role, email, email_key, amount, state, covered)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING
            """,
            [
                .text(id), .text(purchaseID), .integer(position), .text(role.rawValue), .text(email.text),
                .text(email.key), .integer(amount), .text(state.rawValue),
            ]) == 1
    }

    /// Stores what may change.
    func update(in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pledg_shares SET amount = $1, state = $2, covered = $3, transaction_id = $4, payer_email = $5,
                paid_at = $6, declined_at = $7, bounced_at = $8, muted_at = $9, removed_at = $10
            WHERE id = $11
            """,
            [
                .integer(amount), .text(state.rawValue), .integer(isCovered ? 1 : 0), .optional(transactionID),
                .optional(payerEmail?.text), .optional(paidAt), .optional(declinedAt), .optional(bouncedAt),
                .optional(mutedAt), .optional(removedAt), .text(id),
            ])
    }

    /// The pledgers of a draft are chosen anew.
    static func removePledgers(of purchaseID: String, in sql: any SQLSession) throws {
        try sql.execute(
            "DELETE FROM pledg_shares WHERE purchase_id = $1 AND role = 'pledger'", [.text(purchaseID)])
    }
}

/// An order that this gateway made.
struct PledgPart: Sendable, Hashable {
    enum Role: String, Sendable {
        /// The whole amount, for the leader.
        case advance
        /// A share, for a pledger.
        case share
    }

    var orderID: String
    var purchaseID: String
    var shareID: String
    var role: Role

    static func read(_ row: any SQLRow) throws -> PledgPart {
        guard let role = row.text(3).flatMap(Role.init(rawValue:)) else { throw CorruptPurchase() }
        return PledgPart(
            orderID: row.text(0) ?? "", purchaseID: row.text(1) ?? "", shareID: row.text(2) ?? "", role: role)
    }

    static func find(order id: String, in sql: any SQLSession) throws -> PledgPart? {
        try sql.first(
            "SELECT order_id, purchase_id, share_id, role FROM pledg_orders WHERE order_id = $1", [.text(id)], read)
    }

    static func find(share id: String, in sql: any SQLSession) throws -> PledgPart? {
        try sql.first(
            "SELECT order_id, purchase_id, share_id, role FROM pledg_orders WHERE share_id = $1", [.text(id)], read)
    }

    func insert(in sql: any SQLSession) throws {
        try sql.execute(
            "INSERT INTO pledg_orders (order_id, purchase_id, share_id, role) VALUES ($1, $2, $3, $4)",
            [.text(orderID), .text(purchaseID), .text(shareID), .text(role.rawValue)])
    }

    /// Nobody begins to pay these orders any more. One that was paid stays as it is.
    static func withdraw(of purchaseID: String, share: String? = nil, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE orders SET cancelled_at = $1 WHERE cancelled_at IS NULL AND id IN (
                SELECT order_id FROM pledg_orders WHERE purchase_id = $2 AND (share_id = $3 OR $3 IS NULL))
            AND NOT EXISTS (
                SELECT 1 FROM transactions t WHERE t.order_id = orders.id AND t.state = 2 AND t.holds_order = 1)
            """, [.integer(now), .text(purchaseID), .optional(share)])
    }
}
