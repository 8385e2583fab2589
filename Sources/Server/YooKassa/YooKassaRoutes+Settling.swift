import Hummingbird
import Logging
import Payments
import StrictJSON
import YooKassa

extension YooKassaRoutes {
    /// `POST /payments/yookassa/{id}/refunds/{part}/settle`, and `receipts`: the merchant says what became of one that
    /// YooKassa says nothing of. The same word again changes nothing.
    ///
    /// Source: yookassa.md 17
    func settle(
        _ kind: YooKassaMerchantWord.Kind, _ request: Request, _ id: String?, _ part: String?, _ access: MerchantAccess,
        _ logger: Logger
    ) async throws -> Response {
        guard try await access.holder(of: request, logger) == .owner else {
            throw Problem(
                status: .forbidden, type: "forbidden",
                detail: "Only merchant.api_key itself says what became of what YooKassa says nothing of.")
        }
        // As often as it is sent, it does one thing once; the key needs only to be one.
        _ = try IdempotencyTicket.key(request)
        let object = try RequestChecks.object(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(object, known: ["outcome"])
        guard let outcome = object["outcome"]?.stringValue.flatMap(YooKassaMerchantWord.Outcome.init(rawValue:)) else {
            let words = YooKassaMerchantWord.Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid("outcome", "Must be one of: \(words).")
        }
        guard let id = Self.id(id), let part = Self.id(part) else {
            throw YooKassaSettlingRefusal.notFound.problem(kind)
        }
        let refusal: YooKassaSettlingRefusal?
        switch kind {
        case .refund:
            refusal = try await site.gateway.refunds.settle(
                part, ofPayment: id, as: outcome, actor: MerchantRoutes.actor
            ).refusal
        case .receipt:
            refusal = try await site.gateway.receipts.settle(
                part, ofPayment: id, as: outcome, actor: MerchantRoutes.actor
            ).refusal
        }
        if let refusal { throw refusal.problem(kind) }
        return try await answer(id)
    }
}

extension Result where Failure == YooKassaSettlingRefusal {
    fileprivate var refusal: YooKassaSettlingRefusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }
}

extension YooKassaSettlingRefusal {
    fileprivate func problem(_ kind: YooKassaMerchantWord.Kind) -> Problem {
        switch self {
        case .notFound: .notFound("\(kind.rawValue) with this id of this payment")
        case .underWay:
            Problem(
                status: .conflict, type: "under-way",
                detail: "YooKassa is still asked about it. Settle it once its state is unresolved.")
        case .ended(let state):
            Problem(
                status: .conflict, type: "ended-otherwise",
                detail: "It has come to another end: its state is \(state).")
        }
    }
}
