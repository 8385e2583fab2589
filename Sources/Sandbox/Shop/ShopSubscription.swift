import StrictJSON

/// A subscription as the merchant API shows it.
struct ShopSubscription: Sendable {
    let id: String
    let state: String
    let amount: Amount
    /// `month`
    let unit: String
    /// The period that is next, or under way.
    let period: Int64
    /// When that is charged, milliseconds since 1970.
    let nextAt: Int64?
    /// When a refused charge is repeated, milliseconds since 1970.
    let retryAt: Int64?
    /// The card, for people.
    let method: String?
    let endedBy: String?
    let firstPayment: String?
    let renewalPayment: String?

    /// - Returns: nil if it is no subscription.
    init?(_ value: JSONValue) {
        guard let id = value["id"]?.stringValue, let state = value["state"]?.stringValue,
            let sum = value["amount"]?["value"]?.stringValue, let currency = value["amount"]?["currency"]?.stringValue,
            let amount = Amount(text: sum, currency: currency)
        else { return nil }
        self.id = id
        self.state = state
        self.amount = amount
        unit = value["unit"]?.stringValue ?? ""
        period = value["period"]?.integerValue ?? 0
        nextAt = value["next_at"]?.integerValue
        retryAt = value["retry_at"]?.integerValue
        method = value["method_title"]?.stringValue
        endedBy = value["ended_by"]?.stringValue
        firstPayment = value["first_payment_id"]?.stringValue
        renewalPayment = value["renewal_payment_id"]?.stringValue
    }

    /// When the server charges it next, milliseconds since 1970; nil: never, as it stands.
    var chargedAt: Int64? {
        switch state {
        case "active": nextAt
        case "past_due": retryAt ?? nextAt
        default: nil
        }
    }
}
