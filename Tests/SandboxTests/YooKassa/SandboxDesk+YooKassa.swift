import Foundation
import NIOHTTP1
import StrictJSON
import TestSupport

@testable import Sandbox

extension SandboxDesk {
    var yoo: YooDesk {
        get throws {
            guard let yoo = site.yoo else { throw Refused(answer: "there is no YooKassa") }
            return yoo
        }
    }

    /// Presses a button of YooKassa's section.
    /// - Returns: the notice, or the status.
    func pressYoo(_ path: String, _ fields: [(String, String)] = []) async throws -> String {
        let answer = try await post("/sandbox/yookassa/" + path, fields)
        return answer.location.firstMatch(of: /notice=([a-z-]+)/).map { String($0.output.1) } ?? "\(answer.status)"
    }

    /// Has a payment made for an order by the button of the page, and follows it to the page where it is confirmed.
    /// - Returns: the payment as YooKassa has it, and the path of that page.
    func make(_ order: String, _ plan: YooPlan = .now) async throws -> (payment: YooKassaPayment, page: String) {
        let answer = try await post(
            "/sandbox/yookassa/payments", [("order", order), ("plan", plan.rawValue), ("lang", "en")])
        let page = answer.location
        guard page.hasPrefix("/yookassa/checkout/"), let payment = try yooPayment(order) else {
            throw Refused(answer: "\(answer.status) \(page)")
        }
        return (payment, page)
    }

    /// Registers an order in RUB on the page.
    func addRubles(_ id: String, _ amount: String) async throws {
        let answer = try await post(
            "/sandbox/orders", [("id", id), ("amount", amount), ("currency", "RUB"), ("description", "Something")])
        guard answer.location.contains("notice=ordered") else { throw Refused(answer: answer.text) }
    }

    /// The newest of an order.
    func yooPayment(_ order: String) throws -> YooKassaPayment? {
        try yoo.yookassa.payments.last { try yoo.order(of: $0) == order }
    }

    /// Types a card's number on the page of a payment, and a code if it asks for one.
    /// - Returns: where the payer is sent then.
    @discardableResult
    func confirm(_ page: String, card: String = "5555555555554444", code: String? = nil) async throws -> String {
        var form = try await get(page).text
        let path = String(page.prefix { $0 != "?" })
        func fields() -> [(String, String)] {
            let hidden = Self.hiddenFields(form)
            return ["orderId", "token", "lang"].map { name in (name, hidden.first { $0.0 == name }?.1 ?? "") }
        }
        var answer = try await post(path, fields() + [("card", card)])
        if let code, answer.text.contains(#"id="code-form""#) {
            form = answer.text
            answer = try await post(path, fields() + [("card", card), code.isEmpty ? ("fail", "yes") : ("code", code)])
        }
        return answer.location
    }

    /// Pays an order as a payer does, and waits for the server to know.
    func payYoo(_ order: String, _ plan: YooPlan = .now, card: String = "5555555555554444") async throws
        -> YooKassaPayment
    {
        let made = try await make(order, plan)
        try await confirm(made.page, card: card)
        return try yoo.yookassa.payment(made.payment.id) ?? made.payment
    }

    /// What the server asked YooKassa for, oldest first, without what it only looked at.
    var yooCalls: [String] {
        entries.filter { $0.direction == .yookassaAPI && !$0.title.hasPrefix("GET") }.map(\.title)
    }

    /// The page's subscription, as the merchant API has it.
    func subscription() async throws -> ShopSubscription {
        guard let found = await site.shop.subscriptions().first else {
            throw Refused(answer: "there is no subscription")
        }
        return found
    }

    /// Subscribes on the page, and pays for the first time.
    func subscribe() async throws -> ShopSubscription {
        let answer = try await post(
            "/sandbox/yookassa/subscriptions", [("amount", "299"), ("unit", "month"), ("lang", "en")])
        try await confirm(answer.location)
        _ = try await eventually { try await self.subscription().state == "active" }
        return try await subscription()
    }

    /// Chooses what becomes of the next charge, and moves the clock to it.
    func goOn(_ next: YooNextCharge) async throws -> String {
        try await pressYoo("subscriptions/\(try await subscription().id)/next", [("charge", next.rawValue)])
    }
}
