import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pix
import StrictJSON

extension PixRoutes {
    /// The bank groups payments: its bodies may be longer than a shop's.
    private static let noticeBytesMaximum = 1 << 20

    /// `POST /payments/pix/confirm`, also with the secret and with `/pix` after it: what the bank tells, and the seed's
    /// `{bank_payment_id, amount}` of the merchant.
    ///
    /// Source: pix.md 3.6, 4.4
    /// - Parameter rest: the parts of the path behind `confirm`.
    func confirm(
        _ request: Request, _ rest: [String], _ context: some RequestContext
    ) async throws -> Response {
        let isBank = isBanks(rest)
        // To others there is nothing behind the plain path.
        guard isBank || rest.isEmpty || rest == ["pix"] else { throw Problem.nothingHere }
        let limit = isBank ? max(bodyBytesMaximum, Self.noticeBytesMaximum) : bodyBytesMaximum
        let body = try await request.bytes(upTo: limit)
        if let seed = Self.seedsBody(body) { return try await confirm(seed, request, context.logger) }
        guard isBank else { throw Problem.nothingHere }
        guard await gate.admits(request, context) else {
            throw Problem(
                status: .forbidden, type: "forbidden",
                detail: "Only the bank tells of payments here: show its certificate.")
        }
        let answer = await site.gateway.notices.take(
            body, isAuthenticated: site.gateway.configuration.webhookSecret != nil || gate.client != nil)
        if answer.status == 413 {
            throw Problem(
                status: .contentTooLarge, type: "too-large",
                detail: "At most \(PixNotices.itemsMaximum) payments in one body. Nothing was taken: send several.")
        }
        if answer.news > 0 {
            context.logger.info(
                "the bank told of payments", metadata: ["items": "\(answer.items)", "news": "\(answer.news)"])
        }
        return Self.json(.init(code: answer.status), ["received": .integer(Int64(answer.items))])
    }

    /// Whether the path is the one that the bank knows: with the secret if there is one, without any if there is none.
    private func isBanks(_ rest: [String]) -> Bool {
        let parts = rest.last == "pix" ? rest.dropLast() : rest[...]
        guard let secret = site.gateway.configuration.webhookSecret else { return parts.isEmpty }
        guard parts.count == 1, let sent = parts.first else { return false }
        return ConstantTime.areEqual(Array(sent.utf8), Array(secret.utf8))
    }

    /// The members of the seed's body; nil for what is a bank's, or nobody's.
    private static func seedsBody(_ bytes: [UInt8]) -> JSONObject? {
        // The bank's bodies are longer than what is looked at here.
        guard bytes.count <= 4_096, let object = try? JSONValue(parsing: bytes).objectValue,
            object["pix"] == nil, object["endToEndId"] == nil
        else { return nil }
        return object["bank_payment_id"] == nil && object["amount"] == nil ? nil : object
    }

    /// The merchant says that a charge was paid: with the merchant's key only.
    private func confirm(_ seed: JSONObject, _ request: Request, _ logger: Logger) async throws -> Response {
        guard let access else { throw Problem.unauthorized }
        try await access.holder(of: request, logger).require(["transactions:write"])
        try RequestChecks.fields(seed, known: ["bank_payment_id", "amount"])
        guard let id = seed["bank_payment_id"]?.stringValue, (1...64).contains(id.utf8.count) else {
            throw Problem.invalid("bank_payment_id", "Must be the charge's txid or id.")
        }
        let amount = try PixChargeBody.amount(seed)
        switch try await site.gateway.charges.confirm(id, amount: amount) {
        case .paid(let view, _): return answer(view, .ok, "The payment has been confirmed", request)
        case .notFound: throw Problem.noCharge
        case .wrongAmount: throw Problem.invalid("amount", "The charge is of another amount.")
        case .notYet(let view):
            return answer(view, .accepted, "The bank does not say so yet; it was asked, and will be again", request)
        case .tooLate(let view):
            throw Problem(
                status: .conflict, type: "too-late",
                detail: "This charge is \(view.status.rawValue): it is not paid by your word any more. Make a new one.")
        }
    }

    private func answer(
        _ view: PixChargeView, _ status: HTTPResponse.Status, _ message: String, _ request: Request
    ) -> Response {
        // The page is beside `confirm`, which may have `/pix` behind it.
        let parts = request.uri.path.split(separator: "/")
        let depth = parts.lastIndex(of: "confirm").map { parts.count - $0 } ?? 1
        let json = PixChargeJSON(view: view, base: links(request, dropping: depth), now: clock.now).merchant(
            message: message)
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }

    static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: value.serialized())))
    }
}
