import Payments

// What is held and not taken is let go by the gateway itself, or should be.
extension PledgLedger {
    /// How long a gateway may take to let go what it did not take, until it is asked, milliseconds.
    static let restMilliseconds: Int64 = 3_600_000

    /// What was to be let go was taken, and not by us: the leader gets it back.
    ///
    /// - Returns: false if nothing can be written down for that, or if some of it went back already: how much is missing
    ///   then, only a person can say.
    func restWasTaken(_ movement: PledgMovement, _ scene: Scene) throws -> Bool {
        let others = try PledgMovement.all(of: scene.purchase.id, in: scene.sql)
        guard var attempt = try PledgAttempt.find(movement.transactionID, in: scene.sql), attempt.state == .succeeded,
            attempt.returned == 0, attempt.available >= movement.amount,
            !others.contains(where: { $0.kind == .reimbursement }),
            try PledgMovement.reimburse(instead: movement.id, dueAt: scene.now, in: scene.sql)
        else { return false }
        attempt.reserved += movement.amount
        try attempt.update(in: scene.sql)
        return true
    }
}
