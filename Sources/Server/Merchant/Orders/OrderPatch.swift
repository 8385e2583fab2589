import JSONRPC
import Payments
import StrictJSON

/// The body of `PATCH /orders/{id}`: a merge patch.
///
/// Source: RFC 7396.
struct OrderPatch: Sendable {
    private let members: JSONObject

    /// - Throws: ``Problem`` that names the field at fault.
    init(_ bytes: [UInt8]) throws {
        members = try RequestChecks.object(bytes)
        if let fixed = members.keys.first(where: { ["id", "kind", "currency"].contains($0) }) {
            throw Problem.invalid(fixed, "This cannot be changed: withdraw the order and register another one.")
        }
        try RequestChecks.fields(members, known: ["amount", "minimum", "maximum", "description", "fiscal"])
    }

    /// The order with the patch merged in, by the rules of a new order.
    ///
    /// - Throws: ``Problem`` if that is no order.
    func applied(to order: Order, fiscal: SchemaValidator) throws -> Order {
        let old = Self.document(order)
        guard case .object(var merged) = Self.merged(.object(old), .object(members)) else { return order }
        // Lines that nothing of the patch concerns are not looked at: hooks may have stored others than the API takes.
        let keepsLines = members["fiscal"] == nil
        if keepsLines, members["amount"] == nil { merged["fiscal"] = Optional.none }
        do {
            var content = try OrderContent(merged, fiscal: fiscal)
            // What was not touched stays to the letter.
            if keepsLines { content.fiscal = order.fiscal }
            return content.order(id: order.id, createdAt: order.createdAt)
        } catch let problem as Problem {
            // The patch may be right, and what it makes of this order is not.
            throw Problem.unprocessable(problem.field ?? "", problem.detail)
        }
    }

    /// The order as `POST /orders` would take it.
    private static func document(_ order: Order) -> JSONObject {
        var members: JSONObject = ["kind": .string(order.kind.rawValue), "currency": .string(order.currency.code)]
        func money(_ minor: Int64) -> JSONValue {
            let money = Money(minor: minor, currency: order.currency)
            return ["value": .string(money.decimal), "currency": .string(money.currency.code)]
        }
        if let amount = order.amount { members["amount"] = money(amount.minor) }
        if let minimum = order.minimum { members["minimum"] = money(minimum) }
        if let maximum = order.maximum { members["maximum"] = money(maximum) }
        if let description = order.description { members["description"] = .string(description) }
        if let fiscal = order.fiscal.flatMap({ try? JSONValue(parsing: $0) }) { members["fiscal"] = fiscal }
        return members
    }

    /// Source: RFC 7396, section 2.
    private static func merged(_ target: JSONValue, _ patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = target.objectValue ?? JSONObject()
        for (name, value) in changes {
            // `nil` alone would be JSON's null here.
            result[name] = value.isNull ? Optional.none : merged(result[name] ?? .null, value)
        }
        return .object(result)
    }
}
