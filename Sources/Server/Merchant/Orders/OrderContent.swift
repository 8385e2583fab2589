import JSONRPC
import Payments
import StrictJSON

/// What an order asks for: all of it but its id and its age.
struct OrderContent: Sendable {
    let kind: Order.Kind
    let amount: Money?
    let currency: Currency
    let minimum: Money?
    let maximum: Money?
    let description: String?
    /// JSON text.
    var fiscal: String?

    /// - Throws: ``Problem`` that names the field at fault.
    init(_ object: JSONObject, fiscal: SchemaValidator) throws {
        try RequestChecks.fields(
            object, known: ["kind", "amount", "currency", "minimum", "maximum", "description", "fiscal"])
        kind = try Self.kind(object["kind"])
        amount = try object["amount"].map { try Self.money($0, "amount") }
        minimum = try object["minimum"].map { try Self.money($0, "minimum") }
        maximum = try object["maximum"].map { try Self.money($0, "maximum") }
        currency = try Self.currency(object["currency"], amount ?? minimum ?? maximum)
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
        }
        description = try Self.text(object["description"], "description", 1...1_000)
        self.fiscal = try Self.fiscal(object["fiscal"], fiscal, amount)
        try expectAgreement()
    }

    func order(id: String, createdAt: Int64) -> Order {
        Order(
            id: id, kind: kind, amount: amount, currency: currency, minimum: minimum?.minor, maximum: maximum?.minor,
            description: description, fiscal: fiscal, createdAt: createdAt)
    }

    /// What no schema says.
    private func expectAgreement() throws {
        for (name, money) in [("amount", amount), ("minimum", minimum), ("maximum", maximum)] {
            guard let money, money.currency != currency else { continue }
            throw Problem.unprocessable(name, "One order has one currency.")
        }
        if let minimum, let maximum, minimum.minor > maximum.minor {
            throw Problem.unprocessable("minimum", "The minimum is above the maximum.")
        }
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
        // Zeros in front are digits too: what the document promises to refuse is refused.
        guard text.prefix(while: { $0 != "." }).utf8.count <= 17,
            let money = try Money.decimal(text, currency, "\(field).value"), money.minor > 0
        else {
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
            let path = violation.path.isEmpty ? "fiscal" : "fiscal.\(violation.path)"
            // To JSON Schema 5.0 is a whole number; here an amount has one way to be written.
            if schema.firstViolation(in: value.withPlainIntegers) == nil {
                throw Problem.unprocessable(path, "Write it without a point and without an exponent.")
            }
            throw Problem.invalid(path, "This field \(violation.message).")
        }
        let lines = try FiscalLines(value)
        if let amount, let sum = try lines.sum(), sum != amount.minor {
            throw Problem.unprocessable(
                "fiscal", "The lines add up to \(sum) minor units, but the amount is \(amount.minor).")
        }
        return value.text
    }
}

extension Money {
    /// The amount; nil for what is no decimal of that currency.
    ///
    /// - Throws: ``Problem`` for one that is, and is more than 64 bits of minor units.
    static func decimal(_ text: String, _ currency: Currency, _ field: String) throws -> Money? {
        if let money = Money(decimal: text, currency: currency) { return money }
        // The same form with zeros can be read: there is only too much of it.
        guard Money(decimal: text.replacing(/[1-9]/, with: "0"), currency: currency) != nil else { return nil }
        throw Problem.unprocessable(field, "This is more than can be counted.")
    }
}
