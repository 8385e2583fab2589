public import Payments
import Specification
import Storage

/// Lets the merchant give a purchase back like any other payment: to each in proportion to what he paid.
public struct PledgRefunds: RefundGateway {
    let gateway: PledgGateway

    /// It gives back parts.
    public var givesBackParts: Bool { true }

    /// Every transaction of this gateway; whether the payments behind it can be given back is seen then.
    public func canGiveBack(_ transaction: Transaction) -> Bool { transaction.key.gateway == PledgGateway.name }

    /// Stores what goes back to each. The same request while it waits changes nothing.
    public func request(
        _ transaction: Transaction, amount: Money?, actor: String, alongside: Alongside?
    ) async throws -> ServiceAnswer {
        guard let id = PledgGateway.purchaseID(of: transaction.key) else { return .failure(.transactionNotFound) }
        guard transaction.state == .performed else { return .failure(.invalidState(transaction.state)) }
        if let amount, amount.currency != transaction.amount.currency { return .failure(.wrongAmount) }
        let before = transaction.refundedAmount
        // While nothing of it is back, the same request is the same.
        let key = "refund \(before) \(amount.map { String($0.minor) } ?? "all")"
        let isKnown = try await gateway.context.store.engine.read(.point) {
            try !PledgMovement.all(request: id + " " + key, in: $0).isEmpty
        }
        switch try await gateway.refund(id, amount: amount?.minor, key: key, actor: actor, alongside: alongside) {
        case .success:
            let stored = try await gateway.context.service.find(transaction.key) ?? transaction
            return .success(Outcome(stored, isRepeat: isKnown))
        case .failure(.order(let rejection)): return .failure(rejection)
        case .failure(.refundAmount): return .failure(.wrongAmount)
        case .failure: return .failure(.transactionNotFound)
        }
    }
}

extension PledgGateway {
    /// For the merchant API's refunds.
    public var refunds: PledgRefunds { PledgRefunds(gateway: self) }
}
