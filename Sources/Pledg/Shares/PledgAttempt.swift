import Payments

/// A payment of one of this gateway's orders, through whatever gateway.
struct PledgAttempt: Sendable, Hashable {
    enum State: String, Sendable {
        /// It was begun, and keeps nobody else from paying.
        case waiting
        /// It was begun, and keeps others off.
        case open
        /// The gateway holds the money for us.
        case held
        case succeeded
        /// Paid too late or too often: the money goes back.
        case stray
        /// It came to nothing.
        case ended
    }

    var transactionID: Int64
    var purchaseID: String
    var shareID: String
    var role: PledgPart.Role
    var state: State
    /// Minor units.
    var amount: Int64
    /// What is to go back, minor units.
    var reserved: Int64
    /// What went back, minor units.
    var returned: Int64
    /// What somebody gave back by hand, minor units.
    var byHand: Int64 = 0
    /// Of who pays, if it is not the member himself.
    var payerEmail: PledgAddress?

    /// What is left of it, minor units.
    var available: Int64 { amount - reserved - returned - byHand }

    static let columns = """
        transaction_id, purchase_id, share_id, role, state, amount, reserved, returned, by_hand, payer_email
        """

    static func read(_ row: any SQLRow) throws -> PledgAttempt {
        guard let role = row.text(3).flatMap(PledgPart.Role.init(rawValue:)),
            let state = row.text(4).flatMap(State.init(rawValue:))
        else { throw CorruptPurchase() }
        return PledgAttempt(
            transactionID: row.integer(0) ?? 0, purchaseID: row.text(1) ?? "", shareID: row.text(2) ?? "", role: role,
            state: state, amount: row.integer(5) ?? 0, reserved: row.integer(6) ?? 0, returned: row.integer(7) ?? 0,
            byHand: row.integer(8) ?? 0, payerEmail: row.text(9).map(PledgAddress.init(stored:)))
    }

    static func find(_ transactionID: Int64, in sql: any SQLSession) throws -> PledgAttempt? {
        try sql.first(
            "SELECT \(columns) FROM pledg_attempts WHERE transaction_id = $1", [.integer(transactionID)], read)
    }

    static func all(of purchaseID: String, in sql: any SQLSession) throws -> [PledgAttempt] {
        try sql.all(
            "SELECT \(columns) FROM pledg_attempts WHERE purchase_id = $1 ORDER BY transaction_id",
            [.text(purchaseID)], read)
    }

    /// Somebody is about to pay, and keeps others off.
    static func hasOpen(share id: String, in sql: any SQLSession) throws -> Bool {
        try sql.first(
            "SELECT 1 FROM pledg_attempts WHERE share_id = $1 AND state IN ('open', 'held')", [.text(id)]
        ) { _ in true } ?? false
    }

    func insert(at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO pledg_attempts (
                transaction_id, purchase_id, share_id, role, state, amount, reserved, returned, by_hand, at,
                payer_email)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)
            """,
            [
                .integer(transactionID), .text(purchaseID), .text(shareID), .text(role.rawValue),
                .text(state.rawValue), .integer(amount), .integer(reserved), .integer(returned), .integer(now),
                .optional(payerEmail?.text),
            ])
    }

    /// - Throws: what the engine reports if more is to go back than was paid, or a second payment of a share is to
    ///   count: the database keeps both.
    func update(in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pledg_attempts SET state = $1, reserved = $2, returned = $3, by_hand = $4 WHERE transaction_id = $5
            """,
            [
                .text(state.rawValue), .integer(reserved), .integer(returned), .integer(byHand),
                .integer(transactionID),
            ])
    }
}
