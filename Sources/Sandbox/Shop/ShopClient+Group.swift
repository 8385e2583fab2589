import Foundation
import StrictJSON

extension ShopClient {
    /// What a shop says of a basket that a group is to pay.
    struct GroupBasket: Sendable {
        let title: String
        let amount: Amount
        let organiser: String
        let plan: GroupPlan
        let language: Language
    }

    /// Makes a purchase that a group pays together, as a shop would.
    /// - Returns: its id; nil: the server refused it.
    func purchase(_ basket: GroupBasket, reference: String) async -> String? {
        var line: JSONObject = ["name": .string(basket.title), "quantity": 1]
        line["unit_amount"] = basket.amount.json
        var body: JSONObject = ["organiser_email": .string(basket.organiser), "amount": basket.amount.json]
        body["reference"] = .string(reference)
        body["title"] = .string(basket.title)
        body["basket"] = .array([.object(line)])
        body["on_failure"] = .string(basket.plan.rawValue)
        body["language"] = .string(basket.language.rawValue)
        let answer = await tell(
            "/purchase", .object(body), order: reference, key: UUID().uuidString.lowercased(),
            Words(good: "say_group_made", refused: "say_group_refused"))
        return answer?["id"]?.stringValue
    }

    /// A purchase as it stands; nil: there is none, or the server does not answer.
    func purchase(_ id: String) async -> ShopPurchase? {
        await get("/purchase/\(PercentEncoding.encode(id))").flatMap(ShopPurchase.init)
    }

    /// What the shop does with a purchase.
    enum GroupWish: String, Sendable, CaseIterable {
        case cancel, refund
    }

    func ask(_ wish: GroupWish, _ purchase: ShopPurchase) async -> Bool {
        await tell(
            "/purchase/\(PercentEncoding.encode(purchase.id))/\(wish.rawValue)", [:], order: purchase.reference,
            key: UUID().uuidString.lowercased(),
            Words(good: "say_group_\(wish.rawValue)", refused: "say_group_\(wish.rawValue)_refused")) != nil
    }
}

/// A purchase as the merchant API shows it: nothing of shares.
struct ShopPurchase: Sendable {
    let id: String
    let reference: String
    /// `INITIALIZED`, `SUCCESSFULL` or `FAILED`.
    let state: String
    let amount: Amount
    let refunded: Amount
    /// The path of the leader's page.
    let page: String
    let emails: [String]
    let reason: String?
    let settlement: String?
    /// When the leader's money was secured, milliseconds since 1970 UTC.
    let fundedAt: Int64?
    /// Until when it can be paid, milliseconds since 1970 UTC.
    let expiresAt: Int64?

    /// - Returns: nil if it is no purchase.
    init?(_ value: JSONValue) {
        func money(_ name: String) -> Amount? {
            guard let text = value[name]?["value"]?.stringValue, let code = value[name]?["currency"]?.stringValue else {
                return nil
            }
            return Amount(text: text, currency: code)
        }
        guard let id = value["id"]?.stringValue, let state = value["state"]?.stringValue,
            let reference = value["reference"]?.stringValue, let amount = money("amount"),
            let page = value["page_url"]?.stringValue
        else { return nil }
        self.id = id
        self.state = state
        self.reference = reference
        self.amount = amount
        self.page = ShopClient.path(page)
        refunded = money("refunded") ?? Amount(tiyin: 0)
        emails = (value["pledger_emails"]?.arrayValue ?? []).compactMap(\.stringValue)
        reason = value["reason"]?.stringValue
        settlement = value["settlement"]?.stringValue
        fundedAt = value["funded_at"]?.integerValue
        expiresAt = value["expires_at"]?.integerValue
    }
}
