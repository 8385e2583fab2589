import Foundation
import StrictJSON

extension ShopClient {
    /// What came of asking for a payment.
    enum Asked: Sendable {
        /// The path of the page on which the payer confirms.
        case confirm(String)
        /// YooKassa has not answered yet.
        case waits
        case refused
    }

    /// Makes a payment for an order, as a shop would.
    /// - Parameter back: where the payer goes afterwards.
    func pay(_ order: ShopOrder, _ plan: YooPlan, back: String) async -> Asked {
        guard let amount = order.amount, amount.currency == Amount.rub else { return .refused }
        var body: JSONObject = [
            "amount": amount.json, "order_id": .string(order.id), "description": .string(order.description),
            "user_id": .string(YooDesk.user), "metadata": ["order_id": .string(order.id)],
            "confirmation": ["type": "redirect", "return_url": .string(back)],
        ]
        if order.description.isEmpty { body["description"] = nil }
        if plan == .hold { body["capture"] = false }
        if plan == .save { body["is_recurrent"] = true }
        let answer = await tell(
            "/payments/yookassa", .object(body), order: order.id, key: UUID().uuidString.lowercased(),
            Words(good: "say_yoo_made", later: "say_yoo_waits", refused: "say_yoo_refused"))
        return answer.map(Self.asked) ?? .refused
    }

    /// Begins a subscription: its first payment is confirmed by the payer, and saves the card.
    /// - Parameter back: where the payer goes afterwards.
    func subscribe(_ amount: Amount, _ unit: YooUnit, back: String) async -> Asked {
        let body: JSONValue = [
            "amount": amount.json, "user_id": .string(YooDesk.user), "unit": .string(unit.rawValue),
            "description": "Sandbox subscription",
            "consent": .string("\(amount.decimal) \(amount.currency) a \(unit.rawValue) until you cancel"),
            "confirmation": ["type": "redirect", "return_url": .string(back)],
        ]
        let answer = await tell(
            "/subscriptions", body, order: nil, key: UUID().uuidString.lowercased(),
            Words(good: "say_yoo_subscribed", later: "say_yoo_waits", refused: "say_yoo_refused"))
        return answer.flatMap { $0["payment"] }.map(Self.asked) ?? .refused
    }

    private static func asked(_ payment: JSONValue) -> Asked {
        guard let url = payment["confirmation"]?["confirmation_url"]?.stringValue else { return .waits }
        return .confirm(path(url))
    }

    /// What the shop does with a payment of its own.
    enum YooWish: String, Sendable, CaseIterable {
        case capture, cancel, refund
    }

    /// - Parameters:
    ///   - id: the server's.
    ///   - amount: a part; nil: all of it.
    func ask(_ wish: YooWish, _ id: String, order: String?, amount: Amount?) async -> Bool {
        var body: JSONObject = [:]
        if let amount, wish != .cancel { body["amount"] = amount.json }
        return await tell(
            "/payments/yookassa/\(id)/\(wish.rawValue)", .object(body), order: order,
            key: UUID().uuidString.lowercased(),
            Words(good: "say_yoo_\(wish.rawValue)", refused: "say_yoo_\(wish.rawValue)_refused")) != nil
    }

    /// What the shop does with a subscription.
    enum YooSubscriptionWish: String, Sendable, CaseIterable {
        case pause, resume, cancel
    }

    func change(_ subscription: String, _ wish: YooSubscriptionWish) async -> Bool {
        await tell(
            "/subscriptions/\(subscription)/\(wish.rawValue)", [:], order: nil,
            Words(good: "say_yoo_subscription_\(wish.rawValue)", refused: "say_yoo_subscription_refused")) != nil
    }

    /// Has the server write to the chat again, which it has stopped when the bot was blocked.
    func resumeTelegram() async {
        _ = await tell(
            "/receivers/telegram/resume", [:], order: nil,
            Words(good: "say_telegram_resumed", refused: "say_telegram_not_resumed"))
    }

    /// Those of the page's visitor, newest first.
    func subscriptions() async -> [ShopSubscription] {
        let list = await get("/subscriptions?user_id=\(YooDesk.user)")
        return (list?["items"]?.arrayValue ?? []).reversed().compactMap(ShopSubscription.init)
    }
}

extension Amount {
    /// As the merchant API takes it.
    var json: JSONValue { ["value": .string(decimal), "currency": .string(currency)] }
}
