import Click
import HTTPTypes
import Payments
import Pledg
import Storage

extension MerchantRoutes {
    /// `POST /transactions/{id}/refund`: 202: it is asked, and the transaction shows what becomes of it. While it
    /// waits, the same request again changes nothing; what the gateway refused (phase `refund_refused`) is asked for
    /// anew.
    func refundTransaction(_ call: MerchantCall) async throws -> MerchantAnswer {
        let request = try RefundRequest(call.body)
        guard let id = Int64(plain: call.id), let transaction = try await read({ try $0.transaction(id: id) }) else {
            throw Problem.noTransaction
        }
        // What goes back to one member is reckoned with the others.
        guard !PledgGateway.isOwnOrder(transaction.orderID) else { throw Problem.managedPayment }
        guard let gateway = refunds.first(where: { $0.canGiveBack(transaction) }) else {
            throw Problem.refundElsewhere(transaction.key.gateway)
        }
        if transaction.state == .cancelledAfterPerform, request.amount == nil {
            return MerchantAnswer(body: Self.bytes(transaction))
        }
        guard transaction.state == .performed || transaction.state == .cancelledAfterPerform else {
            throw Problem.notPerformed
        }
        let part = try request.part(of: transaction, gateway)
        // Only who sends a key says that an equal part is another one.
        var alongside: Alongside?
        if let ticket = call.ticket {
            alongside = { transaction, sql in
                try ticket.keep(MerchantAnswer(status: .accepted, body: Self.bytes(transaction)), in: sql)
            }
        }
        let answer = try await gateway.request(
            transaction, amount: part, actor: Self.actor, alongside: alongside)
        switch answer {
        case .success(let outcome):
            return MerchantAnswer(
                status: .accepted, body: Self.bytes(outcome.transaction), isKept: !outcome.isRepeat)
        case .failure(.refundRefused(let refusal)): throw Problem.refundRefused(refusal)
        case .failure(.wrongAmount): throw Problem.wrongAmount("amount.value", "More than is left of this payment.")
        case .failure: throw Problem.notPerformed
        }
    }
}

extension Problem {
    fileprivate static func refundElsewhere(_ gateway: String) -> Problem {
        Problem(
            status: .conflict, type: "refund-elsewhere",
            detail: gateway == ClickGateway.name
                ? "This payment cannot be given back through Click: set click.merchant_user_id, and click.service_id to "
                    + "the service that took it."
                : "A payment of \(gateway) is given back in its own cabinet.")
    }

    fileprivate static func refundRefused(_ refusal: Refusal) -> Problem {
        Problem(
            status: .conflict, type: "refund-refused",
            detail: refusal.message?.en ?? "The shop's own rules do not let this payment be given back.")
    }

    static func wrongAmount(_ field: String, _ detail: String) -> Problem {
        Problem(status: .conflict, type: "wrong-amount", detail: detail, field: field)
    }

    static func partialRefundUnsupported(_ gateway: String) -> Problem {
        Problem(
            status: .conflict, type: "partial-refund-unsupported",
            detail: "\(gateway) gives back whole payments only: leave the amount out.", field: "amount")
    }

    fileprivate static let notPerformed = Problem(
        status: .conflict, type: "not-performed", detail: "Only a payment that was performed can be given back.")
}
