import Payments
import Storage

extension YooKassaPayments {
    /// Asks YooKassa about a payment, for somebody who has to know whether it is paid.
    ///
    /// - Returns: the payment as it stands then; nil if there is none of that id.
    /// - Throws: ``YooKassaError`` if YooKassa did not say; `StorageFailure`.
    public func ask(_ id: String) async throws -> YooKassaPaymentView? {
        guard let view = try await find(id) else { return nil }
        guard let providerID = view.payment.providerID else {
            // Whether it arrived is found out by sending it once more, with the same key.
            _ = try await step(id, .foreground)
            let after = try await find(id)
            guard let after, after.payment.providerID != nil || after.transaction.state != .created else {
                throw YooKassaError.unknown("YooKassa has not said whether it has the payment")
            }
            return after
        }
        let known = try await context.provider.payment(providerID, .foreground)
        context.rest.over()
        try await settlement.take(known, id)
        return try await find(id)
    }
}
