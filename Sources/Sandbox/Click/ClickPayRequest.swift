/// What Click's pay link asks for.
///
/// Source: click.md 3. It is not signed.
struct ClickPayRequest: Sendable, Hashable {
    let serviceID: String
    let merchantID: String
    /// `transaction_param`, which becomes `merchant_trans_id`.
    let order: String
    /// Tiyin.
    var amount: Int64
    /// Where the payer returns to: http or https, nothing else.
    let returnURL: String?

    /// - Throws: ``ClickLinkError`` for what cannot be paid.
    init(_ field: (String) -> String, shop: SandboxClick) throws(ClickLinkError) {
        serviceID = field("service_id")
        merchantID = field("merchant_id")
        order = field("transaction_param")
        guard serviceID == String(shop.serviceID), merchantID == String(shop.merchantID) else { throw .unknownService }
        guard !order.isEmpty, order.utf8.count <= 255 else { throw .noOrder }
        guard let amount = Amount(text: field("amount")), amount.minor > 0 else { throw .badAmount }
        self.amount = amount.minor
        returnURL = CheckoutRequest.address(field("return_url"))
    }

    /// The fields of a form that asks for the same.
    var fields: [CheckoutRequest.Field] {
        var fields = [("service_id", serviceID), ("merchant_id", merchantID), ("transaction_param", order)]
        fields.append(("amount", Amount(tiyin: amount).decimal))
        if let returnURL { fields.append(("return_url", returnURL)) }
        return fields.map { CheckoutRequest.Field(name: $0, value: $1) }
    }
}

/// Why Click shows no form.
enum ClickLinkError: String, Error, Sendable, CaseIterable {
    case unknownService = "service"
    case noOrder = "order"
    case badAmount = "amount"
    case tooMany = "busy"

    /// The text that explains it.
    var key: String { "click_link_\(rawValue)" }
}
