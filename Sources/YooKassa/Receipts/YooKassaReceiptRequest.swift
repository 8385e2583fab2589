public import Payments
public import StrictJSON

/// A receipt of the 54-FZ that is made apart: what was paid before is settled now, such as when the goods go out.
///
/// Source: yookassa.md 12
public struct YooKassaReceiptRequest: Sendable, Hashable {
    /// What was settled how: `prepayment`, `cashless`, `postpayment`, `consideration`.
    public struct Settlement: Sendable, Hashable {
        public var type: String
        public var amount: Money

        public init(type: String, amount: Money) {
            self.type = type
            self.amount = amount
        }
    }

    static let settlementTypes = ["cashless", "prepayment", "postpayment", "consideration"]
    static let settlementsMaximum = 10

    /// Customer and items, as YooKassa wants them.
    public var receipt: JSONValue
    /// They come to the items. Empty: the whole is settled by what was paid before.
    public var settlements: [Settlement]
    /// Our id of a refund that it is of; nil: it is of the payment.
    public var refundID: String?
    /// A second request with the same key is the same request; nil: one with the same content is.
    public var idempotencyKey: String?

    /// - Parameter settlements: see ``settlements``; the others likewise.
    public init(
        receipt: JSONValue, settlements: [Settlement] = [], refundID: String? = nil, idempotencyKey: String? = nil
    ) {
        self.receipt = receipt
        self.settlements = settlements
        self.refundID = refundID
        self.idempotencyKey = idempotencyKey
    }

    /// The same for the same request, whatever its key.
    var fingerprint: String {
        let parts = settlements.map { JSONValue.array([.string($0.type), .string($0.amount.description)]) }
        return JSONValue.array([receipt, .array(parts), refundID.map(JSONValue.string) ?? .null]).text
    }

    /// What YooKassa would refuse; nil: it can be sent.
    ///
    /// - Parameter amount: of the payment, or of the refund.
    func refusal(_ check: YooKassaRequestCheck, of amount: Money) -> YooKassaRefusal? {
        if settlements.count > Self.settlementsMaximum {
            return .field("settlements", rule: "there are \(Self.settlementsMaximum) at the most")
        }
        var total: Int64 = 0
        for (index, part) in settlements.enumerated() {
            guard Self.settlementTypes.contains(part.type) else {
                let types = Self.settlementTypes.joined(separator: ", ")
                return .field("settlements[\(index)].type", rule: "it is one of \(types)")
            }
            guard part.amount.currency == amount.currency, part.amount.minor > 0, part.amount.minor <= amount.minor
            else { return .field("settlements[\(index)].amount", rule: "it is \(amount) at the most") }
            total += part.amount.minor
        }
        if settlements.isEmpty { total = amount.minor }
        guard total <= amount.minor else { return .field("settlements", rule: "they come to \(amount) at the most") }
        return check.receipt(receipt, of: Money(minor: total, currency: amount.currency))
    }

    /// The call's bytes.
    ///
    /// - Parameters:
    ///   - subject: `payment` or `refund`, and YooKassa's id of it.
    ///   - amount: of it.
    func body(_ subject: (type: String, id: String), of amount: Money) -> String {
        var body: JSONObject = ["type": .string(subject.type)]
        body["\(subject.type)_id"] = .string(subject.id)
        for name in ["customer", "items", "tax_system_code"] { body[name] = receipt[name] }
        body["send"] = true
        let parts = settlements.isEmpty ? [Settlement(type: "prepayment", amount: amount)] : settlements
        body["settlements"] = .array(
            parts.map { ["type": .string($0.type), "amount": YooKassaAmount($0.amount).json] })
        return JSONValue.object(body).text
    }
}
