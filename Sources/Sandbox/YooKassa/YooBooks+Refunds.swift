import StrictJSON

extension YooBooks {
    func refund(_ id: String, _ shop: YooKassaShop) throws(YooProblem) -> YooKassaRefund {
        guard let refund = refunds[id], refund.shopID == shop.id else {
            throw YooProblem(.notFound, "Refund doesn't exist or access denied", at: "refund_id")
        }
        return refund
    }

    /// Source: yookassa.md 11.
    mutating func createRefund(
        _ request: YooRequest, _ shop: YooKassaShop, _ now: Int64
    ) throws(YooProblem) -> JSONValue {
        let fields = request.fields
        let id = try fields.required("payment_id", 1...64)
        guard let payment = payments[id], payment.shopID == shop.id else {
            throw fields.wrong("payment_id", "Payment doesn't exist or access denied")
        }
        guard let amount = try fields.amount("amount", payment.currency) else {
            throw fields.wrong("amount", "Amount is required")
        }
        let description = try fields.text("description", 0...250)
        var receipt = try fields.fields("receipt").map { fields throws(YooProblem) in
            try YooReceiptBody(fields, payment.currency)
        }
        try receipt?.check(total: amount, fields)
        try checkRefundable(payment, amount, now)
        if receipt == nil, amount == payment.amount { receipt = payment.body.receipt }
        guard receipt != nil || !shop.needsReceipts else { throw YooPaymentBody.noReceipt }
        return addRefund(payment, amount, description, receipt, key: request.key, now).json
    }

    private func checkRefundable(_ payment: YooKassaPayment, _ amount: Int64, _ now: Int64) throws(YooProblem) {
        guard payment.status == .succeeded, let capturedAt = payment.capturedAt else {
            throw .wrong("payment_id", "Only a payment that succeeded can be refunded")
        }
        let years: Int64 = payment.method?.type == .sberbank ? 1 : 3
        guard now - capturedAt < years * 365 * 86_400_000 else {
            throw .wrong("payment_id", "The payment is too old to be refunded")
        }
        guard amount <= payment.refundable else {
            throw .wrong("amount", "The refund is more than what is left of the payment")
        }
    }

    /// - Parameter key: nil: it is made in the cabinet.
    mutating func addRefund(
        _ payment: YooKassaPayment, _ amount: Int64, _ description: String?, _ receipt: YooReceiptBody?,
        key: String?, _ now: Int64
    ) -> YooKassaRefund {
        var refund = YooKassaRefund(
            id: Self.id(now, "0015"), paymentID: payment.id, shopID: payment.shopID, key: key, amount: amount,
            currency: payment.currency, createdAt: now, number: refundIDs.count, description: description,
            isBySBP: payment.method?.type == .sbp, receipt: receipt)
        refund.deadline = now + (key == nil ? 0 : conduct.refundMilliseconds)
        payments[payment.id]?.refunding += amount
        // What happens is decided when it is asked for: the shop's balance is not there, or it is.
        if let reason = conduct.refundRefusal, key != nil {
            refund.cancellation = YooKassaCancellation(party: reason.party, reason: reason.rawValue)
        }
        let deadline = refund.deadline ?? now
        refunds[refund.id] = refund
        refundIDs.append(refund.id)
        if deadline <= now { decideRefund(refund.id, now) } else { open.add(.refund(refund.id), at: deadline) }
        return refunds[refund.id] ?? refund
    }

    mutating func decideRefund(_ id: String, _ now: Int64) {
        guard let refund = refunds[id], refund.status == .pending else { return }
        refunds[id]?.deadline = nil
        payments[refund.paymentID]?.refunding -= refund.amount
        guard refund.cancellation == nil else {
            refunds[id]?.status = .canceled
            return
        }
        payments[refund.paymentID]?.refunded += refund.amount
        refunds[id]?.status = .succeeded
        if let receipt = refund.receipt { register(receipt, of: .refund(id), refund.shopID, now) }
        // There is no event for one that was canceled. Source: yookassa.md 11.
        if let done = refunds[id] { announceRefund(done, now) }
    }
}
