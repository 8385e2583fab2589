import Payments
import Specification

// What becomes of payments of this gateway's orders.
extension PledgLedger {
    /// Somebody begins to pay.
    ///
    /// - Throws: `Rejection.orderNotPayable` if it is too late for that, whoever has noticed already.
    func begun(_ transaction: Transaction, _ part: PledgPart, _ scene: Scene) throws {
        guard try mayPay(part, scene.purchase, at: scene.now, in: scene.session) else {
            throw Rejection.orderNotPayable
        }
        _ = try attempt(transaction, part, scene)
    }

    /// Whether somebody may begin to pay that at this moment, milliseconds since 1970.
    func mayPay(
        _ part: PledgPart, _ purchase: PledgPurchase, at now: Int64, in session: any PaymentSession
    ) throws -> Bool {
        switch part.role {
        case .advance: return purchase.phase == .draft && now < purchase.draftUntil
        case .share:
            guard purchase.phase == .collecting, let deadline = purchase.deadline, now < deadline,
                let share = try PledgShare.find(part.shareID, in: session.sql)
            else { return false }
            return share.removedAt == nil && share.state == .initialized
        }
    }

    /// Whether money that is being taken is of use: not too late, not twice, not on its way back, and as much as is
    /// asked for now.
    func counts(_ news: TransactionNews, _ part: PledgPart, _ scene: Scene) throws -> Bool {
        let attempt = try attempt(news.transaction, part, scene)
        let paidAt = Self.paidAt(news)
        switch part.role {
        case .advance:
            if attempt.state == .held, attempt.transactionID == scene.purchase.advanceID { return true }
            return scene.purchase.phase == .draft && !news.goesBack && paidAt < scene.purchase.draftUntil
        case .share:
            guard !news.goesBack, [.collecting, .closing].contains(scene.purchase.phase),
                let deadline = scene.purchase.deadline, paidAt < deadline,
                let share = try PledgShare.find(part.shareID, in: scene.sql)
            else { return false }
            // A payment that kept nobody off may be of what the share was before the leader changed it.
            return share.removedAt == nil && share.state == .initialized && attempt.amount == share.amount
        }
    }

    /// Nobody pays after the moment at which we hear of it.
    private static func paidAt(_ news: TransactionNews) -> Int64 {
        min(news.transaction.performTime, news.at)
    }

    /// The attempt of a transaction; made if it was not noticed before.
    func attempt(_ transaction: Transaction, _ part: PledgPart, _ scene: Scene) throws -> PledgAttempt {
        if let known = try PledgAttempt.find(transaction.id, in: scene.sql) { return known }
        let isOpen = transaction.state == .created && transaction.holdsOrder
        let attempt = PledgAttempt(
            transactionID: transaction.id, purchaseID: part.purchaseID, shareID: part.shareID, role: part.role,
            state: isOpen ? .open : .waiting, amount: transaction.amount.minor, reserved: 0, returned: 0,
            payerEmail: try PledgShare.find(part.shareID, in: scene.sql)?.payerEmail)
        try attempt.insert(at: scene.now, in: scene.sql)
        return attempt
    }

    /// A gateway holds money for us: good for the leader's, which is needed later. Others hold at their own risk.
    ///
    /// - Parameter end: when the hold ends, milliseconds since 1970; nil: nobody knows.
    func held(
        _ transaction: Transaction, _ part: PledgPart, _ scene: inout Scene, until end: Int64?
    ) throws {
        guard transaction.state == .created, transaction.phase == Transaction.authorizedPhase else { return }
        var attempt = try attempt(transaction, part, scene)
        guard part.role == .advance, attempt.state == .waiting || attempt.state == .open else { return }
        attempt.state = .held
        try attempt.update(in: scene.sql)
        guard scene.purchase.phase == .draft, scene.now < scene.purchase.draftUntil else {
            return try PledgMovement.new(.release, attempt.amount, of: attempt, at: scene.now)
                .insert(dueAt: scene.now, in: scene.sql)
        }
        // A gateway gives no time of authorisation: ours counts.
        scene.purchase.holdUntil = end
        try activate(&scene, attempt, .hold, securedAt: scene.now)
    }

