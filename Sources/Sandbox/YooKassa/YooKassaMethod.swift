import StrictJSON

/// What a payment was paid by, or a saved method.
///
/// Source: yookassa.md 7, 13.
public struct YooKassaMethod: Sendable {
    /// `pending` has the one that a payer has yet to confirm.
    public enum Status: String, Sendable {
        case pending, active, inactive
    }

    /// That of the payment that it was first used in.
    public let id: String
    /// Of what kind it is.
    public let type: YooKassaMethodType
    /// Whose it is.
    public let shopID: String
    /// Whether it can be charged without the payer.
    public internal(set) var isSaved = false
    /// The present status.
    public internal(set) var status = Status.inactive
    /// The card's number and kind; nil: it is no card, or it is not known yet.
    public internal(set) var card: YooKassaTestCard?
    /// Whether the payer has withdrawn the permission; no answer tells so but that of a charge.
    public internal(set) var isRevoked = false
    /// How the payer confirms; of a method that is saved without a payment.
    var confirmation: YooConfirmation?
    var formToken = ""
    /// When it changes by itself, milliseconds since 1970 UTC.
    var deadline: Int64?
    var metadata: JSONObject = [:]

    init(id: String, type: YooKassaMethodType, shopID: String) {
        self.id = id
        self.type = type
        self.shopID = shopID
    }

    /// As people see it.
    public var title: String {
        switch type {
        case .bankCard: "Bank card" + (card.map { " *\($0.number.suffix(4))" } ?? "")
        case .yooMoney: "YooMoney wallet 410011758831136"
        case .sbp: "SBP"
        case .sberbank: "SberPay"
        case .tinkoffBank: "T-Pay"
        }
    }

    var json: JSONValue {
        var object: JSONObject = [
            "type": .string(type.rawValue), "id": .string(id), "saved": .bool(isSaved),
            "status": .string(status.rawValue), "title": .string(title),
        ]
        switch type {
        case .bankCard:
            if let card {
                object["card"] = [
                    "first6": .string(String(card.number.prefix(6))), "last4": .string(String(card.number.suffix(4))),
                    "expiry_year": "2047", "expiry_month": "12", "card_type": .string(card.type),
                    "card_product": ["code": "E", "name": "Classic"], "issuer_country": "RU",
                    "issuer_name": "Sandbox Bank",
                ]
            }
        case .yooMoney: object["account_number"] = "410011758831136"
        case .sbp: object["payer_bank_details"] = ["bank_id": "100000000111", "bic": "044525225"]
        case .sberbank, .tinkoffBank: break
        }
        return .object(object)
    }

    /// As `GET /payment_methods/{id}` shows it.
    func detailed(page: String) -> JSONValue {
        guard case .object(var object) = json else { return json }
        object["holder"] = ["account_id": .string(shopID)]
        if status == .pending, let confirmation {
            object["confirmation"] = confirmation.json(id: id, page: page)
        }
        if !metadata.isEmpty { object["metadata"] = .object(metadata) }
        return .object(object)
    }
}
