import StrictJSON

extension YooKassaPayment {
    /// As it stands in answers and notifications.
    /// - Parameters:
    ///   - page: where payers confirm.
    ///   - isTest: what it says as `test`.
    func json(page: String, gatewayID: String, isTest: Bool) -> JSONObject {
        var object: JSONObject = [
            "id": .string(id), "status": .string(status.rawValue), "amount": YooSum.json(amount, currency),
        ]
        if status == .succeeded { object["income_amount"] = YooSum.json(amount - fee, currency) }
        if let description { object["description"] = .string(description) }
        object["recipient"] = ["account_id": .string(shopID), "gateway_id": .string(gatewayID)]
        if let method { object["payment_method"] = method.json }
        if let capturedAt { object["captured_at"] = .string(PixMoment.text(capturedAt)) }
        object["created_at"] = .string(PixMoment.text(createdAt))
        if status == .waitingForCapture, let expiresAt { object["expires_at"] = .string(PixMoment.text(expiresAt)) }
        if status == .pending, let confirmation = body.confirmation {
            object["confirmation"] = confirmation.json(id: id, page: page)
        }
        object["test"] = .bool(isTest)
        if refunded > 0 { object["refunded_amount"] = YooSum.json(refunded, currency) }
        object["paid"] = .bool(isPaid)
        object["refundable"] = .bool(refundable > 0)
        if let receiptStatus { object["receipt_registration"] = .string(receiptStatus.rawValue) }
        object["metadata"] = .object(body.metadata)
        if let cancellation { object["cancellation_details"] = cancellation.json }
        if let details = authorization { object["authorization_details"] = details }
        if let customer = body.customerID { object["merchant_customer_id"] = .string(customer) }
        return object
    }

    /// What YooKassa keeps: three and a half per cent. Minor units.
    private var fee: Int64 { amount / 1_000 * 35 + amount % 1_000 * 35 / 1_000 }

    private var authorization: JSONValue? {
        guard method?.type == .bankCard, isPaid || cancellation?.party == .paymentNetwork else { return nil }
        let digits = id.utf8.reduce(into: 0) { $0 = ($0 &* 31 &+ Int($1)) % 900_000_000_000 }
        return [
            "rrn": .string(String(100_000_000_000 + digits)), "auth_code": .string(String(100_000 + digits % 900_000)),
            "three_d_secure": ["applied": .bool(isCodePassed)],
        ]
    }
}
