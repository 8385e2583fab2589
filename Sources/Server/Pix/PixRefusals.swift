import HTTPTypes
import Payments
import Pix

extension PixChargeRefusal {
    /// What the merchant is told.
    var problem: Problem {
        switch self {
        case .amount: .invalid("amount", "Must be from 0.01 to 9999999999.99 BRL.")
        case .expiry(let range):
            .invalid("expiry", "Must be from \(range.lowerBound) to \(range.upperBound) seconds.")
        case .note(let maximum): .invalid("description", "Must have \(maximum) characters at most.")
        case .otherRequest: .idempotencyKeyReused
        case .order(let rejection): Self.problem(rejection)
        case .code:
            Problem(
                status: .internalServerError, type: "internal",
                detail: "No code can be made of pix.key, pix.merchant_name and pix.merchant_city: correct them.")
        }
    }

    private static func problem(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .orderNotFound: .noOrder
        case .orderPaid: .orderPaid
        case .orderNotPayable: .orderCancelled
        case .orderBusy: .orderBusy
        case .wrongAmount: .unprocessable("amount", "The order asks for another amount, or in another currency.")
        default:
            Problem(
                status: .conflict, type: "refused", detail: "The shop does not let this order be paid.",
                field: "order_id")
        }
    }
}

extension Problem {
    static let noCharge = Problem.notFound("charge with this id")

    static let notPayable = Problem(
        status: .gone, type: "not-payable",
        detail: "This charge cannot be paid any more: its code is not shown. Ask the shop for a new one.")

    /// - Parameter what: what cannot be done about it.
    static func chargeIsOver(_ status: PixChargeView.Status) -> Problem {
        Problem(
            status: .conflict, type: "too-late",
            detail: "This charge is \(status.rawValue), and nothing of it can be changed. Make a new one.")
    }

    /// - Parameter note: why, in the bank's words; nothing secret in it.
    static func chargeRejected(_ note: String?) -> Problem {
        Problem(
            status: .badGateway, type: "bank-refused",
            detail:
                "The bank does not take this charge. \(note ?? "") Correct pix.key or the request, and send a new one.")
    }
}
