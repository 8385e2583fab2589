public import Payments
public import Specification
import Storage

/// A member as the leader names him.
public struct PledgMember: Sendable, Hashable {
    public var email: String

    /// - Parameter email: checked when it is stored.
    public init(email: String) {
        self.email = email
    }
}

/// What the leader's page shows.
public struct PledgLeaderView: Sendable, Hashable {
    /// A member, the leader first.
    public struct Member: Sendable, Hashable {
        public var id: String
        public var email: String
        public var isLeader: Bool
        public var amount: Money
        public var state: String
        public var isPaid: Bool
        public var isCovered: Bool
        public var hasDeclined: Bool
        /// His address does not exist.
        public var hasBounced: Bool
        /// Somebody is paying it at this moment.
        public var isUnderWay: Bool
    }

    /// How the leader gets back what he advanced.
    public enum Reimbursement: Sendable, Hashable {
        /// Nothing yet, or nothing at all.
        case none
        /// Minor units, on their way.
        case pending(Int64)
        /// Minor units that the merchant has to give back by hand.
        case byHand(Int64)
        case done(Int64)
    }

    public var purchaseID: String
    public var title: String?
    public var lines: [PledgLine]
    public var amount: Money
    public var phase: PledgSpecification.Phase
    public var state: PledgSpecification.State
    public var reason: PledgSpecification.Reason?
    public var onFailure: PledgConfiguration.OnFailure
    /// What became of the money when it failed.
    public var settlement: PledgConfiguration.OnFailure?
    public var language: String?
    public var successURL: String?
    public var cancelURL: String?
    public var members: [Member]
    /// Until when the leader, and once he has paid the pledgers, may pay, milliseconds since 1970.
    public var deadline: Int64
    /// What is paid of the shares, minor units.
    public var paid: Int64
    /// Whether the leader's own payment is under way.
    public var isUnderWay: Bool
    /// While the leader is to pay.
    public var choices: [PledgChoice]
    public var reimbursement: Reimbursement
}

extension PledgGateway {
    /// What the leader sees; nil: nobody has such a link. Changes nothing. After the end he sees how it ended.
    public func leaderView(_ token: String) async throws -> PledgLeaderView? {
        let specification = context.specification
        let found = try await context.store.engine.read(.scan) { sql -> (PledgLeaderView, Int64)? in
            guard let link = try PledgLink.find(token: token, .leader, in: sql),
                let purchase = try PledgPurchase.find(link.purchaseID, in: sql)
            else { return nil }
            let shares = try PledgShare.all(of: purchase.id, in: sql)
            let open = try PledgAttempt.all(of: purchase.id, in: sql).filter { $0.state == .open }
            let currency = purchase.amount.currency
            let members = shares.map { share in
                PledgLeaderView.Member(
                    id: share.id, email: share.email.text, isLeader: share.role == .leader,
                    amount: Money(minor: share.amount, currency: currency), state: share.state.rawValue,
                    isPaid: share.state == .successfull, isCovered: share.isCovered,
                    hasDeclined: share.declinedAt != nil, hasBounced: share.bouncedAt != nil,
                    isUnderWay: open.contains { $0.shareID == share.id })
            }
            let movements = try PledgMovement.all(of: purchase.id, in: sql)
            let back = movements.first {
                $0.kind == .reimbursement || ($0.kind == .return && $0.transactionID == purchase.advanceID)
            }
            let view = PledgLeaderView(
                purchaseID: purchase.id, title: purchase.title, lines: try PledgLine.all(of: purchase.id, in: sql),
                amount: purchase.amount, phase: purchase.phase, state: specification.state(purchase.phase),
                reason: purchase.reason, onFailure: purchase.onFailure, settlement: purchase.settlement,
                language: purchase.language, successURL: purchase.successURL, cancelURL: purchase.cancelURL,
                members: members, deadline: purchase.deadline ?? purchase.draftUntil,
                paid: shares.filter { $0.state == .successfull }.reduce(0) { $0 + $1.amount },
                isUnderWay: members.contains { $0.isLeader && $0.isUnderWay }, choices: [],
                reimbursement: Self.reimbursement(back))
            return (view, shares.filter { $0.role == .pledger }.reduce(0) { $0 + $1.amount })
        }
        guard case (var view, let pledged)? = found else { return nil }
        if view.phase == .draft {
            view.choices = context.choices(
                view.amount.currency, deadline: view.deadline, advance: view.amount.minor, pledged: pledged)
        }
        return view
    }

    private static func reimbursement(_ movement: PledgMovement?) -> PledgLeaderView.Reimbursement {
        guard let movement else { return .none }
        return switch movement.state {
        case .waiting, .accepted: .pending(movement.amount)
        case .operator: .byHand(movement.amount)
        case .done: .done(movement.amount)
        }
    }

