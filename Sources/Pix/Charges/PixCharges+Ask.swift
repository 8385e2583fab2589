import Payments
import Storage

extension PixCharges {
    /// Asks the bank about a charge, for somebody who has to know whether it is paid.
    ///
    /// - Returns: the charge as it stands then, and whether anybody could be asked: of a static code only its notice
    ///   tells. Nil: there is none of that id.
    /// - Throws: ``PixBankError`` if the bank did not say; `StorageFailure`; what a hook threw.
    public func ask(_ id: String) async throws -> (view: PixChargeView, isAnswered: Bool)? {
        let charge = try await context.store.engine.read(.point) { try PixCharge.find(id: id, in: $0) }
        guard let charge else { return nil }
        try await advance(charge)
        context.onDue(.charges)
        return try await find(id).map { ($0, charge.provider != .static) }
    }
}
