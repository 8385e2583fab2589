import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pledg
import Storage
import StrictJSON

/// The routes of Pledg: what the merchant asks for. Shares are shown on the payers' pages alone.
///
/// Source: pledg.md 1, 7
struct PledgRoutes: Sendable {
    let site: PledgSite
    let access: MerchantAccess
    let store: Store
    let clock: TimeSource
    let bodyBytesMaximum: Int
    let inFlight = KeysInFlight()

    static let path = "/purchase"

    static let knownPaths = [
        KnownPath(path, [.post]), KnownPath(path + "/{id}", [.get, .head]), KnownPath(path + "/{id}/cancel", [.post]),
        KnownPath(path + "/{id}/refund", [.post]), KnownPath(path + "/{id}/by-hand", [.post]),
        KnownPath(path + "/{id}/links", [.get, .head]),
    ]

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let group = router.group(RouterPath(Self.path)).add(middleware: PayerGuard(about: "a purchase"))
        group.post("") { request, context in try await create(request, context.logger) }
        group.get("{id}") { request, context in
            try await show(request, context.parameters.get("id"), context.logger)
        }
        group.get("{id}/links") { request, context in
            try await links(request, context.parameters.get("id"), context.logger)
        }
        group.post("{id}/cancel") { request, context in
            try await cancel(request, context.parameters.get("id"), context.logger)
        }
        group.post("{id}/by-hand") { request, context in
            try await settle(request, context.parameters.get("id"), context.logger)
        }
        group.post("{id}/refund") { request, context in
            try await refund(request, context.parameters.get("id"), context.logger)
        }
    }

    /// `POST /purchase`: 201 with the purchase and its leader's page. The same request with the same `Idempotency-Key`
    /// is the same purchase.
    func create(_ request: Request, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["orders:write"])
        let key = try IdempotencyTicket.key(request)
        let wanted = try PledgBody.request(try await request.bytes(upTo: bodyBytesMaximum), idempotencyKey: key)
        switch try await site.gateway.create(wanted) {
        case .success(let view):
            return YooKassaRoutes.json(
                PledgJSON.purchase(view, site.paths), .created, location: "\(Self.path)/\(view.id)")
        case .failure(let refusal): throw refusal.problem(wanted.amount.currency)
        }
    }

    /// `GET /purchase/{id}`
    func show(_ request: Request, _ id: String?, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["orders:read"])
        return try await answer(id)
    }

    /// `GET /purchase/{id}/links`: for a merchant who sends the links himself, after a member was replaced.
    func links(_ request: Request, _ id: String?, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["orders:write"])
        guard let id = Self.id(id), try await site.gateway.view(id) != nil else { throw Problem.noPurchase }
        guard !site.gateway.configuration.sendsMail else { throw Problem.linksAreMailed }
        var writer = JSONWriter()
        writer.beginObject()
        PledgJSON.links(try await site.gateway.links(id), site.paths, to: &writer)
        writer.endObject()
        return YooKassaRoutes.json(writer.bytes)
    }

    /// `POST /purchase/{id}/cancel`: before its end; everybody who paid gets all of it back.
    func cancel(_ request: Request, _ id: String?, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        // As often as it is sent it does one thing once; the key needs only to be one.
        _ = try IdempotencyTicket.key(request)
        let body = try RequestChecks.optionalObject(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(body, known: [])
        guard let id = Self.id(id), let view = try await site.gateway.view(id) else { throw Problem.noPurchase }
        switch try await site.gateway.cancel(id, actor: MerchantRoutes.actor) {
        case .success(let ended): return YooKassaRoutes.json(PledgJSON.purchase(ended, site.paths))
        case .failure(let refusal): throw refusal.problem(view.amount.currency)
        }
    }

    /// `POST /purchase/{id}/by-hand`: the merchant has given back what no payment system could; the log says what.
    ///
    /// Source: pledg.md 9.12, 9.21
    func settle(_ request: Request, _ id: String?, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        // As often as it is sent it does one thing once; the key needs only to be one.
        _ = try IdempotencyTicket.key(request)
        let body = try RequestChecks.object(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(body, known: ["movement"])
        guard let movement = body["movement"]?.stringValue else {
            throw Problem.invalid("movement", "Send it: the log names it where it says that money is to be given back.")
        }
        guard let id = Self.id(id), try await site.gateway.view(id) != nil else { throw Problem.noPurchase }
        let settled = try await site.gateway.settleByHand(movement, of: id, actor: MerchantRoutes.actor)
        guard settled != nil else { throw Problem.notFound("movement of this purchase to be made by hand") }
        return try await answer(id)
    }

    /// The purchase as it stands.
    func answer(
        _ id: String?, _ status: HTTPResponse.Status = .ok, isReplay: Bool = false
    ) async throws -> Response {
        guard let id = Self.id(id), let view = try await site.gateway.view(id) else { throw Problem.noPurchase }
        return YooKassaRoutes.json(PledgJSON.purchase(view, site.paths), status, isReplay: isReplay)
    }

    /// An id of ours; what cannot be one needs no look into the database.
    static func id(_ text: String?) -> String? {
        guard let text, text.utf8.count == 30, text.hasPrefix("pur_"),
            text.utf8.dropFirst(4).allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
        else { return nil }
        return text
    }
}
