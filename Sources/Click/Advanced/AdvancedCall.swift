import Payments
import Specification
import StrictJSON

/// One call of Click's Advanced Shop, its members in their types. The signature is not looked at here.
///
/// Source: click.md 1.13.
struct AdvancedCall: Sendable {
    let object: JSONObject
    /// As `x-actions` names it.
    let action: String
    let serviceID: Int64
    /// What is asked about; empty for Compare.
    let params: JSONObject
    /// All values of ``params``, put together as they came.
    let signedParams: String
    /// The payment; nil for Getinfo and Compare.
    let paydocID: Int64?
    /// The attempt at it; nil for Getinfo and Compare.
    let attemptID: Int64?
    /// What we returned from Prepare; nil: the call has none.
    let prepareID: Int64?

    /// Nil if it is not in the shape of its document; an unknown action has its number for a name.
    init?(_ body: [UInt8], _ click: ClickSpecification) {
        guard let object = (try? JSONValue(parsing: body))?.objectValue, let number = object["action"]?.integerValue,
            let serviceID = object["service_id"]?.integerValue
        else { return nil }
        self.object = object
        self.serviceID = serviceID
        action = click.advancedActions.first { $0.value == number }?.key ?? String(number)
        let isSigned = Self.isSigned(action)
        paydocID = object["click_paydoc_id"]?.integerValue
        attemptID = object["attempt_trans_id"]?.integerValue
        let params = object["params"]?.objectValue
        guard let texts = params.map(Self.texts) ?? .some([]) else { return nil }
        self.params = params ?? JSONObject()
        signedParams = texts.joined()
        switch object["merchant_prepare_id"] {
        case nil, .null?: prepareID = nil
        case .integer(let id)?: prepareID = id
        case .string(let text)?:
            // The table says text, the samples show numbers.
            guard let id = Int64(text) else { return nil }
            prepareID = id
        default: return nil
        }
        if isSigned {
            // What is hashed has no separators: the shape of the time keeps digits from moving over to it.
            guard paydocID != nil, attemptID != nil, params != nil, object["sign_string"]?.stringValue != nil,
                let time = object["sign_time"]?.stringValue, ClickForm.isMoment(time)
            else { return nil }
        }
        if action == "getinfo", params == nil { return nil }
    }

    /// Getinfo and Compare carry no signature.
    static func isSigned(_ action: String) -> Bool { action != "getinfo" && action != "compare" }

    /// The values as they stand in the body. Nil if there is one whose text Click does not define.
    private static func texts(_ params: JSONObject) -> [String]? {
        var texts: [String] = []
        for (_, value) in params {
            switch value {
            case .string(let text): texts.append(text)
            case .integer(let number): texts.append(String(number))
            case .number(let text): texts.append(text)
            case .null, .bool, .array, .object: return nil
            }
        }
        return texts
    }

    /// The text of a member that the signature covers.
    func text(_ name: String) -> String? { object[name]?.stringValue ?? object[name]?.numberText }

    /// A member of `params` as text.
    func param(_ name: String) -> String? { params[name]?.stringValue ?? params[name]?.numberText }

    /// The digits of the two numbers that the signature begins with, which could be split elsewhere as well.
    var signedNumbers: String { "\(paydocID ?? 0)\(attemptID ?? 0)" }

    /// Sums as decimal text; nil: no amount.
    var amount: Money? { param("amount").flatMap(ClickCallback.amount) }

    /// How the payment is stored. A new attempt at it is no new payment.
    var key: TransactionKey {
        TransactionKey(
            gateway: ClickGateway.name, cashbox: String(serviceID), externalID: "paydoc-\(paydocID ?? 0)")
    }
}
