import Logging
import Payments
import Storage

extension YooKassaRefunds {
    /// Takes somebody's word on a refund of which nothing is known: it is booked as if YooKassa had said so. The same
    /// word again changes nothing.
    ///
    /// - Parameters:
    ///   - id: the refund's, here.
    ///   - paymentID: of its payment, here.
    ///   - actor: on whose word, for the journal.
    /// - Throws: `StorageFailure`; what a hook threw.
    ///
    /// Source: yookassa.md 17
    public func settle(
        _ id: String, ofPayment paymentID: String, as outcome: YooKassaMerchantWord.Outcome, actor: String
    ) async throws -> Result<YooKassaStoredRefund, YooKassaSettlingRefusal> {
        for _ in 0..<8 {
            let refund = try await find(id)
            guard let refund, refund.paymentID == paymentID else { return .failure(.notFound) }
            switch (refund.state, outcome) {
            case (.succeeded, .succeeded), (.refused, .canceled): return .success(refund)
            case (.succeeded, .canceled), (.refused, .succeeded):
                return .failure(.ended(refund.state.rawValue))
            case (.waiting, _), (.asked, _), (.pending, _): return .failure(.underWay)
            case (.unresolved, _): break
            }
            let word = YooKassaMerchantWord(kind: .refund, subject: id, outcome: outcome, actor: actor, at: context.now)
            do {
                try await settlement.settle(refund, by: word)
            } catch is Overtaken {
                continue
            }
            context.logger.notice(
                "a refund was settled on the merchant's word",
                metadata: ["refund": "\(id)", "outcome": "\(outcome.rawValue)"])
            if let settled = try await find(id) { return .success(settled) }
        }
        throw YooKassaError.unknown("the refund is being changed by somebody else")
    }

    /// What was said by hand of refunds and receipts of a payment, the oldest first.
    ///
    /// - Throws: `StorageFailure`.
    public func words(ofPayment id: String) async throws -> [YooKassaMerchantWord] {
        try await context.store.engine.read(.point) { try YooKassaMerchantWord.all(ofPayment: id, in: $0) }
    }

    private func find(_ id: String) async throws -> YooKassaStoredRefund? {
        try await context.store.engine.read(.point) { try YooKassaStoredRefund.find(id, in: $0) }
    }
}
