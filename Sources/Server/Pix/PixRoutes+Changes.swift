import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pix
import StrictJSON

extension PixRoutes {
    /// `PATCH /payments/pix/{id}`: lets a charge be paid until `expires_in` seconds after it was made.
    func revise(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["orders:write"])
        let object = try RequestChecks.object(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(object, known: ["expires_in"])
        guard case .integer(let seconds) = object["expires_in"] else {
            throw Problem.invalid("expires_in", "Must be a whole number of seconds since the charge was made.")
        }
        guard let view = try await site.gateway.charges.find(Self.id(id)) else { throw Problem.noCharge }
        guard view.status == .pending else { throw Problem.chargeIsOver(view.status) }
        // A revision is no other way to end a charge: the bank is asked first when one ends.
        let age = max(0, clock.now - view.charge.createdAt) / 1_000
        guard !(1...age + 1).contains(seconds) else {
            throw Problem.unprocessable(
                "expires_in", "The charge was made \(age) seconds ago: it would be over already. Cancel it instead.")
        }
        do {
            switch try await site.gateway.charges.revise(view.charge.id, expirySeconds: seconds) {
            case .success(let revised):
                return answer(revised, .ok, "The payment has been changed", request, dropping: 1)
            case .failure(.expiry(let range)):
                throw Problem.invalid(
                    "expires_in", "Must be from \(range.lowerBound) to \(range.upperBound) seconds.")
            case .failure, nil:
                // Paid, or called off, while this was asked for.
                let now = try await site.gateway.charges.find(view.charge.id) ?? view
                throw Problem.chargeIsOver(now.status == .pending ? .cancelled : now.status)
            }
        } catch let error as PixBankError {
            throw error.problem
        }
    }

    /// `POST /payments/pix/{id}/cancel`: calls a charge off. 200 when it is, 202 while the bank has not answered, and it
    /// will be asked again.
    func cancel(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        guard let view = try await site.gateway.charges.cancel(Self.id(id), actor: MerchantRoutes.actor) else {
            throw Problem.noCharge
        }
        switch view.status {
        case .cancelled: return answer(view, .ok, "The payment has been cancelled", request, dropping: 2)
        case .pending:
            return answer(
                view, .accepted, "The bank has not answered yet; it is asked again until it has", request, dropping: 2)
        case .paid, .expired, .refunded: throw Problem.chargeIsOver(view.status)
        }
    }

    /// - Parameter count: how many parts of the path come after `/payments/pix`.
    private func answer(
        _ view: PixChargeView, _ status: HTTPResponse.Status, _ message: String, _ request: Request,
        dropping count: Int
    ) -> Response {
        let json = PixChargeJSON(view: view, base: links(request, dropping: count), now: clock.now)
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.merchant(message: message))))
    }
}

extension PixBankError {
    /// What the merchant is told when the bank did not do at once what was asked.
    fileprivate var problem: Problem {
        switch self {
        case .refused: .bankRefusedChange
        case .busy(let milliseconds): .bankSilent(seconds: max(1, (milliseconds + 999) / 1_000))
        case .notFound, .notSent, .unknown: .bankSilent(seconds: 5)
        }
    }
}

extension Problem {
    fileprivate static let bankRefusedChange = Problem(
        status: .conflict, type: "bank-refused",
        detail: "The bank does not take this change: the charge may just have been paid. Look at it again.")

    fileprivate static func bankSilent(seconds: Int64) -> Problem {
        Problem(
            status: .serviceUnavailable, type: "bank-silent",
            detail: "The bank has not said that it took the change. Look at the charge, and send it again in a while.",
            headers: [.retryAfter: String(seconds)])
    }
}
