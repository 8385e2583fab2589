import HTTPTypes
import Payments
import YooKassa

extension YooKassaRefusal {
    /// What the merchant is told.
    var problem: Problem {
        switch self {
        case .field(let name, let rule): .invalid(name, "\(rule.prefix(1).uppercased())\(rule.dropFirst()).\(hint)")
        case .order(let rejection): Self.problem(rejection)
        case .otherRequest: .idempotencyKeyReused
        case .unresolved: .paymentUnresolved
        case .notPaid:
            Problem(
                status: .conflict, type: "not-paid",
                detail: "The payer has not paid: there is nothing to take. Look at it again later.")
        case .busy: .paymentBusy
        case .unanswered: .providerSilent
        case .provider(let refusal): Self.problem(refusal)
        }
    }

    private var hint: String {
        guard case .field("confirmation.return_url", _) = self else { return "" }
        return " Send confirmation.return_url, or set yookassa.return_url."
    }

    private static func problem(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .orderNotFound: .noOrder
        case .orderPaid: .orderPaid
        case .orderNotPayable: .orderCancelled
        case .orderBusy: .orderBusy
        case .wrongAmount: .unprocessable("amount", "The order asks for another amount, or in another currency.")
        case .invalidState, .expired:
            Problem(
                status: .conflict, type: "too-late",
                detail: "The payment is over, or its money is not held any more. Look at it again.")
        case .refundRefused:
            Problem(
                status: .conflict, type: "refund-refused",
                detail: "The shop's own rules do not let this payment be given back.")
        case .transactionNotFound: .noPayment
        case .refused:
            Problem(
                status: .conflict, type: "refused", detail: "The shop does not let this order be paid.",
                field: "order_id")
        }
    }

    /// Its own words are for people and may repeat what was sent: the code and the field are enough.
    private static func problem(_ refusal: YooKassaError.Refusal) -> Problem {
        if refusal.status == 401 {
            return Problem(
                status: .badGateway, type: "gateway-credentials",
                detail: "YooKassa does not take the shop's id and key: correct yookassa.shop_id, yookassa.secret_key.")
        }
        return Problem(
            status: .unprocessableContent, type: "gateway-refused",
            detail: "YooKassa does not take this payment (\(refusal.code.isEmpty ? "no code" : refusal.code)). "
                + "Correct the request, and send it with a new Idempotency-Key.", field: refusal.parameter)
    }
}

extension Problem {
    static let noPayment = Problem.notFound("payment with this id")
    static let noSubscription = Problem.notFound("subscription with this id")

    fileprivate static let paymentUnresolved = Problem(
        status: .conflict, type: "unresolved",
        detail: "Nothing is known of this payment yet. Look at it again in a moment.", headers: [.retryAfter: "5"])

    fileprivate static let paymentBusy = Problem(
        status: .conflict, type: "busy",
        detail: "Something else is being done with it, or it does not stand so that this can be done. Look at it again."
    )

    fileprivate static let providerSilent = Problem(
        status: .serviceUnavailable, type: "gateway-silent",
        detail: "YooKassa has not answered; it is asked again until it does. Look at the payment in a moment.",
        headers: [.retryAfter: "5"])
}