    /// The money was taken. It is in time if it was paid before the deadline, however late we hear of it.
    func paid(_ news: TransactionNews, _ part: PledgPart, _ scene: inout Scene) throws {
        var attempt = try attempt(news.transaction, part, scene)
        guard try counts(news, part, scene) else { return try stray(attempt, scene) }
        let paidAt = Self.paidAt(news)
        switch part.role {
        case .advance where attempt.state == .held && attempt.transactionID == scene.purchase.advanceID:
            if news.goesBack { try securedNothing(&scene) }
            try captured(attempt, &scene)
        case .advance:
            attempt.state = .succeeded
            try attempt.update(in: scene.sql)
            try activate(&scene, attempt, .charge, securedAt: paidAt)
        case .share:
            guard var share = try PledgShare.find(part.shareID, in: scene.sql) else { throw CorruptPurchase() }
            attempt.state = .succeeded
            try attempt.update(in: scene.sql)
            share.state = .successfull
            share.paidAt = paidAt
            share.transactionID = attempt.transactionID
            try share.update(in: scene.sql)
            try completeIfPaid(&scene)
        }
    }

    /// The leader's money is gone, or on its way back.
    private func securedNothing(_ scene: inout Scene) throws {
        switch scene.purchase.phase {
        // What was to secure everything is gone.
        case .collecting, .closing, .capturing: try fail(&scene, .holdLost, .refundAll)
        // And here, what was to cover the rest.
        case .failed: try coverFailed(&scene)
        case .draft, .succeeded: break
        }
    }

    /// A payment came to nothing. The share stays open, and another may be tried.
    func ended(_ transaction: Transaction, _ part: PledgPart, _ scene: inout Scene) throws {
        var attempt = try attempt(transaction, part, scene)
        let wasHeld = attempt.state == .held
        attempt.state = .ended
        try attempt.update(in: scene.sql)
        guard wasHeld else { return }
        let open = try PledgMovement.open(ofTransaction: attempt.transactionID, in: scene.sql)
        let release = open.first { $0.kind == .release }
        if let release { try settle(release, attempt, &scene) }
        // A second payment of the leader's secures nothing.
        guard attempt.transactionID == scene.purchase.advanceID else { return }
        for movement in open where movement.kind == .capture {
            _ = try PledgMovement.move(
                movement.id, from: [.waiting, .accepted], to: .done, settledAt: scene.now, dueAt: nil,
                note: "the hold is gone", in: scene.sql)
        }
        try securedNothing(&scene)
        if scene.purchase.phase == .failed { try leaderPaysNothing(attempt, scene) }
    }

    /// What secured a purchase that failed was let go: so ends the leader's share, too. Source: pledg.md 8.2
    private func leaderPaysNothing(_ attempt: PledgAttempt, _ scene: Scene) throws {
        guard attempt.transactionID == scene.purchase.advanceID,
            var leader = try PledgShare.find(attempt.shareID, in: scene.sql), leader.state == .initialized
        else { return }
        leader.state = .failed
        try leader.update(in: scene.sql)
    }

    /// The purchase's own transaction was called off, or ran out of time, and not by us: the purchase follows it.
    func follow(_ news: TransactionNews, _ session: any PaymentSession, _ service: TransactionService) throws {
        guard news.change == .cancelled || news.change == .expired, !PledgGateway.isCover(news.transaction.key),
            var scene = try scene(news.transaction.key.externalID, session, service)
        else { return }
        switch scene.purchase.phase {
        case .draft, .collecting, .closing, .capturing: try fail(&scene, .cancelled, .refundAll)
        case .succeeded, .failed: break
        }
    }

    /// Tells the merchant's receiver what became of the purchase, in the storage transaction in which it did.
    func announce(_ news: TransactionNews, _ session: any PaymentSession, _ service: TransactionService) throws {
        // What the leader covered is given back by its own transaction; nothing else of that is news.
        let isBack = news.change == .refunded || news.change == .partlyRefunded
        guard let journalID = news.journalID, isBack || !PledgGateway.isCover(news.transaction.key) else { return }
        for target in service.targets where service.orderTargets.contains(target) {
            try session.enqueue(
                target: target, topic: .group, journalID: journalID, transaction: news.transaction, at: news.at)
        }
    }

    /// The same of the leader's money.
    func announceSecured(_ scene: Scene) throws {
        let targets = scene.service.targets.filter(scene.service.orderTargets.contains)
        guard !targets.isEmpty, let transaction = try scene.session.transaction(id: scene.purchase.transactionID),
            let journalID = try scene.sql.first(
                "SELECT max(id) FROM journal WHERE transaction_id = $1", [.integer(transaction.id)],
                { $0.integer(0) }) ?? nil
        else { return }
        for target in targets {
            try scene.session.enqueue(
                target: target, topic: .secured, journalID: journalID, transaction: transaction, at: scene.now)
        }
    }
}
