public import Payments
import Specification
import Storage

extension PledgGateway {
    /// Calls a purchase off before its end: everybody who paid gets all of it back. A repeat changes nothing.
    ///
    /// - Parameter actor: on whose word, for the journal.
    /// - Returns: the purchase, or why it cannot be called off any more.
    public func cancel(_ id: String, actor: String) async throws -> Result<PledgPurchaseView, PledgRefusal> {
        let refusal = try await context.change(id) { ledger, scene -> PledgRefusal? in
            switch scene.purchase.phase {
            case .draft, .collecting, .closing, .capturing:
                try ledger.fail(&scene, .cancelled, .refundAll, actor: actor)
                return nil
            case .failed where scene.purchase.reason == .cancelled: return nil
            case .failed, .succeeded: return .phase(scene.purchase.phase)
            }
        }
        guard let refusal else { return .failure(.notFound) }
        if let refusal { return .failure(refusal) }
        return try await view(id).map(Result.success) ?? .failure(.notFound)
    }

    /// Gives back what was bought, wholly or in part: to each in proportion to what he paid, or as the merchant says.
    ///
    /// The state stays SUCCESSFULL; ``PledgPurchaseView/refundedAmount`` grows as the money goes back.
    /// - Parameters:
    ///   - amount: minor units; nil: all that is left. Of no meaning with `members`.
    ///   - members: minor units for members, by their e-mail addresses; nil: in proportion.
    ///   - key: the same refund asked for twice is one; nil: it is the same as an equal one of which a part waits, and
    ///     else another.
    ///   - actor: on whose word, for the journal.
    ///   - alongside: rows of the caller's own; not for a repeat.
    /// - Returns: how much is on its way, minor units.
    public func refund(
        _ id: String, amount: Int64? = nil, members: [String: Int64]? = nil, key: String?, actor: String,
        alongside: Alongside? = nil
    ) async throws -> Result<Int64, PledgRefusal> {
        guard key?.isEmpty != true else { return .failure(.field("key", "a text that is not empty")) }
        let request = key.map(PledgRefundRequest.key) ?? .plain
        return try await refund(id, amount, members, request, actor: actor, alongside: alongside).map(\.amount)
    }

    /// - Parameter request: how a repeat is known.
    /// - Returns: how much is on its way, minor units, and whether it was before.
    func refund(
        _ id: String, _ amount: Int64?, _ members: [String: Int64]?, _ request: PledgRefundRequest, actor: String,
        alongside: Alongside?
    ) async throws -> Result<(amount: Int64, isRepeat: Bool), PledgRefusal> {
        let purchase = try await context.store.engine.read(.point) { try PledgPurchase.find(id, in: $0) }
        guard let purchase else { return .failure(.notFound) }
        let transaction = try await context.service.find(purchase.coverID == nil ? purchase.key : Self.coverKey(id))
        if let transaction, case .refuse = try await context.service.mayRefund(transaction) {
            return .failure(.order(.refundRefused()))
        }
        let result = try await context.change(id) {
            ledger, scene -> Result<(amount: Int64, isRepeat: Bool), PledgRefusal> in
            let movements = try PledgMovement.all(of: id, in: scene.sql)
            let name = request.name(of: id, amount, members, among: movements)
            let known = movements.filter { $0.request == name }
            guard known.isEmpty else { return .success((known.reduce(0) { $0 + $1.amount }, true)) }
            let result = try ledger.refund(amount, members, name, actor, &scene)
            if let alongside, let transaction, case .success = result { try alongside(transaction, scene.sql) }
            return result.map { ($0, false) }
        }
        return result ?? .failure(.notFound)
    }
}

