import Payments
import Specification
import Storage

extension YooKassaPayments {
    /// Asks YooKassa about a payment, for somebody who has to know whether it is paid.
    ///
    /// - Returns: the payment as it stands then, and whether it is paid and waits for another that has its order; nil
    ///   if there is none of that id.
    /// - Throws: ``YooKassaError`` if YooKassa did not say; `StorageFailure`.
    public func ask(_ id: String) async throws -> (view: YooKassaPaymentView, isKeptOff: Bool)? {
        guard let view = try await find(id) else { return nil }
        guard let providerID = view.payment.providerID else {
            // Whether it arrived is found out by sending it once more, with the same key.
            _ = try await step(id, .foreground)
            let after = try await find(id)
            guard let after, after.payment.providerID != nil || after.transaction.state != .created else {
                throw YooKassaError.unknown("YooKassa has not said whether it has the payment")
            }
            return (after, false)
        }
        let known = try await context.provider.payment(providerID, .foreground)
        context.rest.over()
        try await settlement.take(known, id)
        guard let view = try await find(id) else { return nil }
        let isOpen = view.transaction.state == .created && view.payment.step != .quarantined
        return (view, isOpen && known.status.known == .succeeded)
    }
}
