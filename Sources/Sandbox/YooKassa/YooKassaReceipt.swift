import StrictJSON

/// A receipt of a payment or a refund (54-FZ).
///
/// Source: yookassa.md 12.
public struct YooKassaReceipt: Sendable {
    /// The last two are final.
    public enum Status: String, Sendable {
        case pending, succeeded, canceled
    }

    /// What it is a receipt of.
    public enum Subject: Sendable, Hashable {
        case payment(String)
        case refund(String)
    }

    /// 39 characters.
    public let id: String
    /// What it is a receipt of.
    public let subject: Subject
    /// Whose it is.
    public let shopID: String
    /// When it was made, milliseconds since 1970 UTC.
    public let createdAt: Int64
    /// The present status.
    public internal(set) var status = Status.pending
    let number: Int
    let body: YooReceiptBody
    let settlements: [JSONValue]
    /// It is the receipt of the payment or refund itself, not one that was made apart.
    let isOwn: Bool
    /// When it ends, milliseconds since 1970 UTC.
    var deadline: Int64?
    var registeredAt: Int64?

    var json: JSONValue {
        var object: JSONObject = ["id": .string(id)]
        switch subject {
        case .payment(let id):
            object["type"] = "payment"
            object["payment_id"] = .string(id)
        case .refund(let id):
            object["type"] = "refund"
            object["refund_id"] = .string(id)
        }
        object["status"] = .string(status.rawValue)
        if let registeredAt {
            object["fiscal_document_number"] = .string(String(3_986 + number))
            object["fiscal_storage_number"] = "9288000100115785"
            object["fiscal_attribute"] = .string(String(2_617_603_921 + number))
            object["registered_at"] = .string(PixMoment.text(registeredAt))
            object["fiscal_provider_id"] = .string(id)
        }
        if let code = body.taxSystem { object["tax_system_code"] = .integer(code) }
        object["items"] = .array(body.items)
        if !settlements.isEmpty { object["settlements"] = .array(settlements) }
        return .object(object)
    }
}
