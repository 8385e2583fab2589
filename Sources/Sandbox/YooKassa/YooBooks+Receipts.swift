import StrictJSON

extension YooBooks {
    static let receiptsMaximum = 30

    func receipt(_ id: String, _ shop: YooKassaShop) throws(YooProblem) -> YooKassaReceipt {
        guard let receipt = receipts[id], receipt.shopID == shop.id else {
            throw YooProblem(.notFound, "Receipt doesn't exist or access denied", at: "receipt_id")
        }
        return receipt
    }

    /// A receipt that is made apart.
    ///
    /// Source: yookassa.md 12.
    mutating func createReceipt(
        _ request: YooRequest, _ shop: YooKassaShop, _ now: Int64
    ) throws(YooProblem) -> JSONValue {
        let fields = request.fields
        let type = try fields.required("type", 1...16)
        guard type == "payment" || type == "refund" else { throw fields.wrong("type", "It is payment or refund") }
        guard try fields.flag("send") == true else { throw fields.wrong("send", "It has to be true") }
        let subject = try subject(type, fields, shop)
        let body = try YooReceiptBody(fields, shop.currency)
        guard let settlements = fields["settlements"]?.arrayValue, (1...10).contains(settlements.count) else {
            throw fields.wrong("settlements", "It is required")
        }
        var settled: Int64 = 0
        for (index, value) in settlements.enumerated() {
            let place = YooFields(object: value.objectValue ?? [:], place: "settlements[\(index)].")
            let kinds = ["cashless", "prepayment", "postpayment", "consideration"]
            guard kinds.contains(try place.required("type", 1...32)) else {
                throw place.wrong("type", "It is one of \(kinds.joined(separator: ", "))")
            }
            guard let amount = try place.amount("amount", shop.currency) else {
                throw place.wrong("amount", "It is required")
            }
            // Amounts have 16 digits and there are ten of them at the most.
            settled += amount
        }
        guard settled == body.total else { throw fields.wrong("settlements", "They do not come to the items") }
        guard countReceipt(subject) else {
            throw fields.wrong("\(type)_id", "There are \(Self.receiptsMaximum) receipts of it already")
        }
        let id = register(body, of: subject, shop.id, now, settlements: settlements, isOwn: false)
        return try receipt(id, shop).json
    }

    private func subject(
        _ type: String, _ fields: YooFields, _ shop: YooKassaShop
    ) throws(YooProblem) -> YooKassaReceipt.Subject {
        if type == "refund", let id = try fields.text("refund_id", 1...64) {
            guard refunds[id]?.shopID == shop.id else { throw fields.wrong("refund_id", "There is no such refund") }
            return .refund(id)
        }
        let id = try fields.required("payment_id", 1...64)
        guard let payment = payments[id], payment.shopID == shop.id else {
            throw fields.wrong("payment_id", "There is no such payment")
        }
        guard payment.isPaid else { throw fields.wrong("payment_id", "The payment has not been paid") }
        return .payment(id)
    }

    /// - Returns: false if there are too many.
    private mutating func countReceipt(_ subject: YooKassaReceipt.Subject) -> Bool {
        switch subject {
        case .payment(let id):
            guard payments[id]?.receiptCount ?? 0 < Self.receiptsMaximum else { return false }
            payments[id]?.receiptCount += 1
        case .refund(let id):
            guard refunds[id]?.receiptCount ?? 0 < Self.receiptsMaximum else { return false }
            refunds[id]?.receiptCount += 1
        }
        return true
    }

    @discardableResult
    mutating func register(
        _ body: YooReceiptBody, of subject: YooKassaReceipt.Subject, _ shop: String, _ now: Int64,
        settlements: [JSONValue] = [], isOwn: Bool = true
    ) -> String {
        let id = "rt_" + Self.id(now, "0016")
        var receipt = YooKassaReceipt(
            id: id, subject: subject, shopID: shop, createdAt: now, number: receiptIDs.count, body: body,
            settlements: settlements, isOwn: isOwn)
        let deadline = now + conduct.receiptMilliseconds
        receipt.deadline = deadline
        receipts[id] = receipt
        receiptIDs.append(id)
        note(receipt)
        if deadline <= now { decideReceipt(id, now) } else { open.add(.receipt(id), at: deadline) }
        return id
    }

    mutating func decideReceipt(_ id: String, _ now: Int64) {
        receipts[id]?.deadline = nil
        receipts[id]?.status = conduct.registersReceipts ? .succeeded : .canceled
        if conduct.registersReceipts { receipts[id]?.registeredAt = now }
        if let receipt = receipts[id] { note(receipt) }
    }

    /// The payment or refund tells how its own receipt fares.
    private mutating func note(_ receipt: YooKassaReceipt) {
        guard receipt.isOwn else { return }
        switch receipt.subject {
        case .payment(let id): payments[id]?.receiptStatus = receipt.status
        case .refund(let id): refunds[id]?.receiptStatus = receipt.status
        }
    }
}
