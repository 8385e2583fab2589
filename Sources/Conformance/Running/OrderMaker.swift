import AsyncHTTPClient
import StrictJSON

/// Makes orders through Tiyin's merchant API.
struct OrderMaker: Sendable {
    let transport: HTTPTransport
    let key: String
    let form: any OrderForm
    let redactor: Redactor

    /// Makes so many orders.
    ///
    /// - Parameter amount: in tiyin; of one-time orders
    func orders(_ count: Int, amount: Int64) async throws(ConformanceError) -> [String] {
        var ids: [String] = []
        for _ in 0..<count { ids.append(try await order(amount: amount)) }
        return ids
    }

    private func order(amount: Int64) async throws(ConformanceError) -> String {
        let id = "conform-\(RandomID.hexadecimal(length: 12))"
        let request = WireRequest(
            method: "POST",
            headers: [Header("Content-Type", "application/json"), Header("Idempotency-Key", id)],
            authorization: "Bearer \(key)", body: JSONValue.object(form.body(id, amount: amount)).serialized())
        switch await transport.send(request) {
        case .answer(let answer) where form.isMade(answer.status):
            return try await form.id(id)
        case .answer(let answer):
            let text = redactor(String(decoding: answer.body.prefix(300), as: UTF8.self))
            throw ConformanceError(
                .ordersRefused, "The merchant API did not make an order: HTTP \(answer.status), \(text)")
        case .failure(let failure):
            throw ConformanceError(.ordersRefused, "The merchant API did not make an order: \(failure.clause).")
        }
    }
}

/// How an order is made, and by what the scenarios know it.
protocol OrderForm: Sendable {
    /// Behind the merchant API's address.
    var path: String { get }

    /// - Parameter amount: in the smallest unit
    func body(_ id: String, amount: Int64) -> JSONObject
    func isMade(_ status: Int) -> Bool
    /// What scenarios call the order that was made last.
    ///
    /// - Parameter id: what the maker has called it
    func id(_ id: String) async throws(ConformanceError) -> String
}

/// An order that is paid later.
struct RegisteredOrder: OrderForm {
    let kind: OrderKind
    let path = "orders"

    func body(_ id: String, amount: Int64) -> JSONObject {
        var body: JSONObject = ["id": .string(id), "kind": .string(kind.rawValue)]
        switch kind {
        case .oneTime:
            body["amount"] = ["value": .string(AmountText.hundredths(amount)), "currency": "UZS"]
        case .cumulative:
            // Whoever pays into it says how much.
            body["currency"] = "UZS"
        }
        return body
    }

    func isMade(_ status: Int) -> Bool { status == 201 }

    func id(_ id: String) async throws(ConformanceError) -> String { id }
}

/// Amounts as texts.
enum AmountText {
    /// 150.10 of 15010; of what is not negative.
    static func hundredths(_ amount: Int64) -> String {
        let rest = amount % 100
        return "\(amount / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
