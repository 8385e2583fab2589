import Hummingbird
import Logging
import Payments
import Pledg
import Storage

extension PledgRoutes {
    /// `POST /purchase/{id}/refund`: 202: it is asked, in proportion to what each paid or as the merchant says; the
    /// purchase shows what is back. Only who sends an `Idempotency-Key` says that an equal part is another one.
    ///
    /// Source: pledg.md 9.19
    func refund(_ request: Request, _ id: String?, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        let key = try IdempotencyTicket.key(request)
        let body = try await request.bytes(upTo: bodyBytesMaximum)
        let wish = try PledgRefundBody(body)
        guard let id = Self.id(id), let view = try await site.gateway.view(id) else { throw Problem.noPurchase }
        let scope = "POST \(Self.path)/\(id)/refund"
        let ticket = key.map { IdempotencyTicket(key: $0, scope: scope, body: body, at: clock.now) }
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

    private func ask(_ wish: PledgRefundBody, _ view: PledgPurchaseView, _ ticket: IdempotencyTicket?) async throws {
        guard wish.currencies.isSubset(of: [view.amount.currency]) else {
            throw Problem.wrongAmount("amount.currency", "This purchase is paid in \(view.amount.currency).")
        }
        var alongside: Alongside?
        if let ticket {
            // What is answered to a repeat is how the purchase stands then.
            alongside = { _, sql in
                try ticket.keep(MerchantAnswer(status: .accepted, body: Array("{}".utf8)), in: sql)
            }
        }
        let answer = try await site.gateway.refund(
            view.id, amount: wish.amount?.minor, members: wish.members?.mapValues(\.minor),
            key: ticket.map { "key \($0.key)" }, actor: MerchantRoutes.actor, alongside: alongside)
        switch answer {
        case .success: return
        // All of it is back already: there is nothing more to do.
        case .failure(.refundAmount(left: 0)) where wish.amount == nil && wish.members == nil && view.isBack: return
        case .failure(.phase):
            throw Problem(
                status: .conflict, type: "not-performed",
                detail: "Only a purchase that is paid can be given back. Before that, cancel it.")
        case .failure(let refusal): throw refusal.problem(view.amount.currency)
        }
    }
}

extension PledgPurchaseView {
    fileprivate var isBack: Bool { refundedAmount == amount.minor }
}
