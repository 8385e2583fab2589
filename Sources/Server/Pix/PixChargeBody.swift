import Payments
import Pix
import Pledg
import StrictJSON

/// The body of `POST /payments/pix`: `{"amount": 10.50}` is enough.
enum PixChargeBody {
    private static let fields: Set<String> = ["amount", "order_id", "expiry", "description"]

    /// - Throws: ``Problem`` that names the field at fault.
    static func request(_ bytes: [UInt8], idempotencyKey: String?) throws -> PixChargeRequest {
        let object = try RequestChecks.object(bytes)
        try RequestChecks.fields(object, known: fields)
        let orderID = try text(object, "order_id", maximum: 64)
        if let orderID, PledgGateway.isOwnOrder(orderID) { throw Problem.managedOrder("order_id") }
        return PixChargeRequest(
            amount: try amount(object), orderID: orderID,
            expirySeconds: try seconds(object), description: try text(object, "description", maximum: 1_000),
            idempotencyKey: idempotencyKey)
    }

    /// Centavos, read from the digits that were sent.
    ///
    /// - Throws: ``Problem`` if the member is missing or no amount of whole centavos above zero.
    static func amount(_ object: JSONObject) throws -> Int64 {
        guard let centavos = centavos(object["amount"]), centavos > 0 else {
            throw Problem.invalid(
                "amount", "Must be an amount in BRL above zero with at most two decimals: 10.50 or \"10.50\".")
        }
        return centavos
    }

    /// Nil for what is no amount of whole centavos.
    static func centavos(_ value: JSONValue?) -> Int64? {
        switch value {
        case .string(let text): return Money(decimal: text, currency: .brl)?.minor
        case .object(let money):
            // As the merchant API writes amounts.
            guard money.count == 2, money["currency"] == .string(Currency.brl.code) else { return nil }
            return money["value"]?.stringValue.flatMap { Money(decimal: $0, currency: .brl)?.minor }
        case .integer, .number:
            guard let (whole, isExact) = value.flatMap(ExactNumber.init)?.times(100), isExact else { return nil }
            return Int64(exactly: whole)
        default: return nil
        }
    }

    private static func seconds(_ object: JSONObject) throws -> Int64? {
        switch object["expiry"] {
        case nil, .null: return nil
        case .integer(let seconds): return seconds
        default: throw Problem.invalid("expiry", "Must be a whole number of seconds.")
        }
    }

    private static func text(_ object: JSONObject, _ name: String, maximum: Int) throws -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue, (1...maximum).contains(text.unicodeScalars.count), !text.utf8.contains(0)
        else { throw Problem.invalid(name, "Must be text of 1 to \(maximum) characters.") }
        return text
    }
}
