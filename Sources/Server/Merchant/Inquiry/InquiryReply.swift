import JSONRPC
import Payments
import StrictJSON

/// Reads the shop's answer to a question about an account.
///
/// Members that are not known are refused: a limit whose name is misspelt would be no limit. `null` is as good as
/// left out.
enum InquiryReply {
    /// - Parameters:
    ///   - question: what the answer is to.
    ///   - fiscal: the form of fiscal lines.
    ///   - now: milliseconds since 1970.
    /// - Throws: ``InquiryFailure``.
    static func read(
        _ bytes: [UInt8], _ question: AccountQuestion, fiscal: SchemaValidator, now: Int64
    ) throws(InquiryFailure) -> InquiryAnswer {
        guard let object = (try? JSONValue(parsing: bytes))?.objectValue else {
            throw InquiryFailure("the answer is no JSON object")
        }
        guard let allow = object["allow"]?.boolValue else {
            throw InquiryFailure("the answer's allow must be true or false")
        }
        var members = JSONObject()
        for (name, value) in object where !value.isNull && name != "allow" { members[name] = value }
        return allow ? try order(members, question, fiscal, now) : .refused(try rejection(members))
    }

    // Yes

    private static func order(
        _ members: JSONObject, _ question: AccountQuestion, _ fiscal: SchemaValidator, _ now: Int64
    ) throws(InquiryFailure) -> InquiryAnswer {
        let additional = try additional(members["additional"])
        // The rest is an order, by the rules of `POST /orders`.
        var order = members
        order["additional"] = nil
        guard order["id"] == nil else { throw InquiryFailure("the answer has an id; the member is called order_id") }
        order["id"] = order["order_id"] ?? question.reference.map(JSONValue.string)
        order["order_id"] = nil
        guard order["id"] != nil else {
            throw InquiryFailure("the answer needs an order_id: the account has no reference")
        }
        order["kind"] = order["kind"] ?? .string(Order.Kind.cumulative.rawValue)
        if !["currency", "amount", "minimum", "maximum"].contains(where: { order[$0] != nil }),
            let amount = question.amount
        {
            order["currency"] = .string(amount.currency.code)
        }
        do {
            return .order(try OrderRequest(order, fiscal: fiscal, now: now).order, additional: additional)
        } catch let problem as Problem {
            throw failure(problem)
        } catch {
            throw InquiryFailure("the answer is malformed")
        }
    }

    private static func failure(_ problem: Problem) -> InquiryFailure {
        let field = problem.field ?? ""
        let name = field == "id" ? "order_id" : field
        // A name that the shop made up is not for the log unless it is harmless.
        let isPlain =
            (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { (0x30...0x7A).contains($0) || $0 == 0x2E }
        return InquiryFailure("the answer's \(isPlain ? name : "…"): \(problem.detail)")
    }

    private static func additional(_ value: JSONValue?) throws(InquiryFailure) -> [AdditionalField] {
        guard let value else { return [] }
        let wrong = InquiryFailure(
            "the answer's additional must be an object of up to 20 texts of up to 1,000 characters, "
                + "with names of up to 64"
        )
        guard let object = value.objectValue, object.count <= 20 else { throw wrong }
        var fields: [AdditionalField] = []
        for (name, value) in object {
            guard let name = text(.string(name), 64), let value = text(value, 1_000) else { throw wrong }
            fields.append(AdditionalField(name, value))
        }
        return fields
    }

    // No

    private static func rejection(_ members: JSONObject) throws(InquiryFailure) -> Rejection {
        for name in members.keys where !["reason", "message", "field"].contains(name) {
            throw InquiryFailure("an answer that refuses has reason, message and field, and nothing else")
        }
        let (message, field) = (members["message"], members["field"])
        let reason = members["reason"]?.stringValue
        if message != nil, reason != "refused" {
            throw InquiryFailure("the answer's message goes with the reason refused only; the others have texts")
        }
        if field != nil, reason != "refused", reason != "not_found" {
            throw InquiryFailure("the answer's field goes with the reasons refused and not_found only")
        }
        let name = try field.map { value throws(InquiryFailure) in
            guard let name = text(value, 64) else {
                throw InquiryFailure("the answer's field must be the name of a part of the account")
            }
            return name
        }
        switch reason {
        case "not_found": return .orderNotFound(field: name)
        case "not_payable": return .orderNotPayable
        case "paid": return .orderPaid
        case "busy": return .orderBusy
        case "wrong_amount": return .wrongAmount
        case "refused":
            return .refused(
                Refusal(message: try message.map { value throws(InquiryFailure) in try words(value) }, field: name))
        default:
            throw InquiryFailure(
                "the answer's reason must be not_found, not_payable, paid, busy, wrong_amount or refused")
        }
    }

    private static func words(_ value: JSONValue) throws(InquiryFailure) -> Refusal.Message {
        guard let object = value.objectValue, object.count == 3, let ru = text(object["ru"], 300),
            let uz = text(object["uz"], 300), let en = text(object["en"], 300)
        else {
            throw InquiryFailure("the answer's message must have ru, uz and en, each of 1 to 300 characters")
        }
        return Refusal.Message(ru: ru, uz: uz, en: en)
    }

    private static func text(_ value: JSONValue?, _ length: Int) -> String? {
        guard let text = value?.stringValue, (1...length).contains(text.unicodeScalars.count), !text.utf8.contains(0)
        else { return nil }
        return text
    }
}
