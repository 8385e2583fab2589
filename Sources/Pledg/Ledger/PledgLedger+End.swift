import Payments
import Specification

// How a purchase ends, and what becomes of the money then.
extension PledgLedger {
    /// Everybody has paid: the purchase comes to its good end, or what is held is taken first.
    func completeIfPaid(_ scene: inout Scene) throws {
        let shares = try scene.shares()
        guard [.collecting, .closing].contains(scene.purchase.phase),
            !shares.contains(where: { $0.role == .pledger && $0.state != .successfull })
        else { return }
        let reimbursed = shares.pledgersPaid
        switch scene.purchase.model {
        case .charge:
            try succeed(&scene, shares)
            try reimburse(reimbursed, scene)
        case .hold:
            let kept = scene.purchase.amount.minor - reimbursed
            guard kept > 0 else {
                try succeed(&scene, shares)
                return try wish(.release, scene.purchase.amount.minor, scene)
            }
            scene.purchase.phase = .capturing
            guard try scene.purchase.move(from: [.collecting, .closing], dueAt: nil, in: scene.sql) else { return }
            try PledgPart.withdraw(of: scene.purchase.id, at: scene.now, in: scene.sql)
            try wish(.capture, kept, scene)
        }
    }

    /// When a purchase that has ended is to be looked at: at once, if payments under way are to be called off.
    func dueAfterEnd(_ scene: Scene) throws -> Int64? {
        let attempts = try PledgAttempt.all(of: scene.purchase.id, in: scene.sql)
        return attempts.contains { $0.state == .waiting || $0.state == .open } ? scene.now : nil
    }

    /// 1 → 2.
    func succeed(_ scene: inout Scene, _ shares: [PledgShare]) throws {
        scene.purchase.phase = .succeeded
        scene.purchase.endedAt = scene.now
        let dueAt = try dueAfterEnd(scene)
        guard try scene.purchase.move(from: [.collecting, .closing, .capturing], dueAt: dueAt, in: scene.sql) else {
            return
        }
        guard case .success = try scene.service.perform(scene.purchase.key, in: scene.session) else {
            throw CorruptPurchase()
        }
        for var share in shares where share.state == .initialized {
            share.state = .successfull
            share.paidAt = scene.now
            try share.update(in: scene.sql)
        }
        try PledgPart.withdraw(of: scene.purchase.id, at: scene.now, in: scene.sql)
        for share in shares { try write(.final, to: share, at: scene.now, scene) }
    }

    /// 1 → -1, for good.
    ///
    /// - Parameters:
    ///   - settlement: what becomes of the money; nil: as the merchant chose.
    ///   - actor: on whose word; nil: this gateway's.
    func fail(
        _ scene: inout Scene, _ reason: PledgSpecification.Reason,
        _ settlement: PledgConfiguration.OnFailure? = nil, actor: String? = nil
    ) throws {
        let wasSecured = scene.purchase.securedAt != nil
        scene.purchase.phase = .failed
        scene.purchase.reason = reason
        scene.purchase.settlement = wasSecured ? settlement ?? scene.purchase.onFailure : .refundAll
        scene.purchase.endedAt = scene.now
        let open: [PledgSpecification.Phase] = [.draft, .collecting, .closing, .capturing]
        let dueAt = try dueAfterEnd(scene)
        guard try scene.purchase.move(from: open, dueAt: dueAt, in: scene.sql) else { return }
        guard
            case .success = try scene.service.callOff(
                scene.purchase.key, reason: reasons[reason], actor: actor, in: scene.session)
        else { throw CorruptPurchase() }
        let shares = try scene.shares()
        for var share in shares where share.state == .initialized && (share.role == .pledger || !wasSecured) {
            share.state = .failed
            try share.update(in: scene.sql)
        }
        try PledgPart.withdraw(of: scene.purchase.id, at: scene.now, in: scene.sql)
        for share in shares where wasSecured || share.role == .leader {
            try write(.final, to: share, at: scene.now, scene)
        }
        guard wasSecured else { return }
        switch scene.purchase.settlement ?? .refundAll {
        case .leaderCovers: try letLeaderCover(&scene, shares)
        case .refundAll: try returnAll(scene)
        }
    }

    private func letLeaderCover(_ scene: inout Scene, _ shares: [PledgShare]) throws {
        let paid = shares.pledgersPaid
        switch scene.purchase.model {
        case .charge:
            // The merchant withdrew the order meanwhile, or changed what it asks for: nobody pays for nothing.
            guard try keepOrder(&scene) else { return try coverFailed(&scene) }
            try reimburse(paid, scene)
            try cover(&scene)
        case .hold:
            // The order is kept for him until what is held is taken: nobody else pays it meanwhile.
            guard try keepOrder(&scene) else { return try coverFailed(&scene) }
            try wish(.capture, scene.purchase.amount.minor - paid, scene)
        }
    }

    /// The leader was to pay for those who have not, and what was held of his money cannot be taken, or the order does
    /// not take it: then nobody pays. The purchase has failed either way.
    func coverFailed(_ scene: inout Scene) throws {
        guard scene.purchase.settlement == .leaderCovers, try !isCovered(scene) else { return }
        scene.purchase.settlement = .refundAll
        guard try scene.purchase.move(from: [.failed], dueAt: dueAfterEnd(scene), in: scene.sql) else { return }
        if scene.purchase.coverID != nil {
            let key = PledgGateway.coverKey(scene.purchase.id)
            _ = try scene.service.callOff(key, reason: reasons[.captureFailed], in: scene.session)
        }
        try returnAll(scene)
        // Who has read that the order stays paid hears that it does not.
        for share in try scene.shares() where try isToldOfEnd(share, scene) {
            try write(.correction, to: share, at: scene.now, scene)
        }
    }

    private func returnAll(_ scene: Scene) throws {
        for attempt in try PledgAttempt.all(of: scene.purchase.id, in: scene.sql) {
            switch attempt.state {
            case .succeeded: try reserve(.return, attempt.available, attempt, scene)
            case .held: try wish(.release, attempt.amount, scene)
            case .waiting, .open, .stray, .ended: break
            }
        }
    }

    /// The merchant's order stays paid by the leader: by a transaction of its own, for the purchase's is called off.
    func cover(_ scene: inout Scene) throws {
        guard case .success = try scene.service.perform(PledgGateway.coverKey(scene.purchase.id), in: scene.session)
        else { throw CorruptPurchase() }
    }

    /// Whether the leader's own transaction pays the order, or has paid it.
    func isCovered(_ scene: Scene) throws -> Bool {
        guard let id = scene.purchase.coverID, let cover = try scene.session.transaction(id: id) else { return false }
        return cover.state == .performed || cover.state == .cancelledAfterPerform
    }

    /// Nobody but the leader pays the order from now on.
    ///
    /// - Returns: false if it cannot be paid any more.
    private func keepOrder(_ scene: inout Scene) throws -> Bool {
        let purchase = scene.purchase
        let question = AccountQuestion(
            gateway: PledgGateway.name, purpose: .create, fields: ["order_id": purchase.reference],
            reference: purchase.reference, amount: purchase.amount)
        let command = CreateCommand(
            key: PledgGateway.coverKey(purchase.id), externalTime: scene.now,
            account: PledgGateway.account(purchase.reference, purchase.id), question: question, deadline: nil,
            holdsOrderFromCreation: true)
        guard case .success(let created) = try scene.service.create(command, in: scene.session) else { return false }
        scene.purchase.coverID = created.transaction.id
        return try scene.purchase.move(from: [.failed], dueAt: dueAfterEnd(scene), in: scene.sql)
    }
}
