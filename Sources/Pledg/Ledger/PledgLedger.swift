import Payments
import Specification
import Storage

/// The rules, inside a storage transaction: what a payment of a share, or the time, makes of its purchase. Each change
/// of a purchase begins with its row locked, so of two that meet the second sees what the first made of it.
///
/// Source: pledg.md 6, 8, 9
struct PledgLedger: Sendable {
    let configuration: PledgConfiguration
    let specification: PledgSpecification
    /// Numbers of `transaction.yaml`.
    let reasons: [PledgSpecification.Reason: Int64]

    /// The purchase with all that belongs to it, as one storage transaction sees it.
    struct Scene {
        let session: any PaymentSession
        let service: TransactionService
        let now: Int64
        var purchase: PledgPurchase

        var sql: any SQLSession { session.sql }

        func shares() throws -> [PledgShare] { try PledgShare.all(of: purchase.id, in: sql) }
    }

    /// Nil: there is none of that id.
    func scene(
        _ purchaseID: String, _ session: any PaymentSession, _ service: TransactionService
    ) throws -> Scene? {
        guard let purchase = try PledgPurchase.lock(purchaseID, in: session.sql) else { return nil }
        return Scene(session: session, service: service, now: service.clock.now, purchase: purchase)
    }

    // MARK: The leader's money

    /// The leader's money is secured: the time of the pledgers begins.
    ///
    /// - Parameter securedAt: milliseconds since 1970.
    func activate(_ scene: inout Scene, _ attempt: PledgAttempt, _ model: PledgPurchase.Model, securedAt: Int64) throws
    {
        let sql = scene.sql
        var purchase = scene.purchase
        let deadline = securedAt + specification.timers.collecting
        purchase.phase = .collecting
        purchase.model = model
        purchase.securedAt = securedAt
        purchase.deadline = deadline
        purchase.advanceID = attempt.transactionID
        guard try purchase.move(from: [.draft], dueAt: dueAt(purchase), in: sql) else { return }
        scene.purchase = purchase
        var shares = try scene.shares()
        for index in shares.indices {
            if shares[index].role == .pledger {
                try openShare(shares[index], scene)
            } else if model == .charge || shares[index].amount == 0 {
                shares[index].state = .successfull
                shares[index].paidAt = securedAt
                shares[index].transactionID = attempt.transactionID
                try shares[index].update(in: sql)
            }
        }
        let pledgers = shares.filter { $0.role == .pledger }
        if let leader = shares.first(where: { $0.role == .leader }), !pledgers.isEmpty {
            try write(.summary24, to: leader, at: securedAt + after(.summary24), scene)
        }
        try announceSecured(scene)
        if pledgers.isEmpty { try completeIfPaid(&scene) }
    }

    /// An order, a link, an invitation and its reminders for a pledger.
    func openShare(_ share: PledgShare, _ scene: Scene) throws {
        let purchase = scene.purchase
        let order = Order.oneTime(
            id: PledgID.order(), amount: Money(minor: share.amount, currency: purchase.amount.currency),
            description: purchase.title, createdAt: scene.now)
        guard try scene.session.insertOrder(order) else { throw CorruptPurchase() }
        try PledgPart(orderID: order.id, purchaseID: purchase.id, shareID: share.id, role: .share).insert(in: scene.sql)
        _ = try PledgLink.make(
            .pledger, share: share.id, of: purchase.id, configuration.linkSecret, at: scene.now, in: scene.sql)
        let secured = purchase.securedAt ?? scene.now
        try write(.invitation, to: share, at: scene.now, scene)
        for (kind, reminder) in PledgMail.Kind.reminders where secured + after(reminder) > scene.now {
            try write(kind, to: share, at: secured + after(reminder), scene)
        }
    }

    private func after(_ reminder: PledgSpecification.Reminder) -> Int64 { specification.reminders[reminder] ?? 0 }

    /// When a purchase whose leader has paid is to be looked at: at its deadline, or before its hold ends.
    func dueAt(_ purchase: PledgPurchase) -> Int64? {
        guard let deadline = purchase.deadline else { return purchase.draftUntil }
        guard purchase.model == .hold, let holdUntil = purchase.holdUntil,
            holdUntil < deadline + specification.timers.holdMargin
        else { return deadline }
        return min(deadline, holdUntil - specification.timers.holdGuard)
    }

    // MARK: The end

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

    /// 1 → 2.
    func succeed(_ scene: inout Scene, _ shares: [PledgShare]) throws {
        scene.purchase.phase = .succeeded
        scene.purchase.endedAt = scene.now
        guard try scene.purchase.move(from: [.collecting, .closing, .capturing], dueAt: nil, in: scene.sql) else {
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
        guard try scene.purchase.move(from: open, dueAt: nil, in: scene.sql) else { return }
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
            try reimburse(paid, scene)
            try cover(&scene)
        case .hold:
            try wish(.capture, scene.purchase.amount.minor - paid, scene)
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
        let purchase = scene.purchase
        let key = PledgGateway.coverKey(purchase.id)
        let question = AccountQuestion(
            gateway: PledgGateway.name, purpose: .create, fields: ["order_id": purchase.reference],
            reference: purchase.reference, amount: purchase.amount)
        let command = CreateCommand(
            key: key, externalTime: scene.now, account: PledgGateway.account(purchase.reference, purchase.id),
            question: question, deadline: nil, holdsOrderFromCreation: true)
        // The merchant withdrew the order meanwhile, or changed what it asks for: then it is his to clear up.
        guard case .success(let created) = try scene.service.create(command, in: scene.session),
            case .success = try scene.service.perform(key, in: scene.session)
        else { return }
        scene.purchase.coverID = created.transaction.id
        _ = try scene.purchase.move(from: [.failed], dueAt: nil, in: scene.sql)
    }
}

extension [PledgShare] {
    /// What the pledgers paid themselves, minor units.
    var pledgersPaid: Int64 {
        reduce(0) { sum, share in
            share.role == .pledger && share.state == .successfull && !share.isCovered ? sum + share.amount : sum
        }
    }
}

extension PaymentSession {
    /// - Returns: false if the id is taken.
    func insertOrder(_ order: Order) throws -> Bool { try SQLPaymentSession(sql: sql).insert(order) }
}
