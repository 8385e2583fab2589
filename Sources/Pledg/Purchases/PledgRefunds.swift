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

    /// Stores what goes back to each. The same request while any part of it waits changes nothing; whoever gives rows
    /// of his own knows a repeat by these.
    public func request(
        _ transaction: Transaction, amount: Money?, actor: String, alongside: Alongside?
    ) async throws -> ServiceAnswer {
        guard let id = PledgGateway.purchaseID(of: transaction.key) else { return .failure(.transactionNotFound) }
        guard transaction.state == .performed else { return .failure(.invalidState(transaction.state)) }
        if let amount, amount.currency != transaction.amount.currency { return .failure(.wrongAmount) }
        let request: PledgRefundRequest = alongside == nil ? .plain : .another
        switch try await gateway.refund(id, amount?.minor, nil, request, actor: actor, alongside: alongside) {
        case .success(let asked):
            let stored = try await gateway.context.service.find(transaction.key) ?? transaction
            return .success(Outcome(stored, isRepeat: asked.isRepeat))
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
