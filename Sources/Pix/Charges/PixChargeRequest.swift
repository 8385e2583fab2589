public import Payments

/// What a merchant asks a payer for.
public struct PixChargeRequest: Sendable {
    /// Centavos.
    public var amount: Int64
    /// The order that it pays; nil: one is made for it.
    public var orderID: String?
    /// How long it may be paid; nil: as configured.
    public var expirySeconds: Int64?
    /// The description of an order that is made; nil: none.
    public var description: String?
    /// What the payer reads in the bank's app, at most 140 characters; nil: ``description``.
    public var payerNote: String?
    /// The caller's key: the same request with the same key is the same charge. Nil: each request is a new one.
    public var idempotencyKey: String?

    /// - Parameters:
    ///   - amount: centavos.
    ///   - orderID: nil: an order is made.
    ///   - idempotencyKey: see ``idempotencyKey``.
    public init(
        amount: Int64, orderID: String? = nil, expirySeconds: Int64? = nil, description: String? = nil,
        payerNote: String? = nil, idempotencyKey: String? = nil
    ) {
        self.amount = amount
        self.orderID = orderID
        self.expirySeconds = expirySeconds
        self.description = description
        self.payerNote = payerNote
        self.idempotencyKey = idempotencyKey
    }

    /// The same for the same request, as text.
    var fingerprint: String {
        // Lengths keep one field's end from being another's beginning.
        [orderID, description, payerNote].reduce("\(amount) \(expirySeconds ?? 0)") { text, part in
            text + (part.map { " \($0.utf8.count):\($0)" } ?? " -")
        }
    }
}

/// Why there is no charge.
public enum PixChargeRefusal: Error, Sendable, Hashable {
    /// Not from 0.01 to 9999999999.99.
    case amount
    /// Not within these seconds.
    case expiry(ClosedRange<Int64>)
    /// More characters than that.
    case note(maximum: Int)
    /// The key was used for another request.
    case otherRequest
    /// The order cannot be paid so.
    case order(Rejection)
    /// No code can be made of the configured key and name.
    case code(BRCodeError)
}
