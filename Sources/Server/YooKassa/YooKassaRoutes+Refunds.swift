import HTTPTypes
import Hummingbird
import Logging
import Payments
import Storage
import StrictJSON
import YooKassa

extension YooKassaRoutes {
    /// `POST /payments/yookassa/{id}/refund`: 202: it is asked, and the payment shows what becomes of it. Only who sends
    /// an `Idempotency-Key` says that an equal part is another one.
    func refund(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        let key = try IdempotencyTicket.key(request)
        let body = try await request.bytes(upTo: bodyBytesMaximum)
        let wish = try Wish(try RequestChecks.optionalObject(body))
        guard let id = Self.id(id), let view = try await site.gateway.payments.find(id) else {
            throw Problem.noPayment
        }
        try Self.refuseManaged(view)
        let ticket = key.map {
            IdempotencyTicket(key: $0, scope: "POST \(Self.path)/\(id)/refund", body: body, at: clock.now)
        }
        if let ticket { try inFlight.enter(ticket) }
        defer { if let ticket { inFlight.leave(ticket) } }
        if try await ticket?.known(in: store) != nil { return try await answer(id, .accepted, isReplay: true) }
        do {
            try await ask(wish, view, ticket)
        } catch is IdempotencyTicket.AnsweredMeanwhile {
            guard try await ticket?.known(in: store) != nil else { throw Problem.idempotencyKeyInFlight }
            return try await answer(id, .accepted, isReplay: true)
        }
        return try await answer(id, .accepted)
    }

    /// The body: nothing, or a part, what the payer reads, and a receipt.
    private struct Wish {
        let amount: Money?
        let description: String?
        let receipt: JSONValue?

        init(_ object: JSONObject) throws {
            try RequestChecks.fields(object, known: ["amount", "description", "receipt"])
            amount = try object["amount"].map { try OrderContent.money($0, "amount") }
            description = try YooKassaPaymentBody.text(object, "description", maximum: 250)
            receipt = try YooKassaPaymentBody.member(object, "receipt")
        }
    }

    private func ask(_ wish: Wish, _ view: YooKassaPaymentView, _ ticket: IdempotencyTicket?) async throws {
        let transaction = view.transaction
        let left = Money(minor: view.payment.available, currency: transaction.amount.currency)
        if transaction.state == .cancelledAfterPerform, wish.amount == nil { return }
        guard transaction.state == .performed else {
            throw Problem(
                status: .conflict, type: "not-performed", detail: "Only a payment that was taken can be given back.")
        }
        if let amount = wish.amount, amount.currency != left.currency || amount.minor > left.minor {
            throw Problem.wrongAmount("amount", "Of this payment \(left) is left.")
        }
        if let receipt = wish.receipt,
            let refusal = site.gateway.refunds.refusal(of: receipt, amount: wish.amount ?? left)
        {
            throw refusal.problem
        }
        var alongside: Alongside?
        if let ticket {
            // What is answered to a repeat is how the payment stands then.
            alongside = { _, sql in try ticket.keep(MerchantAnswer(status: .accepted, body: Array("{}".utf8)), in: sql)
            }
        }
        let answer = try await site.gateway.refunds.request(
            transaction, amount: wish.amount, description: wish.description, receipt: wish.receipt,
            actor: MerchantRoutes.actor, alongside: alongside)
        switch answer {
        case .success: return
        case .failure(.wrongAmount): throw Problem.wrongAmount("amount", "More than is left of this payment.")
        case .failure(let rejection): throw YooKassaRefusal.order(rejection).problem
        }
    }
}
