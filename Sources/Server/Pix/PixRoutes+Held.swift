import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pix
import Storage
import StrictJSON

extension PixRoutes {
    /// `GET /pix/held`: payments that no charge asked for, and whose money is still here.
    func held(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        let query = try PageQuery(request)
        let offset = try query.number() ?? 0
        let found = try await site.gateway.refunds.held(limit: Int64(query.limit), offset: offset)
        let next = found.count == query.limit ? offset + Int64(found.count) : nil
        return Self.list(found, nextCursor: next.map { String($0) }) { Self.write($0, to: &$1) }
    }

    private static func write(_ held: PixHeldMoney, to writer: inout JSONWriter) {
        writer.member("end_to_end_id", held.receipt.e2eID)
        writer.member("transaction_id", String(held.receipt.transactionID))
        writer.member("why", held.receipt.standing.rawValue)
        writer.member("amount", Money(minor: held.amount, currency: .brl))
        writer.member("paid_at", held.receipt.paidAt)
    }

    /// `POST /pix/held/{id}/refund`: gives held money back, all of it or the `amount` of the body. 202 with the refund,
    /// which is carried out by and by. Only who sends an `Idempotency-Key` says that an equal part is another one.
    func giveBackHeld(
        _ request: Request, _ id: String, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        let key = try IdempotencyTicket.key(request)
        let body = try await request.bytes(upTo: bodyBytesMaximum)
        let object = try RequestChecks.optionalObject(body)
        try RequestChecks.fields(object, known: ["amount"])
        let amount = object["amount"] == nil ? nil : try PixChargeBody.amount(object)
        let id = try Self.paymentID(id)
        return try await once(key, "\(Self.heldPath)/\(id)/refund", body) { ticket in
            var alongside: (@Sendable (PixRefundView, any SQLSession) throws -> Void)?
            if let ticket { alongside = { try ticket.keep(Self.accepted($0), in: $1) } }
            switch try await site.gateway.refunds.giveBackHeld(
                id, amount: amount, actor: MerchantRoutes.actor, alongside: alongside)
            {
            case .success(let refund): return Self.accepted(refund)
            case .failure(let refusal): throw refusal.problem
            }
        }
    }

    /// `POST /pix/held/{id}/keep`: the merchant keeps it, and it is not listed any more.
    func keepHeld(
        _ request: Request, _ id: String, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        let key = try IdempotencyTicket.key(request)
        let body = try await request.bytes(upTo: bodyBytesMaximum)
        try RequestChecks.fields(try RequestChecks.optionalObject(body), known: [])
        let id = try Self.paymentID(id)
        return try await once(key, "\(Self.heldPath)/\(id)/keep", body) { ticket in
            var alongside: (@Sendable (PixHeldMoney, any SQLSession) throws -> Void)?
            if let ticket { alongside = { try ticket.keep(Self.kept($0), in: $1) } }
            switch try await site.gateway.refunds.keepHeld(id, actor: MerchantRoutes.actor, alongside: alongside) {
            case .success(let held): return Self.kept(held)
            case .failure(let refusal): throw refusal.problem
            }
        }
    }

    /// Does it once for each key, and answers a repeat what was answered then.
    ///
    /// - Parameter path: of the request, decoded.
    private func once(
        _ key: String?, _ path: String, _ body: [UInt8], _ work: (IdempotencyTicket?) async throws -> MerchantAnswer
    ) async throws -> Response {
        let ticket = key.map { IdempotencyTicket(key: $0, scope: "POST \(path)", body: body, at: clock.now) }
        if let ticket { try inFlight.enter(ticket) }
        defer { if let ticket { inFlight.leave(ticket) } }
        if let known = try await ticket?.known(in: store) { return Self.repeated(known) }
        do {
            return try await work(ticket).response
        } catch is IdempotencyTicket.AnsweredMeanwhile {
            guard let known = try await ticket?.known(in: store) else { throw Problem.idempotencyKeyInFlight }
            return Self.repeated(known)
        }
    }

    private static func kept(_ held: PixHeldMoney) -> MerchantAnswer {
        MerchantAnswer(body: json { write(held, to: &$0) })
    }

    private static func accepted(_ refund: PixRefundView) -> MerchantAnswer {
        MerchantAnswer(status: .accepted, body: json { write(refund, to: &$0) })
    }

    private static func json(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return writer.bytes
    }

    private static func repeated(_ known: IdempotentAnswer) -> Response {
        MerchantAnswer(
            status: .init(code: Int(known.status)), body: Array(known.body.utf8),
            headers: [.idempotencyReplayed: "true"]
        ).response
    }

    /// What cannot be an id of a payment needs no look into the database, which does not take every text.
    private static func paymentID(_ text: String) throws -> String {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw PixHeldRefusal.notFound.problem
        }
        return text
    }
}

extension PixHeldRefusal {
    fileprivate var problem: Problem {
        switch self {
        case .notFound: .notFound("payment with this id of which something is held")
        case .nothingHeld:
            Problem(
                status: .conflict, type: "nothing-held",
                detail: "Nothing of this payment is held: it went back, or is on its way.")
        case .amount(let held):
            .unprocessable("amount", "Of this payment \(Money(minor: held, currency: .brl)) is held.")
        case .tooOld(let days):
            Problem(
                status: .conflict, type: "too-late",
                detail: "The bank gives a payment back for \(days) days after it was paid. That time is over.")
        case .noBank:
            Problem(
                status: .conflict, type: "no-bank",
                detail: "It was paid by a static code: give it back in your bank's app, then keep it here.")
        }
    }
}