    /// Names the pledgers and how the amount is divided; as often as the leader likes, until he pays.
    ///
    /// - Parameters:
    ///   - members: the pledgers, in their order. None: the leader pays alone.
    ///   - split: with a number for the leader first, then one for each pledger.
    public func setMembers(
        _ token: String, _ members: [PledgMember], _ split: PledgSplit
    ) async throws -> Result<Void, PledgRefusal> {
        var addresses: [PledgAddress] = []
        for member in members.prefix(context.specification.limits.membersMaximum) {
            do {
                addresses.append(try PledgAddress(member.email, context.specification.limits))
            } catch {
                return .failure(.address(error))
            }
        }
        guard Set(addresses.map(\.key)).count == addresses.count else { return .failure(.address(.duplicate)) }
        let (count, pledgers) = (members.count + 1, addresses)
        return try await lead(token) { ledger, scene in
            guard scene.purchase.phase == .draft else { return .failure(.phase(scene.purchase.phase)) }
            guard var leader = try scene.shares().first(where: { $0.role == .leader }) else { return .failure(.link) }
            guard try !PledgAttempt.hasOpen(share: leader.id, in: scene.sql) else { return .failure(.underWay) }
            guard !pledgers.contains(where: { $0.key == leader.email.key }) else {
                return .failure(.address(.duplicate))
            }
            let purchase = scene.purchase
            let amounts: [Int64]
            do throws(PledgSplitError) {
                amounts = try split.amounts(
                    of: purchase.amount.minor, members: count, maximum: ledger.specification.limits.membersMaximum,
                    minimum: ledger.specification.minimumShare(purchase.amount.currency.code))
            } catch {
                return .failure(.split(error))
            }
            try PledgShare.removePledgers(of: purchase.id, in: scene.sql)
            leader.amount = amounts[0]
            try leader.update(in: scene.sql)
            for (index, address) in pledgers.enumerated() {
                let share = PledgShare(
                    id: PledgID.share(), purchaseID: purchase.id, position: Int64(index + 1), role: .pledger,
                    email: address, amount: amounts[index + 1], state: .initialized, isCovered: false)
                guard try share.insert(in: scene.sql) else { return .failure(.address(.duplicate)) }
            }
            return .success(())
        }
    }

    /// The leader is about to pay the whole amount.
    public func startAdvance(_ token: String, gateway name: String) async throws -> Result<PledgStart, PledgRefusal> {
        let context = context
        return try await lead(token) { ledger, scene in
            let purchase = scene.purchase
            guard purchase.phase == .draft else { return .failure(.phase(purchase.phase)) }
            guard scene.now < purchase.draftUntil else { return .failure(.tooLate) }
            let gateways = context.money.gateways(for: purchase.amount.currency)
            guard let gateway = gateways.first(where: { $0.name == name }) else { return .failure(.noGateway) }
            guard let leader = try scene.shares().first(where: { $0.role == .leader }) else { return .failure(.link) }
            guard try !PledgAttempt.hasOpen(share: leader.id, in: scene.sql) else { return .failure(.underWay) }
            let part: PledgPart
            if let known = try PledgPart.find(share: leader.id, in: scene.sql) {
                part = known
            } else {
                part = PledgPart(
                    orderID: PledgID.order(), purchaseID: purchase.id, shareID: leader.id, role: .advance)
                let order = Order.oneTime(
                    id: part.orderID, amount: purchase.amount, description: purchase.title, createdAt: scene.now)
                guard try scene.session.insertOrder(order) else { throw CorruptPurchase() }
                try part.insert(in: scene.sql)
            }
            let back = PledgReturn(
                purchaseID: purchase.id, shareID: leader.id, gateway: name, createdAt: scene.now)
            return .success(
                PledgStart(
                    orderID: part.orderID, amount: purchase.amount, title: purchase.title, gateway: name,
                    deadline: purchase.draftUntil,
                    isLastCall: context.isLastCall(gateway, deadline: purchase.draftUntil),
                    wantsHold: context.holds(gateway), returnToken: try back.insert(in: scene.sql)))
        }
    }

    /// A command of the leader's, in one storage transaction.
    func lead<T: Sendable>(
        _ token: String,
        _ work: @escaping @Sendable (PledgLedger, inout PledgLedger.Scene) throws -> Result<T, PledgRefusal>
    ) async throws -> Result<T, PledgRefusal> {
        try await command(token, .leader) { ledger, scene, _ in try work(ledger, &scene) }
    }

    /// A command of whoever has that link. What is refused is not stored.
    func command<T: Sendable>(
        _ token: String, _ kind: PledgLink.Kind,
        _ work: @escaping @Sendable (PledgLedger, inout PledgLedger.Scene, PledgLink) throws -> Result<T, PledgRefusal>
    ) async throws -> Result<T, PledgRefusal> {
        let link = try await context.store.engine.read(.point) { try PledgLink.find(token: token, kind, in: $0) }
        guard let link else { return .failure(.link) }
        do {
            let done = try await context.change(link.purchaseID) { ledger, scene -> T in
                // It may have been revoked a moment ago.
                guard try PledgLink.find(token: token, kind, in: scene.sql) != nil else { throw PledgRefusal.link }
                return try work(ledger, &scene, link).get()
            }
            return done.map(Result.success) ?? .failure(.link)
        } catch let refusal as PledgRefusal {
            return .failure(refusal)
        }
    }
}
