import Payments

/// Money that goes back, is taken from what is held, or is let go. Each is asked for with its own id, which never
/// changes.
struct PledgMovement: Sendable, Hashable {
    enum Kind: String, Sendable {
        /// To the leader, once, at the end: what the others paid of what he advanced.
        case reimbursement
        /// To each who paid for a purchase that failed.
        case `return`
        /// Of money that came too late or twice.
        case stray
        /// Wished by the merchant after success.
        case refund
        /// Went back without our doing.
        case foreign
        /// Taken from what is held for the leader.
        case capture
        /// The hold, or what is left of it, is let go.
        case release
    }

    enum State: String, Sendable {
        /// The gateway is still to be asked.
        case waiting
        /// The gateway has it to do.
        case accepted
        case done
        /// Somebody has to do it by hand.
        case `operator`
    }

    var id: String
    var purchaseID: String
    var shareID: String
    var transactionID: Int64
    var kind: Kind
    /// Minor units.
    var amount: Int64
    var state: State
    /// The merchant's key, if he wished it.
    var request: String?
    /// On whose word.
    var actor: String
    /// Milliseconds since 1970.
    var requestedAt: Int64
    var attempts: Int64
    var note: String?

    /// Whether its amount is reserved in the payment.
    var reserves: Bool {
        switch kind {
        case .reimbursement, .return, .stray, .refund: true
        case .foreign, .capture, .release: false
        }
    }

    /// Whether a gateway was asked for it, whatever became of that: what is noted of a movement that waits is said of
    /// its attempts alone.
    var isAsked: Bool { note != nil }

    static let columns = """
        id, purchase_id, share_id, transaction_id, kind, amount, state, request, actor, requested_at, attempts, note
        """

    static func read(_ row: any SQLRow) throws -> PledgMovement {
        guard let kind = row.text(4).flatMap(Kind.init(rawValue:)),
            let state = row.text(6).flatMap(State.init(rawValue:))
        else { throw CorruptPurchase() }
        return PledgMovement(
            id: row.text(0) ?? "", purchaseID: row.text(1) ?? "", shareID: row.text(2) ?? "",
            transactionID: row.integer(3) ?? 0, kind: kind, amount: row.integer(5) ?? 0, state: state,
            request: row.text(7), actor: row.text(8) ?? "", requestedAt: row.integer(9) ?? 0,
            attempts: row.integer(10) ?? 0, note: row.text(11))
    }

    /// What a movement of a payment is, at its beginning.
    static func new(
        _ kind: Kind, _ amount: Int64, of attempt: PledgAttempt, actor: String = PledgGateway.name,
        request: String? = nil, at now: Int64
    ) -> PledgMovement {
        PledgMovement(
            id: PledgID.movement(), purchaseID: attempt.purchaseID, shareID: attempt.shareID,
            transactionID: attempt.transactionID, kind: kind, amount: amount, state: .waiting, request: request,
            actor: actor, requestedAt: now, attempts: 0)
    }

    /// Which of these a gateway tells of when it says that so much went back, minor units: one, or several in one word;
    /// rather those that it has to do. Empty: none of them.
    static func coming(to amount: Int64, _ open: [PledgMovement]) -> [PledgMovement] {
        let likely = open.filter { $0.state == .accepted } + open.filter { $0.state != .accepted }
        if let one = likely.first(where: { $0.amount == amount }) { return [one] }
        // Bounded: each more doubles the ways.
        return sum(amount, likely.prefix(12)) ?? []
    }

    private static func sum(_ amount: Int64, _ open: ArraySlice<PledgMovement>) -> [PledgMovement]? {
        guard amount > 0 else { return amount == 0 ? [] : nil }
        guard let first = open.first else { return nil }
        if let rest = sum(amount - first.amount, open.dropFirst()) { return [first] + rest }
        return sum(amount, open.dropFirst())
    }

    static func find(_ id: String, in sql: any SQLSession) throws -> PledgMovement? {
        try sql.first("SELECT \(columns) FROM pledg_movements WHERE id = $1", [.text(id)], read)
    }

