import Specification
import StrictJSON

/// An answer of the endpoint, as Click reads it.
enum ClickVerdict: Sendable {
    /// - Parameter id: `merchant_prepare_id` or `merchant_confirm_id`.
    case said(error: Int64, note: String, id: Int64?)
    /// No answer, another status than 200, or a body that is no answer.
    case unusable

    init(_ answer: WireAnswer, _ action: ClickAction) {
        guard answer.status == 200, let value = try? JSONValue(parsing: answer.bytes),
            let error = value["error"]?.integerValue
        else {
            self = .unusable
            return
        }
        self = .said(
            error: error, note: value["error_note"]?.stringValue ?? "",
            id: value[action == .prepare ? "merchant_prepare_id" : "merchant_confirm_id"]?.integerValue)
    }

    /// nil: there is none.
    var error: Int64? { if case .said(let error, _, _) = self { error } else { nil } }
}

/// The numbers of the answers that Click goes by.
struct ClickCodes: Sendable {
    let success: Int64
    let alreadyPaid: Int64
    let cancelled: Int64
    /// The `error` of a payment that the bank refused.
    let bankRefused: Int64
    /// The `error` of a payment that the payer, or Click, called off.
    ///
    /// Source: click.md 1.12 B, step 7.
    let calledOff: Int64 = -1

    init(_ specification: ClickSpecification) {
        func code(_ name: String) -> Int64 {
            guard let answer = specification.answer(named: name) else {
                preconditionFailure("click.openapi.yaml has no answer named \(name)")
            }
            return answer.code
        }
        success = code("Success")
        alreadyPaid = code("AlreadyPaid")
        cancelled = code("Cancelled")
        bankRefused = specification.suiteCancel
    }
}
