import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pix

extension PixRoutes {
    /// `POST /payments/pix`: 200 with the charge; the same request with the same `Idempotency-Key` is the same charge.
    /// 202 if the bank has not answered yet.
    func create(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["orders:write"])
        let key = try IdempotencyTicket.key(request)
        let charge = try PixChargeBody.request(
            try await request.bytes(upTo: bodyBytesMaximum), idempotencyKey: key)
        let view: PixChargeView
        switch try await site.gateway.charges.create(charge) {
        case .success(let made): view = made
        case .failure(let refusal):
            if case .code(let error) = refusal {
                logger.error("no code can be made of the settings", metadata: ["error": "\(error.description)"])
            }
            throw refusal.problem
        }
        if view.charge.standing == .rejected { throw Problem.chargeRejected(view.charge.note) }
        let isComplete = view.charge.code != nil || view.status != .pending
        let message =
            isComplete
            ? "The payment has been created"
            : "The payment has been created; the bank has not answered yet, and the page shows the code as soon as it has"
        let base = links(request, dropping: 0)
        return Response(
            status: isComplete ? .ok : .accepted,
            headers: [
                .contentType: "application/json", .cacheControl: "no-store", .location: "\(base)/\(view.charge.id)",
            ],
            body: .init(
                byteBuffer: ByteBuffer(
                    bytes: PixChargeJSON(view: view, base: base, now: clock.now).merchant(message: message))))
    }
}
