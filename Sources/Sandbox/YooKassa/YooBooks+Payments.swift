import StrictJSON

extension YooBooks {
    func payment(_ id: String, _ shop: YooKassaShop) throws(YooProblem) -> YooKassaPayment {
        guard let payment = payments[id], payment.shopID == shop.id else {
            throw YooProblem(.notFound, "Payment doesn't exist or access denied", at: "payment_id")
        }
        return payment
    }

    func json(_ payment: YooKassaPayment) -> JSONValue {
        let shop = shops[payment.shopID]
        return .object(
            payment.json(
                page: page, gatewayID: shop?.gatewayID ?? "",
                isTest: conduct.testFlag ?? shop?.isTest ?? true))
    }

    /// Source: yookassa.md 5.
    mutating func createPayment(
        _ request: YooRequest, _ shop: YooKassaShop, _ now: Int64
    ) throws(YooProblem) -> JSONValue {
        let body = try YooPaymentBody(request.fields, shop)
        guard shop.mayCharge || (!body.isSaving && body.methodID == nil) else {
            throw YooProblem(
                .forbidden, "This store can't make recurring payments. Contact the YooMoney manager to learn more")
        }
        guard payments.count < Self.objectsMaximum else { throw YooProblem(status: 500) }
        var method: YooKassaMethod?
        let id = Self.id(now)
        if let methodID = body.methodID {
            guard let saved = methods[methodID], saved.shopID == shop.id, saved.isSaved else {
                throw .wrong("payment_method_id", "There is no such saved payment method")
            }
            guard body.isCaptured || saved.type.canHold else {
                throw .wrong("capture", "Payments by this method cannot be held")
            }
            method = saved
        } else if let type = body.methodType {
            method = YooKassaMethod(id: id, type: type, shopID: shop.id)
        }
        payments[id] = YooKassaPayment(
            id: id, shopID: shop.id, key: request.key, amount: body.amount, createdAt: now, method: method,
            number: paymentIDs.count, body: body, formToken: PixChance.text(32))
        paymentIDs.append(id)
        if body.methodID == nil {
            setDeadline(id, now + conduct.confirmationMilliseconds)
        } else if conduct.chargeMilliseconds > 0 {
            setDeadline(id, now + conduct.chargeMilliseconds)
        } else {
            decideCharge(id, now)
        }
        return json(try payment(id, shop))
    }

    /// A saved method is charged. Source: yookassa.md 13.
    mutating func decideCharge(_ id: String, _ now: Int64) {
        guard let methodID = payments[id]?.method?.id else { return }
        var refusal: YooKassaReason?
        if methods[methodID]?.isRevoked != false {
            refusal = .permissionRevoked
        } else if chargeRefusals[methodID]?.isEmpty == false {
            refusal = chargeRefusals[methodID]?.removeFirst()
        }
        if let refusal { end(id, refusal, now) } else { take(id, now) }
    }

    /// The payer's money is taken, or held.
    mutating func take(_ id: String, _ now: Int64) {
        guard let payment = payments[id] else { return }
        var metadata: [String: String] = [:]
        for (name, value) in payment.body.metadata { metadata[name] = value.stringValue }
        charges.append(
            YooKassaCharge(
                paymentID: id, shopID: payment.shopID, key: payment.key, amount: payment.amount, at: now,
                metadata: metadata))
        if payment.body.isCaptured {
            succeed(id, payment.body.receipt, now)
        } else {
            let end = now + conduct.holdMilliseconds
            payments[id]?.status = .waitingForCapture
            payments[id]?.expiresAt = end
            setDeadline(id, end)
            announce(.paymentWaiting, id, now)
        }
    }

    private mutating func succeed(_ id: String, _ receipt: YooReceiptBody?, _ now: Int64) {
        payments[id]?.status = .succeeded
        payments[id]?.capturedAt = now
        setDeadline(id, nil)
        if let receipt, let shop = payments[id]?.shopID { register(receipt, of: .payment(id), shop, now) }
        announce(.paymentSucceeded, id, now)
    }

    /// Source: yookassa.md 9.
    mutating func capture(
        _ id: String, _ request: YooRequest, _ shop: YooKassaShop, _ now: Int64
    ) throws(YooProblem) -> JSONValue {
        let held = try payment(id, shop)
        guard held.status == .waitingForCapture else { throw Self.notHeld(held) }
        let amount = try request.fields.amount("amount", held.currency) ?? held.amount
        guard amount <= held.amount else {
            throw .wrong("amount", "The amount to capture is more than the amount that is held")
        }
        var receipt = try request.fields.fields("receipt").map { fields throws(YooProblem) in
            try YooReceiptBody(fields, held.currency)
        }
        try receipt?.check(total: amount, request.fields)
        if receipt == nil {
            guard !shop.needsReceipts || amount == held.amount else { throw YooPaymentBody.noReceipt }
            receipt = amount == held.amount ? held.body.receipt : nil
        }
        capture(id, amount, receipt, now)
        return json(try payment(id, shop))
    }

    /// - Parameter amount: minor units, no more than what is held.
    mutating func capture(_ id: String, _ amount: Int64, _ receipt: YooReceiptBody?, _ now: Int64) {
        payments[id]?.amount = amount
        succeed(id, receipt, now)
    }

    /// Source: yookassa.md 9.
    mutating func cancel(_ id: String, _ shop: YooKassaShop, _ now: Int64) throws(YooProblem) -> JSONValue {
        let held = try payment(id, shop)
        guard held.status == .waitingForCapture else { throw Self.notHeld(held) }
        end(id, .canceledByMerchant, now)
        return json(try payment(id, shop))
    }

    private static func notHeld(_ payment: YooKassaPayment) -> YooProblem {
        .wrong(
            "payment_id", "Incorrect payment status: \(payment.status.rawValue). It has to be waiting_for_capture")
    }
}
