import StrictJSON

/// What a shop says of a payment, checked.
///
/// Source: yookassa.md 5.
struct YooPaymentBody: Sendable {
    /// Minor units.
    let amount: Int64
    let currency: String
    /// false: the money is held only.
    let isCaptured: Bool
    let confirmation: YooConfirmation?
    let methodType: YooKassaMethodType?
    /// A saved method.
    let methodID: String?
    let isSaving: Bool
    let description: String?
    let metadata: JSONObject
    let receipt: YooReceiptBody?
    let customerID: String?

    init(_ fields: YooFields, _ shop: YooKassaShop) throws(YooProblem) {
        guard let amount = try fields.amount("amount", shop.currency) else {
            throw fields.wrong("amount", "Amount is required")
        }
        self.amount = amount
        currency = shop.currency
        isCaptured = try fields.flag("capture") ?? false
        isSaving = try fields.flag("save_payment_method") ?? false
        description = try fields.text("description", 0...128)
        customerID = try fields.text("merchant_customer_id", 1...200)
        metadata = try fields.metadata()
        confirmation = try fields.fields("confirmation").map { fields throws(YooProblem) in
            try YooConfirmation(fields)
        }
        methodID = try fields.text("payment_method_id", 1...64)
        methodType = try Self.type(fields, shop)
        try Self.checkOthers(fields, shop)
        receipt = try fields.fields("receipt").map { fields throws(YooProblem) in
            try YooReceiptBody(fields, shop.currency)
        }
        try receipt?.check(total: amount, fields)
        guard receipt != nil || !shop.needsReceipts else { throw Self.noReceipt }
        guard shop.limits(of: methodType).contains(amount) else {
            throw .wrong("amount.value", "The amount is outside the limits of the shop or of the payment method")
        }
        guard confirmation != nil || methodID != nil else {
            throw fields.wrong("confirmation", "Confirmation is required: no saved payment method is given")
        }
        guard isCaptured || methodType?.canHold != false else {
            throw fields.wrong("capture", "Payments by this method cannot be held")
        }
    }

    static var noReceipt: YooProblem { .wrong("receipt", "Receipt is missing or illegal") }

    private static func type(_ fields: YooFields, _ shop: YooKassaShop) throws(YooProblem) -> YooKassaMethodType? {
        let ways = ["payment_token", "payment_method_id", "payment_method_data"].filter { fields[$0] != nil }
        guard ways.count < 2 else { throw fields.wrong(ways[1], "Only one of \(ways.joined(separator: ", "))") }
        guard fields["payment_token"] == nil else {
            throw fields.wrong("payment_token", "The token is not known or was used")
        }
        guard let data = try fields.fields("payment_method_data") else { return nil }
        guard data["card"] == nil else {
            throw YooProblem(.forbidden, "The shop must not send data of cards", at: "payment_method_data.card")
        }
        let name = try data.required("type", 1...64)
        guard let type = YooKassaMethodType(rawValue: name), shop.methods.contains(type) else {
            throw data.wrong("type", "Payment method is not available")
        }
        return type
    }

    private static func checkOthers(_ fields: YooFields, _ shop: YooKassaShop) throws(YooProblem) {
        if let address = try fields.text("client_ip", 2...45) {
            guard address.contains(":") || address.wholeMatch(of: /[0-9]{1,3}(\.[0-9]{1,3}){3}/) != nil else {
                throw fields.wrong("client_ip", "It has to be an IP address")
            }
        }
        if let gateway = try fields.fields("recipient")?.required("gateway_id", 1...64), gateway != shop.gatewayID {
            throw .wrong("recipient.gateway_id", "The shop has no such gateway")
        }
    }
}
