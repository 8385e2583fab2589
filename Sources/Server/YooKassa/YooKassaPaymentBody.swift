import Payments
import StrictJSON
import YooKassa

/// The body of `POST /payments`: the seed's, and what users expect beyond it.
enum YooKassaPaymentBody {
    private static let fields: Set<String> = [
        "amount", "user_id", "order_id", "is_recurrent", "description", "capture", "confirmation",
        "payment_method_data", "receipt", "metadata", "client_ip", "merchant_customer_id",
    ]

    /// - Throws: ``Problem`` that names the field at fault.
    static func request(_ bytes: [UInt8], idempotencyKey: String?) throws -> YooKassaPaymentRequest {
        let object = try RequestChecks.object(bytes)
        try RequestChecks.fields(object, known: fields)
        let confirmation = try confirmation(object)
        return YooKassaPaymentRequest(
            amount: try amount(object), orderID: try id(object, "order_id", maximum: 64),
            userID: try id(object, "user_id", maximum: 200),
            description: try text(object, "description", maximum: 1_000),
            confirmation: confirmation.type, returnURL: confirmation.returnURL, locale: confirmation.locale,
            capture: try flag(object, "capture") ?? true, methodType: try methodType(object),
            savesMethod: try flag(object, "is_recurrent") ?? false, receipt: try member(object, "receipt"),
            metadata: try metadata(object), clientIP: try text(object, "client_ip", maximum: 45),
            customerID: try text(object, "merchant_customer_id", maximum: 1_000), idempotencyKey: idempotencyKey)
    }

    /// - Throws: ``Problem`` if it is missing or no amount.
    static func amount(_ object: JSONObject) throws -> Money {
        guard let value = object["amount"] else {
            throw Problem.invalid("amount", #"Send it: {"value": "100.00", "currency": "RUB"}."#)
        }
        return try OrderContent.money(value, "amount")
    }

    /// How the payer confirms.
    static func confirmation(
        _ object: JSONObject
    ) throws -> (type: String, returnURL: String?, locale: String?) {
        guard let value = object["confirmation"], !value.isNull else { return ("redirect", nil, nil) }
        guard let members = value.objectValue else { throw Problem.invalid("confirmation", "Must be an object.") }
        for name in members.keys where !["type", "return_url", "locale"].contains(name) {
            throw Problem.invalid("confirmation.\(name)", "There is no such field: remove it or correct its name.")
        }
        return (
            try text(members, "type", "confirmation.type", maximum: 64) ?? "redirect",
            try text(members, "return_url", "confirmation.return_url", maximum: 2_048),
            try text(members, "locale", "confirmation.locale", maximum: 16)
        )
    }

    /// An object as it is; nil: it is not there.
    static func member(_ object: JSONObject, _ name: String) throws -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        guard value.objectValue != nil else { throw Problem.invalid(name, "Must be an object.") }
        return value
    }

    static func text(_ object: JSONObject, _ name: String, _ field: String? = nil, maximum: Int) throws -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue, (1...maximum).contains(text.unicodeScalars.count), !text.utf8.contains(0)
        else { throw Problem.invalid(field ?? name, "Must be text of 1 to \(maximum) characters.") }
        return text
    }

    static func flag(_ object: JSONObject, _ name: String) throws -> Bool? {
        switch object[name] {
        case nil, .null: return nil
        case .bool(let flag): return flag
        default: throw Problem.invalid(name, "Must be true or false.")
        }
    }

    /// The seed writes an order's id as a number.
    static func id(_ object: JSONObject, _ name: String, maximum: Int) throws -> String? {
        if case .integer(let number) = object[name], number >= 0 { return String(number) }
        guard let text = try text(object, name, maximum: maximum) else { return nil }
        guard text.utf8.count <= maximum else { throw Problem.invalid(name, "Must be at most \(maximum) bytes.") }
        return text
    }

    private static func methodType(_ object: JSONObject) throws -> String? {
        guard let data = try member(object, "payment_method_data")?.objectValue else { return nil }
        for name in data.keys where name != "type" {
            // A card's number has no place here: the payer types it at YooKassa.
            throw Problem.invalid("payment_method_data", "Send the type alone: the payer fills in the rest.")
        }
        return try text(data, "type", "payment_method_data.type", maximum: 64)
    }

    private static func metadata(_ object: JSONObject) throws -> [String: String] {
        guard let members = try member(object, "metadata")?.objectValue else { return [:] }
        var metadata: [String: String] = [:]
        for (key, value) in members {
            guard let text = value.stringValue, !text.utf8.contains(0), !key.utf8.contains(0) else {
                throw Problem.invalid("metadata", "Must be an object of texts.")
            }
            metadata[key] = text
        }
        return metadata
    }
}

/// The body of `POST /subscriptions`.
enum YooKassaSubscriptionBody {
    private static let fields: Set<String> = [
        "amount", "user_id", "description", "unit", "every", "time_zone", "consent", "receipt", "confirmation",
        "first_payment",
    ]

    /// - Throws: ``Problem`` that names the field at fault.
    static func request(_ bytes: [UInt8], idempotencyKey: String?) throws -> YooKassaSubscriptionRequest {
        let object = try RequestChecks.object(bytes)
        try RequestChecks.fields(object, known: fields)
        guard let user = try YooKassaPaymentBody.id(object, "user_id", maximum: 200) else {
            throw Problem.invalid("user_id", "Send it: your name for the payer.")
        }
        guard let consent = try YooKassaPaymentBody.text(object, "consent", maximum: 10_000) else {
            throw Problem.invalid(
                "consent", "Send the words that the payer agreed to: amount, frequency, and how to stop.")
        }
        let word = try YooKassaPaymentBody.text(object, "unit", maximum: 16) ?? "month"
        guard let unit = YooKassaSubscription.Unit(rawValue: word) else {
            let names = YooKassaSubscription.Unit.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid("unit", "Must be one of \(names).")
        }
        let every: Int64
        switch object["every"] {
        case nil, .null: every = 1
        case .integer(let number): every = number
        default: throw Problem.invalid("every", "Must be a whole number of units.")
        }
        let confirmation = try YooKassaPaymentBody.confirmation(object)
        if confirmation.locale != nil {
            throw Problem.invalid("confirmation.locale", "There is no such field: remove it or correct its name.")
        }
        return YooKassaSubscriptionRequest(
            amount: try YooKassaPaymentBody.amount(object), userID: user,
            description: try YooKassaPaymentBody.text(object, "description", maximum: 1_000), unit: unit,
            every: every, zone: try YooKassaPaymentBody.text(object, "time_zone", maximum: 64) ?? "Europe/Moscow",
            consent: consent, receipt: try YooKassaPaymentBody.member(object, "receipt"),
            confirmation: confirmation.type, returnURL: confirmation.returnURL,
            startsWithPayment: try YooKassaPaymentBody.flag(object, "first_payment") ?? true,
            idempotencyKey: idempotencyKey)
    }
}
