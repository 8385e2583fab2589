import HTTPTypes
import Payments
import Pledg
import Specification

extension PledgRefusal {
    /// What the merchant is told.
    ///
    /// - Parameter currency: of the purchase: differences are told in it.
    func problem(_ currency: Currency) -> Problem {
        switch self {
        case .amount(let maximum):
            .unprocessable("amount", "Must be above 0, and \(Money(minor: maximum, currency: currency)) at the most.")
        case .field(let name, let wanted): .unprocessable(Self.field(name), "Must be \(wanted).")
        case .lines(let difference): .unprocessable("basket", Self.basket(difference, currency))
        case .address(let error): .unprocessable("organiser_email", "\(Self.sentence(error.description)).")
        case .split: .unprocessable("members", Self.sentence(message) + ".")
        case .noGateway:
            Problem(
                status: .conflict, type: "no-gateway",
                detail: "No payment system that is on takes \(currency): choose another currency, or switch one on.",
                field: "amount.currency")
        case .otherRequest: .idempotencyKeyReused
        case .referenceOpen(let id):
            Problem(
                status: .conflict, type: "purchase-open",
                detail: "Purchase \(id) has this reference and is open: wait for its end, or cancel it.",
                field: "reference")
        case .referencePaid(let id):
            Problem(
                status: .conflict, type: "purchase-paid",
                detail: "Purchase \(id) has this reference and is paid: take another reference.", field: "reference")
        case .order(let rejection): Self.problem(rejection)
        case .phase(.succeeded):
            Problem(
                status: .conflict, type: "purchase-paid",
                detail: "Everybody has paid: give it back with POST /purchase/{id}/refund.")
        case .phase, .tooLate: .purchaseEnded
        case .underWay, .paid: .paymentUnderWay
        case .member: .unprocessable("members", "Somebody in it is no member who has paid.")
        case .memberTwice(let first, let second):
            .unprocessable("members", "\(first) and \(second) are one address: name each member once.")
        case .refundAmount(let left):
            .wrongAmount("amount", "Of this purchase \(Money(minor: left, currency: currency)) can be given back.")
        case .link, .notFound: .noPurchase
        }
    }

    private static func field(_ name: String) -> String {
        switch name {
        case "lines": "basket"
        case "return URL": "success_url"
        case "text": "title"
        default: name
        }
    }

    /// Source: pledg.md 5
    private static func basket(_ difference: Int64, _ currency: Currency) -> String {
        let sum = Money(minor: Int64(clamping: difference.magnitude), currency: currency)
        return "Its lines come to \(sum) \(difference > 0 ? "more" : "less") than the amount."
    }

    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private static func problem(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .orderNotFound: .noOrder
        case .orderPaid: .orderPaid
        case .orderNotPayable: .orderCancelled
        case .orderBusy: .orderBusy
        case .wrongAmount:
            .unprocessable("amount", "The order of this reference asks for another amount, or in another currency.")
        case .refundRefused:
            Problem(
                status: .conflict, type: "refund-refused",
                detail: "The shop's own rules do not let this purchase be given back.")
        case .refused:
            Problem(
                status: .conflict, type: "refused", detail: "The shop does not let this order be paid.",
                field: "reference")
        case .invalidState, .expired, .transactionNotFound: .purchaseEnded
        }
    }
}

extension Problem {
    static let noPurchase = Problem.notFound("purchase with this id")

    static let purchaseEnded = Problem(
        status: .conflict, type: "purchase-ended",
        detail: "The purchase has come to its end, and nothing of it changes any more.")

    static let linksAreMailed = Problem(
        status: .conflict, type: "links-mailed",
        detail: "The members get their links by e-mail (smtp.url is set); nobody else does.")
}
