import Payments
import StrictJSON

/// The bodies of calls, as they are stored and sent.
///
/// Source: yookassa.md 5, 9, 11
enum YooKassaBody {
    /// - Parameter id: ours, by which a lost payment is found.
    static func create(
        _ request: YooKassaPaymentRequest, id: String, configuration: YooKassaConfiguration
    ) -> String {
        // Never left to YooKassa's default, which is to hold the money.
        var body: JSONObject = ["amount": YooKassaAmount(request.amount).json, "capture": .bool(request.capture)]
        if let methodID = request.methodID {
            body["payment_method_id"] = .string(methodID)
        } else {
            var confirmation: JSONObject = ["type": .string(request.confirmation)]
            if let url = request.returnURL ?? configuration.returnURL,
                !["embedded", "external"].contains(request.confirmation)
            {
                confirmation["return_url"] = .string(url.replacing("{id}", with: id))
            }
            if let locale = request.locale { confirmation["locale"] = .string(locale) }
            body["confirmation"] = .object(confirmation)
            if let type = request.methodType { body["payment_method_data"] = ["type": .string(type)] }
            if request.savesMethod { body["save_payment_method"] = true }
        }
        if let text = request.description { body["description"] = .string(text) }
        if let receipt = request.receipt { body["receipt"] = receipt }
        if let ip = request.clientIP { body["client_ip"] = .string(ip) }
        if let customer = request.customerID { body["merchant_customer_id"] = .string(customer) }
        var metadata = JSONObject()
        for (key, value) in request.metadata.sorted(by: { $0.key < $1.key }) { metadata[key] = .string(value) }
        metadata["tx"] = .string(id)
        metadata["attempt"] = "1"
        metadata["env"] = .string(configuration.isTest ? "test" : "live")
        body["metadata"] = .object(metadata)
        return JSONValue.object(body).text
    }

    /// - Parameter amount: nil: all of it.
    static func capture(_ amount: Money?, receipt: JSONValue?) -> String {
        var body = JSONObject()
        if let amount { body["amount"] = YooKassaAmount(amount).json }
        if let receipt { body["receipt"] = receipt }
        return JSONValue.object(body).text
    }

    static let cancel = "{}"

    /// A card that is saved without a payment. Source: yookassa.md 8
    static func card(returnURL: String) -> String {
        let confirmation: JSONValue = ["type": "redirect", "return_url": .string(returnURL)]
        return JSONValue.object(["type": "bank_card", "confirmation": confirmation]).text
    }

    static func refund(_ amount: Money, of providerID: String, description: String?, receipt: String?) -> String {
        var body: JSONObject = ["payment_id": .string(providerID), "amount": YooKassaAmount(amount).json]
        if let description { body["description"] = .string(description) }
        if let receipt = receipt.flatMap({ try? JSONValue(parsing: $0) }) { body["receipt"] = receipt }
        return JSONValue.object(body).text
    }
}
