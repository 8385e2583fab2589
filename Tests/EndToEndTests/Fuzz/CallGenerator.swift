import StrictJSON
import TestSupport

/// Calls that Payme could make, of few transactions and orders, so that they meet.
struct CallGenerator {
    var random: SeededGenerator
    /// Milliseconds since 1970.
    let now: Int64

    static let orders = (0..<6).map { "order-\($0)" }
    static let account = "wallet"

    mutating func next() -> JSONValue {
        let method =
            [
                "CheckPerformTransaction", "CreateTransaction", "CreateTransaction", "PerformTransaction",
                "CancelTransaction", "CheckTransaction", "GetStatement", "SetFiscalData", "ChangePassword", "Unknown",
            ].randomElement(using: &random) ?? ""
        var request: JSONObject = ["method": .string(method), "params": params(of: method)]
        if chance(2) { request["jsonrpc"] = "2.0" }
        if !chance(20) { request["id"] = .integer(Int64.random(in: 0...1_000_000, using: &random)) }
        return .object(request)
    }

    private mutating func params(of method: String) -> JSONValue {
        switch method {
        case "CheckPerformTransaction": return ["amount": amount(), "account": account()]
        case "CreateTransaction": return ["id": id(), "time": time(), "amount": amount(), "account": account()]
        case "CancelTransaction": return ["id": id(), "reason": .integer(Int64.random(in: 1...10, using: &random))]
        case "GetStatement": return ["from": time(), "to": time()]
        case "SetFiscalData":
            return [
                "id": id(), "type": chance(2) ? "PERFORM" : "CANCEL",
                "fiscal_data": ["status_code": 0, "receipt_id": 2, "message": "accepted", "date": "20261121101112"],
            ]
        default: return ["id": id()]
        }
    }

    private mutating func id() -> JSONValue { .string(PaymeClient.id(Int.random(in: 0..<200, using: &random))) }

    private mutating func amount() -> JSONValue {
        chance(5) ? .integer(Int64.random(in: -5...5, using: &random)) : 500_000
    }

    /// Now and then too old to create.
    private mutating func time() -> JSONValue {
        .integer(now - Int64.random(in: 0...(chance(8) ? 90_000_000 : 3_600_000), using: &random))
    }

    private mutating func account() -> JSONValue {
        let order = chance(2) ? Self.account : Self.orders.randomElement(using: &random) ?? ""
        return ["order_id": .string(order)]
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}