extension PledgLedger {
    /// Writes down what goes back to each.
    func refund(
        _ amount: Int64?, _ members: [String: Int64]?, _ request: String, _ actor: String, _ scene: inout Scene
    ) throws -> Result<Int64, PledgRefusal> {
        guard try scene.purchase.phase == .succeeded || isCovered(scene) else {
            return .failure(.phase(scene.purchase.phase))
        }
        let purses = try purses(scene)
        let left = purses.reduce(0) { $0 + $1.paid - $1.returned }
        let parts: [Int64]
        if let members {
            let wanted: [String: Int64]
            switch byAddress(members) {
            case .success(let amounts): wanted = amounts
            case .failure(let refusal): return .failure(refusal)
            }
            guard wanted.keys.allSatisfy({ key in purses.contains { $0.email.key == key } }) else {
                return .failure(.member)
            }
            parts = purses.map { wanted[$0.email.key] ?? 0 }
            guard zip(parts, purses).allSatisfy({ (0...max(0, $1.paid - $1.returned)).contains($0) }) else {
                return .failure(.refundAmount(left: left))
            }
        } else {
            let divided = ProportionalRefund.divide(
                amount ?? left, paid: purses.map(\.paid), returned: purses.map(\.returned))
            guard let divided else { return .failure(.refundAmount(left: left)) }
            parts = divided
        }
        guard let sum = parts.checkedSum, sum > 0 else { return .failure(.refundAmount(left: left)) }
        for (part, purse) in zip(parts, purses) where part > 0 {
            try reserve(.refund, part, purse.attempt, actor: actor, request: request, scene)
        }
        return .success(sum)
    }

    /// By what addresses are compared by. Two spellings of one are no two members, and which amount is meant is unknown.
    private func byAddress(_ members: [String: Int64]) -> Result<[String: Int64], PledgRefusal> {
        var amounts: [String: Int64] = [:]
        var spellings: [String: String] = [:]
        for (spelling, amount) in members.sorted(by: { $0.key < $1.key }) {
            let key = PledgAddress.key(spelling, specification.limits)
            if let other = spellings.updateValue(spelling, forKey: key) {
                return .failure(.memberTwice(other, spelling))
            }
            amounts[key] = amount
        }
        return .success(amounts)
    }

    /// What each payer has in the purchase; the leader's part is what he was not reimbursed.
    private struct Purse {
        var email: PledgAddress
        var attempt: PledgAttempt
        var paid: Int64
        var returned: Int64
    }

    private func purses(_ scene: Scene) throws -> [Purse] {
        let shares = try scene.shares()
        let movements = try PledgMovement.all(of: scene.purchase.id, in: scene.sql)
        return try shares.compactMap { share in
            let isLeader = share.role == .leader
            guard let id = isLeader ? scene.purchase.advanceID : share.transactionID, isLeader || !share.isCovered,
                let attempt = try PledgAttempt.find(id, in: scene.sql), attempt.state == .succeeded
            else { return nil }
            let before = movements.filter { $0.transactionID == id && $0.kind != .refund && $0.kind != .capture }
                .reduce(Int64(0)) { $0 + $1.amount }
            let refunds = movements.filter { $0.transactionID == id && $0.kind == .refund }
                .reduce(Int64(0)) { $0 + $1.amount }
            let paid = max(0, attempt.amount - before)
            return Purse(
                email: share.email, attempt: attempt, paid: paid,
                returned: max(refunds, paid - attempt.available))
        }
    }
}

extension PledgGateway {
    /// Somebody has given back by hand what no gateway could.
    ///
    /// - Parameters:
    ///   - id: of the movement.
    ///   - purchaseID: of its purchase; nil: whichever it is.
    ///   - actor: on whose word.
    /// - Returns: false if that was said before; nil if nothing is to be done by hand under that id.
    public func settleByHand(_ id: String, of purchaseID: String? = nil, actor: String) async throws -> Bool? {
        let movement = try await context.store.engine.read(.point) { try PledgMovement.find(id, in: $0) }
        guard let movement, purchaseID == nil || movement.purchaseID == purchaseID else { return nil }
        return try await context.change(movement.purchaseID) { ledger, scene -> Bool? in
            guard let movement = try PledgMovement.find(id, in: scene.sql), movement.reserves,
                movement.state == .operator || movement.state == .done,
                var attempt = try PledgAttempt.find(movement.transactionID, in: scene.sql)
            else { return nil }
            guard movement.state == .operator else { return false }
            attempt.reserved -= min(movement.amount, attempt.reserved)
            attempt.byHand += min(movement.amount, attempt.available)
            try attempt.update(in: scene.sql)
            try ledger.settle(movement, attempt, &scene)
            return true
        } ?? nil
    }
}
