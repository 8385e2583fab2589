public import Payments
public import Specification
public import Storage

/// What a merchant sees of a purchase: nothing of shares.
///
/// Source: pledg.md 1 (S7), 7
public struct PledgPurchaseView: Sendable, Hashable {
    public var id: String
    public var reference: String
    public var state: PledgSpecification.State
    /// Why it failed; nil: it did not.
    public var reason: PledgSpecification.Reason?
    /// What became of the money when it failed, ``PledgConfiguration/OnFailure/refundAll`` if there was none; nil: it did not
    /// fail.
    public var settlement: PledgConfiguration.OnFailure?
    public var amount: Money
    /// Given back after success, minor units.
    public var refundedAmount: Int64
    /// Who was asked to pay.
    public var pledgerEmails: [String]
    /// The token of the leader's page. Whoever has it leads the group.
    public var pageToken: String
    /// Milliseconds since 1970, as are the other times.
    public var createdAt: Int64
    /// When the leader's money was secured.
    public var fundedAt: Int64?
    /// Until when the leader, and once he has paid the pledgers, may pay.
    public var expiresAt: Int64
    public var endedAt: Int64?
}

/// A link of a member, for a merchant whose webhook carries links because no e-mail is sent.
public struct PledgMemberLink: Sendable, Hashable {
    public var email: String
    public var isLeader: Bool
    public var token: String

    init(_ share: PledgShare, _ token: String) {
        (email, isLeader, self.token) = (share.email.text, share.role == .leader, token)
    }
}

extension PledgGateway {
    /// A purchase as its merchant sees it; nil if there is none of that id. Changes nothing.
    public func view(_ id: String) async throws -> PledgPurchaseView? {
        let (specification, secret) = (context.specification, configuration.linkSecret)
        let found = try await context.store.engine.read(.scan) { sql -> PledgPurchaseView? in
            guard let purchase = try PledgPurchase.find(id, in: sql),
                let transaction = try SQLPaymentSession(sql: sql).transaction(
                    id: purchase.coverID ?? purchase.transactionID)
            else { return nil }
            let shares = try PledgShare.all(of: id, in: sql)
            let leader = shares.first { $0.role == .leader }
            let token = try leader.flatMap { try PledgLink.token(.leader, share: $0.id, secret, in: sql) }
            return PledgPurchaseView(
                id: id, reference: purchase.reference, state: specification.state(purchase.phase),
                reason: purchase.reason, settlement: purchase.settlement, amount: purchase.amount,
                refundedAmount: transaction.refundedAmount,
                pledgerEmails: shares.filter { $0.role == .pledger }.map(\.email.text), pageToken: token ?? "",
                createdAt: purchase.createdAt, fundedAt: purchase.securedAt,
                expiresAt: purchase.deadline ?? purchase.draftUntil, endedAt: purchase.endedAt)
        }
        guard var view = found, view.pageToken.isEmpty else { return found }
        // The secret has changed since, and ``renewLinks()`` was not there yet.
        let token = try await context.change(id) { ledger, scene -> String? in
            guard let leader = try scene.shares().first(where: { $0.role == .leader }) else { return nil }
            return try ledger.token(.leader, leader, scene)
        }
        view.pageToken = (token ?? nil) ?? ""
        return view
    }

    /// The links of a purchase's members that are of use now; the leader's first.
    public func links(_ id: String) async throws -> [PledgMemberLink] {
        let secret = configuration.linkSecret
        let known = try await context.store.engine.read(.scan) { sql -> [PledgMemberLink]? in
            guard let purchase = try PledgPurchase.find(id, in: sql) else { return [] }
            var links: [PledgMemberLink] = []
            for share in try Self.linked(purchase, in: sql) {
                guard let token = try PledgLink.token(share.linkKind, share: share.id, secret, in: sql) else {
                    return nil
                }
                links.append(PledgMemberLink(share, token))
            }
            return links
        }
        if let known { return known }
        return try await context.change(id) { ledger, scene in
            try Self.linked(scene.purchase, in: scene.sql).map {
                PledgMemberLink($0, try ledger.token($0.linkKind, $0, scene))
            }
        } ?? []
    }

    private static func linked(_ purchase: PledgPurchase, in sql: any SQLSession) throws -> [PledgShare] {
        try PledgShare.all(of: purchase.id, in: sql).filter { $0.role == .leader || purchase.phase == .collecting }
    }

    /// The basket of a purchase.
    public func lines(_ id: String) async throws -> [PledgLine] {
        try await context.store.engine.read(.scan) { try PledgLine.all(of: id, in: $0) }
    }

    /// How many purchases of a database have not come to their end.
    ///
    /// - Throws: `StorageFailure`.
    public static func countOpen(_ store: Store) async throws -> Int64 {
        try await store.engine.read(.point) { sql in
            try sql.first(
                "SELECT count(*) FROM pledg_purchases WHERE phase IN ('draft', 'collecting', 'closing', 'capturing')",
                []
            ) { $0.integer(0) ?? 0 } ?? 0
        }
    }
}
