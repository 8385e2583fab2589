import HTTPTypes
import Hummingbird
import Logging
import Payments
import Pix
import StrictJSON

extension PixRoutes {
    private static let payoutFields: Set<String> = ["valor", "chave", "descricao", "txid"]

    /// `POST /pix/payments`: sends money, once for each `txid`. 200 when it ended, 202 while it is under way.
    func pay(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await Self.requireOwner(request, access, logger)
        let object = try RequestChecks.object(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(object, known: Self.payoutFields)
        guard let amount = PixChargeBody.centavos(object["valor"]), amount > 0 else {
            throw Problem.invalid("valor", "Must be an amount in BRL above zero with at most two decimals: \"10.00\".")
        }
        let description = object["descricao"].flatMap { $0.isNull ? nil : $0 }
        guard description == nil || description?.stringValue?.utf8.contains(0) == false else {
            throw Problem.invalid("descricao", "Must be text.")
        }
        guard let reference = object["txid"]?.stringValue else {
            throw Problem.invalid("txid", "Must be your own number of this payout: the same again sends nothing twice.")
        }
        let answer = try await site.gateway.payouts.create(
            amount: amount, key: try Self.key(object["chave"]), description: description?.stringValue,
            reference: reference, actor: MerchantRoutes.actor)
        switch answer {
        case .success(let payout): return Self.answer(payout, [], isNew: true)
        case .failure(let refusal): throw refusal.problem
        }
    }

    /// `GET /pix/payments/{txid}`
    func payout(
        _ request: Request, _ reference: String, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await Self.requireOwner(request, access, logger)
        guard let payout = try await site.gateway.payouts.find(reference) else {
            throw Problem.notFound("payout with this txid")
        }
        return Self.answer(payout, try await site.gateway.payouts.journal(of: reference), isNew: false)
    }

    /// `POST /pix/payments/{txid}/settle`: the merchant says what became of a payout that nobody else can tell of.
    func settle(
        _ request: Request, _ reference: String, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await Self.requireOwner(request, access, logger)
        let object = try RequestChecks.object(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(object, known: ["outcome"])
        guard let outcome = object["outcome"]?.stringValue.flatMap(PixPayouts.Outcome.init(rawValue:)) else {
            let words = PixPayouts.Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid("outcome", "Must be one of: \(words).")
        }
        switch try await site.gateway.payouts.settle(reference, as: outcome, actor: MerchantRoutes.actor) {
        case .success(let payout):
            return Self.answer(payout, try await site.gateway.payouts.journal(of: reference), isNew: false)
        case .failure(let refusal): throw refusal.problem
        }
    }

    /// Money is sent by the owner's key alone: no scope of other keys lets them.
    private static func requireOwner(
        _ request: Request, _ access: MerchantAccess, _ logger: Logger
    ) async throws {
        guard try await access.holder(of: request, logger) == .owner else {
            throw Problem(
                status: .forbidden, type: "forbidden",
                detail: "Only merchant.api_key itself sends money and sees what was sent.")
        }
    }

    private static func key(_ value: JSONValue?) throws -> PixKey {
        guard let text = value?.stringValue else { throw Problem.invalid("chave", "Must be the receiver's Pix key.") }
        do {
            return try PixKey(text)
        } catch {
            throw Problem.invalid("chave", error.description)
        }
    }

    private static func answer(_ payout: PixPayout, _ journal: [PixPayoutChange], isNew: Bool) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("txid", payout.reference)
        writer.member("valor", Money(minor: payout.amount, currency: .brl).decimal)
        writer.member("chave", payout.key)
        writer.member("descricao", payout.description)
        writer.member("status", payout.word)
        writer.member("state", payout.state.rawValue)
        writer.member("bank_status", payout.bankStatus)
        writer.member("codigoSolicitacao", payout.bankCode)
        writer.member("endToEndId", payout.e2eID)
        writer.member("needs_attention", payout.attention?.rawValue)
        writer.member("errors", payout.errors)
        writer.member("requested_at", payout.requestedAt)
        writer.member("ended_at", payout.endedAt)
        if !isNew {
            writer.key("history")
            writer.beginArray()
            for change in journal {
                writer.beginObject()
                writer.member("at", change.at)
                writer.member("from", change.from.rawValue)
                writer.member("to", change.to.rawValue)
                writer.member("by", change.actor)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        let isUnderWay = isNew && payout.state == .created
        return Response(
            status: isUnderWay ? .accepted : .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(bytes: writer.bytes)))
    }
}

extension PixPayout {
    /// What the merchant reads.
    fileprivate var word: String {
        switch state {
        case .created: "processing"
        case .performed: "paid"
        case .cancelled: "failed"
        case .cancelledAfterPerform: "returned"
        }
    }
}

extension PixPayouts.SettlingRefusal {
    fileprivate var problem: Problem {
        switch self {
        case .notFound: .notFound("payout with this txid")
        case .underWay:
            Problem(
                status: .conflict, type: "payout-under-way",
                detail:
                    "The bank is still asked about this payout. Settle it once needs_attention stays outcome_unknown.")
        case .ended(let state):
            Problem(
                status: .conflict, type: "payout-ended",
                detail: "This payout has come to another end: its state is \(state.rawValue).")
        }
    }
}

extension PixPayouts.Refusal {
    fileprivate var problem: Problem {
        switch self {
        case .amount: .invalid("valor", "Must be from 0.01 to 9999999999.99.")
        case .reference: .invalid("txid", "Must be 1 to 35 letters, digits and hyphens.")
        case .description(let maximum): .invalid("descricao", "Must have \(maximum) characters at most.")
        case .otherRequest:
            Problem(
                status: .conflict, type: "payout-exists", detail: "There is another payout with this txid.",
                field: "txid")
        case .noBank:
            Problem(
                status: .conflict, type: "no-bank", detail: "Nothing can be sent: pix.provider is static. Set inter.")
        }
    }
}
