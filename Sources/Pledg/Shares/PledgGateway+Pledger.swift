public import Payments
public import Specification
import Storage

/// What a pledger's page shows: his own share, and nothing of the others.
public struct PledgPledgerView: Sendable, Hashable {
    /// Where his share stands.
    public enum Standing: Sendable, Hashable {
        /// It can be paid.
        case open
        /// Somebody is paying it at this moment.
        case underWay
        case paid
        /// He said that he will not pay; he may still.
        case declined
        /// The time is up, or the purchase has come to its end: nothing can be done any more.
        case over
    }

    /// What became of his share. Nothing of anybody else's.
    public enum Ending: Sendable, Hashable {
        /// He paid it, and it stays paid.
        case paid
        /// The leader paid it for him.
        case covered
        /// He paid it, and all of it goes back, or is back.
        case returned
        /// He paid it, and the merchant has to give it back by hand.
        case byHand
        /// Nobody paid it.
        case unpaid
    }

    public var standing: Standing
    /// When it is over; nil: it is not, or payments on their way are still asked about.
    public var ending: Ending?
    /// Why the purchase failed; nil: it did not, or not yet.
    public var reason: PledgSpecification.Reason?
    /// The leader's name, or his masked address; empty when it is over.
    public var organiser: String
    public var title: String?
    /// What he pays.
    public var amount: Money
    /// Before that, milliseconds since 1970.
    public var deadline: Int64
    public var language: String?
    /// While he may pay.
    public var choices: [PledgChoice]
}

extension PledgGateway {
    /// What a pledger sees; nil: nobody has such a link. Changes nothing: a scanner that opens links does no harm.
    public func pledgerView(_ token: String) async throws -> PledgPledgerView? {
        let (ledger, now) = (context.ledger, context.now)
        let found = try await context.store.engine.read(.scan) { sql -> PledgPledgerView? in
            guard let link = try PledgLink.find(token: token, .pledger, in: sql),
                let purchase = try PledgPurchase.find(link.purchaseID, in: sql),
                let share = try PledgShare.find(link.shareID, in: sql), let deadline = purchase.deadline
            else { return nil }
            let standing: PledgPledgerView.Standing
            if purchase.phase != .collecting || now >= deadline || share.removedAt != nil {
                standing = .over
            } else if share.state == .successfull {
                standing = .paid
            } else if try PledgAttempt.hasOpen(share: share.id, in: sql) {
                standing = .underWay
            } else {
                standing = share.declinedAt == nil ? .open : .declined
            }
            let isOver = standing == .over
            return PledgPledgerView(
                standing: standing, ending: isOver ? try Self.ending(share, purchase, in: sql) : nil,
                reason: purchase.reason,
                organiser: isOver ? "" : ledger.organiser(purchase, try PledgShare.all(of: purchase.id, in: sql)),
                title: isOver ? nil : purchase.title,
                amount: Money(minor: isOver ? 0 : share.amount, currency: purchase.amount.currency),
                deadline: deadline, language: purchase.language, choices: [])
        }
        guard var view = found else { return nil }
        if view.standing == .open || view.standing == .declined {
            view.choices = context.choices(view.amount.currency, deadline: view.deadline, advance: nil, pledged: nil)
        }
        return view
    }

    /// Somebody with a pledger's link is about to pay his share.
    ///
    /// - Parameter payerEmail: of who pays, if it is another: he is told if the money goes back.
    public func startShare(
        _ token: String, gateway name: String, payerEmail: String? = nil
    ) async throws -> Result<PledgStart, PledgRefusal> {
        let context = context
        var payer: PledgAddress?
        if let payerEmail {
            do {
                payer = try PledgAddress(payerEmail, context.specification.limits)
            } catch {
                return .failure(.address(error))
            }
        }
        let address = payer
        return try await command(token, .pledger) { _, scene, link in
            let purchase = scene.purchase
            guard purchase.phase == .collecting, let deadline = purchase.deadline else {
                return .failure(.phase(purchase.phase))
            }
            guard scene.now < deadline else { return .failure(.tooLate) }
            guard var share = try PledgShare.find(link.shareID, in: scene.sql), share.removedAt == nil,
                let part = try PledgPart.find(share: share.id, in: scene.sql)
            else { return .failure(.link) }
            guard share.state == .initialized else { return .failure(.paid) }
            guard try !PledgAttempt.hasOpen(share: share.id, in: scene.sql) else { return .failure(.underWay) }
            let gateways = context.money.gateways(for: purchase.amount.currency)
            guard let gateway = gateways.first(where: { $0.name == name }) else { return .failure(.noGateway) }
            share.payerEmail = address.flatMap { $0.key == share.email.key ? nil : $0 }
            share.declinedAt = nil
            try share.update(in: scene.sql)
            let back = PledgReturn(
                purchaseID: purchase.id, shareID: share.id, gateway: name, createdAt: scene.now)
            return .success(
                PledgStart(
                    orderID: part.orderID, amount: Money(minor: share.amount, currency: purchase.amount.currency),
                    title: purchase.title, gateway: name, deadline: deadline,
                    isLastCall: context.isLastCall(gateway, deadline: deadline), wantsHold: false,
                    returnToken: try back.insert(in: scene.sql)))
        }
    }

    /// A pledger will not pay. His share stays open; the leader is told.
    public func decline(_ token: String) async throws -> Result<Void, PledgRefusal> {
        try await command(token, .pledger) { ledger, scene, link in
            guard scene.purchase.phase == .collecting else { return .failure(.phase(scene.purchase.phase)) }
            guard var share = try PledgShare.find(link.shareID, in: scene.sql) else { return .failure(.link) }
            guard share.state == .initialized else { return .failure(.paid) }
            guard share.declinedAt == nil else { return .success(()) }
            share.declinedAt = scene.now
            try share.update(in: scene.sql)
            if let leader = try scene.shares().first(where: { $0.role == .leader }) {
                try ledger.write(.declined, to: leader, about: share.id, at: scene.now, scene)
            }
            return .success(())
        }
    }

    /// A pledger wants no reminders. The final notice comes all the same.
    public func muteReminders(_ token: String) async throws -> Result<Void, PledgRefusal> {
        try await command(token, .pledger) { _, scene, link in
            guard scene.purchase.phase == .collecting else { return .failure(.phase(scene.purchase.phase)) }
            guard scene.now < (scene.purchase.deadline ?? 0) else { return .failure(.tooLate) }
            guard var share = try PledgShare.find(link.shareID, in: scene.sql) else { return .failure(.link) }
            share.mutedAt = share.mutedAt ?? scene.now
            try share.update(in: scene.sql)
            return .success(())
        }
    }
}
