import Hummingbird
import Logging
import Payments
import StrictJSON
import YooKassa

extension YooKassaRoutes {
    /// `POST /payments/yookassa/{id}/receipts`: 202: it is asked, and the payment shows what becomes of it. The same
    /// receipt again is the same, unless it has another `Idempotency-Key`.
    ///
    /// Source: yookassa.md 12
    func makeReceipt(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        let key = try IdempotencyTicket.key(request)
        let object = try RequestChecks.object(try await request.bytes(upTo: bodyBytesMaximum))
        let wanted = try Self.receipt(object, key)
        guard let id = Self.id(id), let answer = try await site.gateway.receipts.create(wanted, ofPayment: id) else {
            throw Problem.noPayment
        }
        if case .failure(let refusal) = answer { throw refusal.problem }
        return try await self.answer(id, .accepted)
    }

    private static func receipt(_ object: JSONObject, _ key: String?) throws -> YooKassaReceiptRequest {
        try RequestChecks.fields(object, known: ["receipt", "settlements", "refund_id"])
        guard let receipt = try YooKassaPaymentBody.member(object, "receipt") else {
            throw Problem.invalid("receipt", "Send it: customer and items, as YooKassa has them.")
        }
        var settlements: [YooKassaReceiptRequest.Settlement] = []
        if let list = object["settlements"], !list.isNull {
            guard let items = list.arrayValue else { throw Problem.invalid("settlements", "Must be a list.") }
            for (index, item) in items.enumerated() {
                let name = "settlements[\(index)]"
                guard let part = item.objectValue, let type = part["type"]?.stringValue, let sum = part["amount"] else {
                    throw Problem.invalid(name, "Must be an object of type and amount.")
                }
                settlements.append(.init(type: type, amount: try OrderContent.money(sum, name + ".amount")))
            }
        }
        return YooKassaReceiptRequest(
            receipt: receipt, settlements: settlements,
            refundID: try YooKassaPaymentBody.text(object, "refund_id", maximum: 64), idempotencyKey: key)
    }
}
