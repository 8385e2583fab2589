import Crypto
import Payments
import Pledg
import StrictJSON

/// The body of `POST /purchase`: the seed's organiser, amount and basket, and what users expect beyond it.
///
/// Source: pledg.md 1 (S1), 7
enum PledgBody {
    private static let fields: Set<String> = [
        "organiser_email", "organiser_name", "amount", "basket", "reference", "title", "language", "success_url",
        "cancel_url", "on_failure",
    ]

    /// - Throws: ``Problem`` that names the field at fault.
    static func request(_ bytes: [UInt8], idempotencyKey: String?) throws -> PledgRequest {
        let object = try RequestChecks.object(bytes)
        try RequestChecks.fields(object, known: fields)
        guard let organiser = try text(object, "organiser_email") else {
            throw Problem.invalid("organiser_email", "Send it: the address of who organises the payment.")
        }
        guard let value = object["amount"] else {
            throw Problem.invalid("amount", #"Send it: {"value": "90.00", "currency": "EUR"}."#)
        }
        let amount = try OrderContent.money(value, "amount")
        let title = try text(object, "title")
        return PledgRequest(
            reference: try reference(object, idempotencyKey), organiserEmail: organiser,
            organiserName: try text(object, "organiser_name"), amount: amount,
            lines: try basket(object, amount, title), title: title, language: try text(object, "language"),
            successURL: try text(object, "success_url"), cancelURL: try text(object, "cancel_url"),
            onFailure: try onFailure(object), idempotencyKey: idempotencyKey)
    }

    /// The merchant's order; one who names none gets one, the same for the same request.
    private static func reference(_ object: JSONObject, _ key: String?) throws -> String {
        if let text = try text(object, "reference") { return text }
        guard let key else { return "group-" + UniqueID.make() }
        return "group-"
            + SHA256.hash(data: Array(key.utf8)).prefix(16).map { String(Int($0) + 256, radix: 16).dropFirst() }
            .joined()
    }

    /// The seed's amount may stand alone: then it is one line.
    private static func basket(_ object: JSONObject, _ amount: Money, _ title: String?) throws -> [PledgLine] {
        guard let value = object["basket"], !value.isNull else {
            return [PledgLine(name: title ?? "Basket", quantity: 1, unitAmount: amount.minor)]
        }
        guard let items = value.arrayValue else { throw Problem.invalid("basket", "Must be a list of lines.") }
        return try items.enumerated().map { index, item in
            let name = "basket[\(index)]"
            guard let line = item.objectValue else { throw Problem.invalid(name, "Must be an object.") }
            for stray in line.keys where !["name", "quantity", "unit_amount"].contains(stray) {
                throw Problem.invalid("\(name).\(stray)", "There is no such field: remove it or correct its name.")
            }
            guard let text = line["name"]?.stringValue else { throw Problem.invalid("\(name).name", "Must be text.") }
            guard let quantity = (line["quantity"] ?? 1).integerValue else {
                throw Problem.invalid("\(name).quantity", "Must be a whole number of pieces.")
            }
            guard let price = line["unit_amount"] else {
                throw Problem.invalid("\(name).unit_amount", "Send it: the price of one piece.")
            }
            let unit = try OrderContent.money(price, "\(name).unit_amount")
            guard unit.currency == amount.currency else {
                throw Problem.unprocessable("\(name).unit_amount", "One purchase has one currency.")
            }
            return PledgLine(name: text, quantity: quantity, unitAmount: unit.minor)
        }
    }

    private static func onFailure(_ object: JSONObject) throws -> PledgConfiguration.OnFailure? {
        guard let word = try text(object, "on_failure") else { return nil }
        guard let known = PledgConfiguration.OnFailure(rawValue: word) else {
            let words = PledgConfiguration.OnFailure.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid("on_failure", "Must be one of \(words).")
        }
        return known
    }

    private static func text(_ object: JSONObject, _ name: String) throws -> String? {
        try YooKassaPaymentBody.text(object, name, maximum: 2_000)
    }
}

/// The body of `POST /purchase/{id}/refund`: nothing, a part, or what each member gets.
struct PledgRefundBody {
    let amount: Money?
    /// By e-mail address.
    let members: [String: Money]?

    /// - Throws: ``Problem`` that names the field at fault.
    init(_ bytes: [UInt8]) throws {
        let object = try RequestChecks.optionalObject(bytes)
        try RequestChecks.fields(object, known: ["amount", "members"])
        amount = try object["amount"].map { try OrderContent.money($0, "amount") }
        guard let value = object["members"], !value.isNull else {
            members = nil
            return
        }
        guard amount == nil else {
            throw Problem.invalid("members", "Send an amount for all together, or one for each member: not both.")
        }
        guard let entries = value.objectValue, entries.count > 0 else {
            throw Problem.invalid("members", #"Must be an object: {"ann@example.com": {"value": …}}."#)
        }
        var members: [String: Money] = [:]
        for (address, money) in entries {
            // Two names of other bytes may be one text.
            guard members.updateValue(try OrderContent.money(money, "members"), forKey: address) == nil else {
                throw Problem.unprocessable("members", "\(address) is there twice: name each member once.")
            }
        }
        self.members = members
    }

    var currencies: Set<Currency> {
        Set(([amount].compactMap { $0 } + (members?.values.map { $0 } ?? [])).map(\.currency))
    }
}