    static func all(of purchaseID: String, in sql: any SQLSession) throws -> [PledgMovement] {
        try sql.all(
            "SELECT \(columns) FROM pledg_movements WHERE purchase_id = $1 ORDER BY requested_at, id",
            [.text(purchaseID)], read)
    }

    static func open(ofTransaction id: Int64, in sql: any SQLSession) throws -> [PledgMovement] {
        try sql.all(
            """
            SELECT \(columns) FROM pledg_movements WHERE transaction_id = $1
            AND state IN ('waiting', 'accepted', 'operator') ORDER BY requested_at, id
            """, [.integer(id)], read)
    }

    /// Those that are due and stand behind no other of their payment, the oldest first.
    static func due(at now: Int64, limit: Int64, in sql: any SQLSession) throws -> [PledgMovement] {
        try sql.all(
            """
            SELECT \(columns) FROM pledg_movements WHERE due_at IS NOT NULL AND due_at <= $1
            AND (state <> 'waiting' OR NOT EXISTS (
                SELECT 1 FROM pledg_movements o WHERE o.transaction_id = pledg_movements.transaction_id
                AND o.state = 'accepted'))
            ORDER BY due_at, requested_at, id LIMIT $2
            """, [.integer(now), .integer(limit)], read)
    }

    static func nextDue(after now: Int64, in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT min(due_at) FROM pledg_movements WHERE due_at > $1", [.integer(now)]) {
            $0.integer(0)
        } ?? nil
    }

    /// - Parameter dueAt: nil: nobody looks at it any more.
    func insert(dueAt: Int64?, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO pledg_movements (
                id, purchase_id, share_id, transaction_id, kind, amount, state, request, actor, requested_at, due_at,
                attempts, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)
            """,
            [
                .text(id), .text(purchaseID), .text(shareID), .integer(transactionID), .text(kind.rawValue),
                .integer(amount), .text(state.rawValue), .optional(request), .text(actor), .integer(requestedAt),
                .optional(dueAt), .optional(note),
            ])
    }

    /// - Returns: false if it stands elsewhere.
    static func move(
        _ id: String, from old: [State], to state: State, settledAt: Int64? = nil, dueAt: Int64?, note: String? = nil,
        in sql: any SQLSession
    ) throws -> Bool {
        let states = old.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try sql.execute(
            """
            UPDATE pledg_movements SET state = $1, settled_at = $2, due_at = $3, note = coalesce($4, note)
            WHERE id = $5 AND state IN (\(states))
            """,
            [.text(state.rawValue), .optional(settledAt), .optional(dueAt), .optional(note), .text(id)]) == 1
    }

    /// What a gateway was to let go by itself it has taken: so it is to be given back.
    ///
    /// - Returns: false if that is not so any more.
    static func reimburse(instead id: String, dueAt: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            UPDATE pledg_movements SET kind = 'reimbursement', state = 'waiting', due_at = $1
            WHERE id = $2 AND kind = 'release' AND state = 'accepted'
            """, [.integer(dueAt), .text(id)]) == 1
    }

    static func postpone(_ id: String, dueAt: Int64, note: String?, in sql: any SQLSession) throws {
        try sql.execute(
            """
            UPDATE pledg_movements SET due_at = $1, attempts = attempts + 1, note = coalesce($2, note)
            WHERE id = $3 AND due_at IS NOT NULL
            """, [.integer(dueAt), .optional(note), .text(id)])
    }

    /// Its gateway is about to be asked: from now on nobody knows that it was not.
    static func noteAsked(_ id: String, in sql: any SQLSession) throws {
        try sql.execute(
            "UPDATE pledg_movements SET note = 'asked' WHERE id = $1 AND note IS NULL AND state = 'waiting'",
            [.text(id)])
    }

    static func silence(_ id: String, in sql: any SQLSession) throws {
        try sql.execute("UPDATE pledg_movements SET due_at = NULL WHERE id = $1", [.text(id)])
    }
}
