import Payments
import Specification
import Storage

// What the leader may change while the group pays: only what nobody has paid. The total never changes.
extension PledgGateway {
    /// The leader pays what the others have not: the purchase comes to its good end. What was taken of him is enough
    /// for it; he gets back less.
    public func coverRest(_ token: String) async throws -> Result<Void, PledgRefusal> {
        try await lead(token) { ledger, scene in
            guard scene.purchase.phase == .collecting else { return .failure(.phase(scene.purchase.phase)) }
            guard scene.now < (scene.purchase.deadline ?? 0) else { return .failure(.tooLate) }
            for var share in try scene.shares() where share.role == .pledger && share.state == .initialized {
                share.state = .successfull
                share.isCovered = true
                share.paidAt = scene.now
                try share.update(in: scene.sql)
            }
            try ledger.completeIfPaid(&scene)
            return .success(())
        }
    }

    /// Another member takes an unpaid share over, or the same with another address. The old link is dead.
    public func replace(_ token: String, _ shareID: String, email: String) async throws -> Result<Void, PledgRefusal> {
        let address: PledgAddress
        do {
            address = try PledgAddress(email, context.specification.limits)
        } catch {
            return .failure(.address(error))
        }
        return try await lead(token) { ledger, scene in
            let old: PledgShare
            switch try Self.changeable(shareID, scene) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let share): old = share
            }
            try Self.remove(old, scene)
            let new = PledgShare(
                id: PledgID.share(), purchaseID: old.purchaseID, position: old.position, role: .pledger,
                email: address, amount: old.amount, state: .initialized, isCovered: false)
            guard try new.insert(in: scene.sql) else { return .failure(.address(.duplicate)) }
            try PledgPurchase.recount(scene.purchase.id, in: scene.sql)
            try ledger.openShare(new, scene)
            // Where no e-mail is sent it is the shop that sends the new link.
            if !ledger.configuration.sendsMail { try ledger.announceSecured(scene) }
            return .success(())
        }
    }

    /// Moves an unpaid share, or a part of it, to the leader or to another who has not paid. A member whose whole share
    /// is moved is out; his link is dead.
    ///
    /// - Parameters:
    ///   - amount: minor units; nil: all of it.
    ///   - target: the share that takes it; nil: the leader's.
    public func reassign(
        _ token: String, _ shareID: String, amount: Int64? = nil, to target: String? = nil
    ) async throws -> Result<Void, PledgRefusal> {
        try await lead(token) { ledger, scene in
            var source: PledgShare
            switch try Self.changeable(shareID, scene) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let share): source = share
            }
            let moved = amount ?? source.amount
            let least = ledger.specification.minimumShare(scene.purchase.amount.currency.code)
            guard moved > 0, moved <= source.amount, moved == source.amount || source.amount - moved >= least else {
                return .failure(.split(.tooSmall(member: 0, amount: source.amount - moved, minimum: least)))
            }
            var receiver: PledgShare
            if let target {
                guard target != shareID else { return .failure(.member) }
                switch try Self.changeable(target, scene) {
                case .failure(let refusal): return .failure(refusal)
                case .success(let share): receiver = share
                }
            } else {
                guard let leader = try scene.shares().first(where: { $0.role == .leader }) else {
                    return .failure(.member)
                }
                receiver = leader
            }
            guard receiver.amount + moved >= least else {
                return .failure(.split(.tooSmall(member: 0, amount: receiver.amount + moved, minimum: least)))
            }
            if moved == source.amount {
                try Self.remove(source, scene)
            } else {
                source.amount -= moved
                try Self.store(source, scene)
            }
            receiver.amount += moved
            try Self.store(receiver, scene)
            try PledgPurchase.recount(scene.purchase.id, in: scene.sql)
            // Perhaps his was the last that was missing.
            try ledger.completeIfPaid(&scene)
            return .success(())
        }
    }

    /// A pledger's share that may be changed: nobody has paid it, or is about to.
    private static func changeable(
        _ id: String, _ scene: PledgLedger.Scene
    ) throws -> Result<PledgShare, PledgRefusal> {
        guard scene.purchase.phase == .collecting else { return .failure(.phase(scene.purchase.phase)) }
        guard scene.now < (scene.purchase.deadline ?? 0) else { return .failure(.tooLate) }
        guard let share = try PledgShare.find(id, in: scene.sql), share.purchaseID == scene.purchase.id,
            share.role == .pledger, share.removedAt == nil
        else { return .failure(.member) }
        guard share.state == .initialized else { return .failure(.paid) }
        guard try !PledgAttempt.hasOpen(share: id, in: scene.sql) else { return .failure(.underWay) }
        return .success(share)
    }

    private static func remove(_ share: PledgShare, _ scene: PledgLedger.Scene) throws {
        var share = share
        share.removedAt = scene.now
        try share.update(in: scene.sql)
        try PledgLink.revoke(share: share.id, at: scene.now, in: scene.sql)
        try PledgPart.withdraw(of: scene.purchase.id, share: share.id, at: scene.now, in: scene.sql)
    }

    /// The order of a share asks for what the share is.
    private static func store(_ share: PledgShare, _ scene: PledgLedger.Scene) throws {
        try share.update(in: scene.sql)
        guard share.role == .pledger, let part = try PledgPart.find(share: share.id, in: scene.sql) else { return }
        let session = SQLPaymentSession(sql: scene.sql)
        guard var order = try session.order(part.orderID) else { throw CorruptPurchase() }
        order.amount?.minor = share.amount
        try session.update(order, termsChangedAt: scene.now)
    }
}
