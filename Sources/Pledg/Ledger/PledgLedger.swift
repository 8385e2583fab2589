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
