import Payments
import StrictJSON

/// The body of `POST /transactions/{id}/refund`.
struct RefundRequest: Sendable {
    /// Nil: all that is left.
    let amount: Money?

    /// - Throws: ``Problem`` that names the field at fault.
    init(_ bytes: [UInt8]) throws {
        let object = try RequestChecks.optionalObject(bytes)
        try RequestChecks.fields(object, known: ["amount"])
        amount = try object["amount"].map { try OrderContent.money($0, "amount") }
    }

    /// What the gateway is asked for; nil: all that is left.
    ///
    /// - Throws: ``Problem`` if that cannot be.
    func part(of transaction: Transaction, _ gateway: any RefundGateway) throws -> Money? {
        guard let amount else { return nil }
        let left = Money(
            minor: transaction.amount.minor - transaction.refundedAmount, currency: transaction.amount.currency)
        guard amount.currency == left.currency else {
            throw Problem.wrongAmount("amount.currency", "This payment was made in \(left.currency).")
        }
        guard amount.minor <= left.minor else {
            throw Problem.wrongAmount("amount.value", "Of this payment \(left) is left.")
        }
        guard amount.minor < left.minor else { return nil }
        guard gateway.givesBackParts else { throw Problem.partialRefundUnsupported(transaction.key.gateway) }
        return amount
    }
}
