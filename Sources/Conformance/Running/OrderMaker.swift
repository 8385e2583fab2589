import AsyncHTTPClient
import StrictJSON

/// Makes orders through Tiyin's merchant API.
struct OrderMaker: Sendable {
    let transport: HTTPTransport
    let key: String
    let kind: OrderKind
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
        var body: JSONObject = ["id": .string(id), "kind": .string(kind.rawValue)]
        switch kind {
        case .oneTime:
            let tiyin = amount % 100
            let value = "\(amount / 100).\(tiyin < 10 ? "0" : "")\(tiyin)"
            body["amount"] = ["value": .string(value), "currency": "UZS"]
        case .cumulative:
            // Whoever pays into it says how much.
            body["currency"] = "UZS"
        }
        let request = WireRequest(
            method: "POST",
            headers: [Header("Content-Type", "application/json"), Header("Idempotency-Key", id)],
            authorization: "Bearer \(key)", body: JSONValue.object(body).serialized())
        switch await transport.send(request) {
        case .answer(let answer) where answer.status == 201:
            return id
        case .answer(let answer):
            let text = redactor(String(decoding: answer.body.prefix(300), as: UTF8.self))
            throw ConformanceError(
                .ordersRefused, "The merchant API did not make an order: HTTP \(answer.status), \(text)")
        case .failure(let failure):
            throw ConformanceError(.ordersRefused, "The merchant API did not make an order: \(failure.clause).")
        }
    }
}
