import StrictJSON

/// A refund, as the simulated YooKassa keeps it.
///
/// Source: yookassa.md 11.
public struct YooKassaRefund: Sendable {
    /// The last two are final.
    public enum Status: String, Sendable {
        case pending, succeeded, canceled
    }

    /// 36 characters.
    public let id: String
    /// Of the payment.
    public let paymentID: String
    /// Whose it is.
    public let shopID: String
    /// The idempotence key that made it; nil: it was made in the cabinet.
    public let key: String?
    /// Minor units.
    public let amount: Int64
    /// ISO 4217.
    public let currency: String
    /// When it was made, milliseconds since 1970 UTC.
    public let createdAt: Int64
    /// The present status.
    public internal(set) var status = Status.pending
    /// Why it was canceled, or will be.
    public internal(set) var cancellation: YooKassaCancellation?
    let number: Int
    let description: String?
    let isBySBP: Bool
    let receipt: YooReceiptBody?
    var receiptStatus: YooKassaReceipt.Status?
    var receiptCount = 0
    /// When it ends, milliseconds since 1970 UTC.
    var deadline: Int64?

    var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id), "payment_id": .string(paymentID), "status": .string(status.rawValue),
            "amount": YooSum.json(amount, currency), "created_at": .string(PixMoment.text(createdAt)),
        ]
        if let description { object["description"] = .string(description) }
        if status == .canceled, let cancellation { object["cancellation_details"] = cancellation.json }
        if let receiptStatus { object["receipt_registration"] = .string(receiptStatus.rawValue) }
        if isBySBP, status == .succeeded {
            object["refund_method"] = ["type": "sbp", "sbp_operation_id": .string(String(id.filter(\.isHexDigit)))]
        }
        return .object(object)
    }
}
