import HTTPTypes
import JSONRPC
import Payments
import Specification
import StrictJSON

/// The body of `POST /orders`.
struct OrderRequest: Sendable {
    let order: Order

    /// - Throws: ``Problem`` that names the field at fault.
    init(_ bytes: [UInt8], fiscal: SchemaValidator, now: Int64) throws {
        try self.init(try Self.object(bytes), fiscal: fiscal, now: now)
    }

    /// - Parameter object: what the body holds.
    /// - Throws: ``Problem`` that names the field at fault.
    init(_ object: JSONObject, fiscal: SchemaValidator, now: Int64) throws {
        let known: Set<String> = ["id", "kind", "amount", "currency", "minimum", "maximum", "description", "fiscal"]
        if let stray = object.keys.first(where: { !known.contains($0) }) {
            throw Problem.invalid(stray, "There is no such field: remove it or correct its name.")
        }
        let kind = try Self.kind(object["kind"])
        let amount = try object["amount"].map { try Self.money($0, "amount") }
        let minimum = try object["minimum"].map { try Self.money($0, "minimum") }
        let maximum = try object["maximum"].map { try Self.money($0, "maximum") }
        let currency = try Self.currency(object["currency"], amount ?? minimum ?? maximum)
        for (name, money) in [("amount", amount), ("minimum", minimum), ("maximum", maximum)] {
            guard let money else { continue }
            if money.currency != currency { throw Problem.invalid(name, "One order has one currency.") }
        }
        switch kind {
        case .oneTime:
            if amount == nil { throw Problem.invalid("amount", "A one_time order needs an amount.") }
            if minimum != nil || maximum != nil {
                throw Problem.invalid("minimum", "Only a cumulative order has limits; a one_time order has an amount.")
            }
        case .cumulative:
            if amount != nil {
                throw Problem.invalid("amount", "The payer chooses what goes to a cumulative order: leave it out.")
            }
            if let fiscal = object["fiscal"], !fiscal.isNull {
                throw Problem.invalid("fiscal", "Only a one_time order has lines: they must add up to its amount.")
            }
            if let minimum, let maximum, minimum.minor > maximum.minor {
                throw Problem.invalid("minimum", "The minimum is above the maximum.")
            }
        }
        let fiscalText = try Self.fiscal(object["fiscal"], fiscal, amount)
        order = Order(
            id: try Self.id(object["id"]), kind: kind, amount: amount, currency: currency,
            minimum: minimum?.minor, maximum: maximum?.minor,
            description: try Self.text(object["description"], "description", 1...1_000), fiscal: fiscalText,
            createdAt: now)
    }

    private static func object(_ bytes: [UInt8]) throws -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw Problem(status: .badRequest, type: "invalid-json", detail: "The body is not valid JSON. \(error).")
        }
        guard let object = value.objectValue else {
            throw Problem(status: .badRequest, type: "invalid-json", detail: "The body must be a JSON object.")
        }
        return object
    }

    private static func kind(_ value: JSONValue?) throws -> Order.Kind {
        guard let value else { return .oneTime }
        guard let kind = value.stringValue.flatMap(Order.Kind.init(rawValue:)) else {
            throw Problem.invalid("kind", "Must be one_time or cumulative.")
        }
        return kind
    }

    static func money(_ value: JSONValue, _ field: String) throws -> Money {
        guard let object = value.objectValue, object.count == 2, let text = object["value"]?.stringValue,
            let code = object["currency"]?.stringValue
        else {
            throw Problem.invalid(
                field, #"Must be an object like {"value": "5000.00", "currency": "UZS"}, the value as text."#)
        }
        guard let currency = Currency(code: code) else {
            let codes = Currency.known.map(\.code).joined(separator: ", ")
            throw Problem.invalid("\(field).currency", "Must be one of \(codes).")
        }
        guard let money = Money(decimal: text, currency: currency), money.minor > 0 else {
            throw Problem.invalid(
                "\(field).value",
                "Must be a decimal above 0 with at most \(currency.minorDigits) decimals, such as 5000.00.")
        }
        return money
    }

    private static func currency(_ value: JSONValue?, _ money: Money?) throws -> Currency {
        guard let value else { return money?.currency ?? .uzs }
        guard let currency = value.stringValue.flatMap(Currency.init(code:)) else {
            throw Problem.invalid("currency", "Must be a currency code such as UZS.")
        }
        return currency
    }

    private static func id(_ value: JSONValue?) throws -> String {
        guard let value else { return UniqueID.make() }
        guard let text = value.stringValue, (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isIDByte) else {
            throw Problem.invalid("id", "Must be 1 to 64 letters, digits and + - . / : _")
        }
        return text
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func text(_ value: JSONValue?, _ field: String, _ length: ClosedRange<Int>) throws -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.stringValue, length.contains(text.unicodeScalars.count) else {
            throw Problem.invalid(field, "Must be text of \(length.lowerBound) to \(length.upperBound) characters.")
        }
        guard !text.utf8.contains(0) else {
            throw Problem.invalid(field, "Must not contain the character U+0000.")
        }
        return text
    }

    /// The fiscal lines must have Payme's form and add up to the amount.
    ///
    /// Source: payme.md 3.1 (`detail`).
    private static func fiscal(_ value: JSONValue?, _ schema: SchemaValidator, _ amount: Money?) throws -> String? {
        guard let value, !value.isNull else { return nil }
        if let violation = schema.firstViolation(in: value) {
            throw Problem.invalid(
                violation.path.isEmpty ? "fiscal" : "fiscal.\(violation.path)", "This field \(violation.message).")
        }
        let lines = try FiscalLines(value)
        if let amount, let sum = try lines.sum(), sum != amount.minor {
            throw Problem.invalid(
                "fiscal", "The lines add up to \(sum) minor units, but the amount is \(amount.minor).")
        }
        return value.text
    }
}
