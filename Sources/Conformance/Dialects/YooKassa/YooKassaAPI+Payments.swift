import StrictJSON

extension YooKassaAPI {
    func made(_ call: PlayedCall, _ books: inout Books) -> PlayedAnswer {
        guard let key = call.idempotenceKey, (1...64).contains(key.utf8.count) else {
            return .problem(400, "invalid_request", "Idempotence-Key is missing or too long")
        }
        guard let body = (try? JSONValue(parsing: call.body))?.objectValue, body["amount"]?.objectValue != nil else {
            return .problem(400, "invalid_request", "amount is missing")
        }
        let id = books.made[key] ?? Self.newID()
        if books.made.updateValue(id, forKey: key) == nil {
            books.payments[id] = pending(id, body)
            books.untold.append(id)
        }
        return .json(.object(books.payments[id] ?? [:]))
    }

    /// - Parameter body: what it was made with; empty for one of the run's own amount
    func pending(_ id: String, _ body: JSONObject) -> JSONObject {
        let confirmation: JSONValue = [
            "type": "redirect", "confirmation_url": .string("https://yoomoney.invalid/\(id)"),
        ]
        var payment: JSONObject = [
            "id": .string(id), "status": "pending",
            "amount": body["amount"] ?? ["value": .string(AmountText.hundredths(amount)), "currency": "RUB"],
            "recipient": ["account_id": .string(shop), "gateway_id": "1700001"],
            "created_at": .string(YooKassaPlaceValues.moment(now())), "confirmation": confirmation,
            "test": .bool(isTest), "paid": false, "refundable": false, "metadata": body["metadata"] ?? [:],
        ]
        if let description = body["description"] { payment["description"] = description }
        return payment
    }
}

extension PlayedAnswer {
    static func json(_ body: JSONValue) -> PlayedAnswer { PlayedAnswer(status: 200, body: body.serialized()) }

    static func empty(_ status: Int) -> PlayedAnswer { PlayedAnswer(status: status, body: Array("{}".utf8)) }

    /// Source: yookassa.md 16.
    static func problem(_ status: Int, _ code: String, _ description: String) -> PlayedAnswer {
        let body: JSONValue = [
            "type": "error", "id": .string(YooKassaAPI.newID()), "code": .string(code),
            "description": .string(description),
        ]
        return PlayedAnswer(status: status, body: body.serialized())
    }
}
