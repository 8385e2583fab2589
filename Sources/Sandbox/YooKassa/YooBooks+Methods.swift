import StrictJSON

extension YooBooks {
    func method(_ id: String, _ shop: YooKassaShop) throws(YooProblem) -> YooKassaMethod {
        guard let method = methods[id], method.shopID == shop.id else {
            throw YooProblem(.notFound, "Payment method doesn't exist or access denied", at: "payment_method_id")
        }
        return method
    }

    /// A card is saved without a payment.
    ///
    /// Source: yookassa.md 8.
    mutating func createMethod(
        _ request: YooRequest, _ shop: YooKassaShop, _ now: Int64
    ) throws(YooProblem) -> JSONValue {
        let fields = request.fields
        guard try fields.required("type", 1...64) == YooKassaMethodType.bankCard.rawValue else {
            throw fields.wrong("type", "Only bank cards can be saved without a payment")
        }
        guard fields["card"] == nil else {
            throw YooProblem(.forbidden, "The shop must not send data of cards", at: "card")
        }
        guard shop.mayCharge else { throw YooProblem(.forbidden, "This store can't make recurring payments") }
        guard let place = try fields.fields("confirmation") else {
            throw fields.wrong("confirmation", "Confirmation is required")
        }
        var method = YooKassaMethod(id: Self.id(now), type: .bankCard, shopID: shop.id)
        method.confirmation = try YooConfirmation(place, kinds: [.redirect])
        method.metadata = try fields.metadata()
        method.status = .pending
        method.formToken = PixChance.text(32)
        let deadline = now + conduct.confirmationMilliseconds
        method.deadline = deadline
        open.add(.method(method.id), at: deadline)
        methods[method.id] = method
        methodIDs.append(method.id)
        return method.detailed(page: page)
    }

    /// The payer confirms a card that is to be saved, with a number that pays, or not.
    mutating func confirm(
        method id: String, card number: String, isCodeRight: Bool, _ now: Int64
    ) throws(YooKassaPayRefusal) -> YooKassaMethod {
        settle(now)
        guard var method = methods[id] else { throw .unknown }
        guard method.status == .pending else { throw .notPending }
        guard let card = YooKassaTestCard.find(number) else { throw .notACard }
        method.card = card
        method.deadline = nil
        let isGood = card.refusal == nil && (!card.asksForCode || isCodeRight) && conduct.savesMethods
        if isGood { save(&method) } else { method.status = .inactive }
        methods[id] = method
        if isGood { announceMethod(method, now) }
        return method
    }
}
