import Payments
import Specification
import Storage

extension PledgGateway {
    /// The leader wants to pay another way: what he has begun is called off, if his gateway says that it is not paid and
    /// lets it go at once. Where it does not, the payment stays under way, and counts if it is paid.
    public func giveUpAdvance(_ token: String) async throws -> Result<Void, PledgRefusal> {
        try await giveUp(token, .leader)
    }

    /// The same for a pledger.
    public func giveUpShare(_ token: String) async throws -> Result<Void, PledgRefusal> {
        try await giveUp(token, .pledger)
    }

    private func giveUp(_ token: String, _ kind: PledgLink.Kind) async throws -> Result<Void, PledgRefusal> {
        let found = try await context.store.engine.read(.scan) { sql -> [Transaction]? in
            guard let link = try PledgLink.find(token: token, kind, in: sql) else { return nil }
            return try PledgAttempt.all(of: link.purchaseID, in: sql)
                .filter { $0.shareID == link.shareID && $0.state == .open }
                .compactMap { try SQLPaymentSession(sql: sql).transaction(id: $0.transactionID) }
        }
        guard let transactions = found else { return .failure(.link) }
        for transaction in transactions where transaction.state == .created {
            // Never called off before the gateway was asked: he may have paid a moment ago.
            switch try await context.money.lookAgain(transaction) {
            case .unpaid: try await context.money.callOffAtOnce(transaction)
            case .settled: break
            case .keptOff, .unknown: return .failure(.underWay)
            }
            guard let now = try await context.service.find(transaction.key) else { continue }
            if now.state == .performed { return .failure(.paid) }
            if now.state == .created { return .failure(.underWay) }
        }
        return .success(())
    }
}
