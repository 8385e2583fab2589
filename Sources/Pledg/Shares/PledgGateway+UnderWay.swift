public import Payments
public import Specification
import Storage

extension PledgGateway {
    /// Limits and times, as they hold here.
    public var specification: PledgSpecification { context.specification }

    /// The payment that whoever has this link has begun and not ended, so that his page leads him back to it; nil: there
    /// is none, or nobody has such a link. Changes nothing.
    ///
    /// - Parameter isLeader: whether it is the leader's link.
    public func paymentUnderWay(_ token: String, isLeader: Bool) async throws -> Transaction? {
        try await context.store.engine.read(.scan) { sql in
            guard let link = try PledgLink.find(token: token, isLeader ? .leader : .pledger, in: sql) else {
                return nil
            }
            let open = try PledgAttempt.all(of: link.purchaseID, in: sql)
                .last { $0.shareID == link.shareID && $0.state == .open }
            return try open.flatMap { try SQLPaymentSession(sql: sql).transaction(id: $0.transactionID) }
        }
    }

    /// How it ended for a pledger; nil: it is not known yet.
    static func ending(
        _ share: PledgShare, _ purchase: PledgPurchase, in sql: any SQLSession
    ) throws -> PledgPledgerView.Ending? {
        let attempts = try PledgAttempt.all(of: purchase.id, in: sql).filter { $0.shareID == share.id }
        if let paid = attempts.first(where: { $0.state == .succeeded }), paid.available > 0 { return .paid }
        let back = attempts.filter { $0.state == .succeeded || $0.state == .stray }
        if !back.isEmpty {
            let isByHand = try back.contains { attempt in
                try PledgMovement.open(ofTransaction: attempt.transactionID, in: sql)
                    .contains { $0.state == .operator }
            }
            return isByHand ? .byHand : .returned
        }
        if share.isCovered { return .covered }
        return purchase.phase == .failed || share.removedAt != nil ? .unpaid : nil
    }
}
