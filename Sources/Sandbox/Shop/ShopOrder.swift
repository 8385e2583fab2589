import StrictJSON

/// An order as the merchant API shows it.
struct ShopOrder: Sendable {
    let id: String
    let isCumulative: Bool
    let status: String
    let description: String
    /// nil: an account that takes any amount, or a currency that the page does not write.
    let amount: Amount?
    let paid: Amount?
    /// The pay link; nil if the order cannot be paid.
    let link: String?
    /// The pay link to Click; nil also if Click is off.
    let clickLink: String?

    /// - Returns: nil if it is no order.
    init?(_ value: JSONValue) {
        guard let id = value["id"]?.stringValue, let kind = value["kind"]?.stringValue,
            let status = value["status"]?.stringValue
        else { return nil }
        self.id = id
        isCumulative = kind == "cumulative"
        self.status = status
        description = value["description"]?.stringValue ?? ""
        amount = Self.amount(value["amount"])
        paid = Self.amount(value["paid"])
        link = value["links"]?["payme"]?.stringValue
        clickLink = value["links"]?["click"]?.stringValue
    }

    var isPayable: Bool { isCumulative || ["pending", "refunded"].contains(status) }

    private static func amount(_ value: JSONValue?) -> Amount? {
        guard let text = value?["value"]?.stringValue, let currency = value?["currency"]?.stringValue else {
            return nil
        }
        return Amount(text: text, currency: currency)
    }
}
