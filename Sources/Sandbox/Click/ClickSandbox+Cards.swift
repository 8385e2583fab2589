import StrictJSON

/// Cards that Click keeps, and payments at a till.
extension ClickSandbox {
    /// The code of every SMS.
    static let code: Int64 = 12_345
    private static let phone = "99890*****67"

    func requestCard(_ call: ClickAPICall) -> ClickAPIReply {
        guard let number = call.text("card_number"), let purse = ClickPurse(cardNumber: number) else {
            return .refused("Unknown card")
        }
        guard call.text("expire_date")?.wholeMatch(of: /(0[1-9]|1[0-2])[0-9]{2}/) != nil else {
            return .refused("expire_date must be MMYY")
        }
        guard let temporary = call.body["temporary"]?.integerValue, (0...1).contains(temporary) else {
            return .refused("temporary must be 0 or 1")
        }
        let token = PaymeSandbox.newID().uppercased()
        tokens[token] = ClickToken(
            purse: purse, masked: "\(number.prefix(6))******\(number.suffix(4))", isTemporary: temporary == 1)
        return .good([
            "card_token": .string(token), "phone_number": .string(Self.phone), "temporary": .integer(temporary),
        ])
    }

    func verifyCard(_ call: ClickAPICall) -> ClickAPIReply {
        guard let name = call.text("card_token"), var token = tokens[name] else {
            return .refused("Unknown card token")
        }
        guard call.body["sms_code"]?.integerValue == Self.code else { return .refused("Wrong SMS code") }
        token.isVerified = true
        tokens[name] = token
        return .good(["card_number": .string(token.masked)])
    }

    /// Prepare and Complete come as for any payment.
    func payByCard(_ call: ClickAPICall) async -> ClickAPIReply {
        guard let name = call.text("card_token"), let token = tokens[name] else {
            return .refused("Unknown card token")
        }
        guard token.isVerified else { return .refused("The card is not verified") }
        guard let amount = call.amount else { return .refused("amount must be a number of sums above 0") }
        guard let order = call.text("transaction_parameter"), !order.isEmpty else {
            return .refused("transaction_parameter is missing")
        }
        guard enter() else { return .refused("Too many payments") }
        defer { leave() }
        if token.isTemporary { tokens[name] = nil }
        let receipt = await go(begin(order, amount: amount, token.purse, .card), .magic(of: amount))
        return .good(Self.standing(receipt))
    }

    func deleteCard(_ call: ClickAPICall) -> ClickAPIReply {
        guard call.values.count == 2, tokens.removeValue(forKey: call.values[1]) != nil else {
            return .refused("Unknown card token")
        }
        return .good()
    }

    /// A payment at a till is the till's own: no Prepare and no Complete are documented for it.
    func payByPass(_ call: ClickAPICall) -> ClickAPIReply {
        guard let code = call.text("otp_data"), (4...64).contains(code.utf8.count) else {
            return .refused("Unknown QR code")
        }
        guard let amount = call.amount else { return .refused("amount must be a number of sums above 0") }
        let mustBeConfirmed = confirmsPasses
        let receipt = change(begin(call.text("transaction_id") ?? "", amount: amount, .wallet, .pass)) {
            $0.mustBeConfirmed = mustBeConfirmed
            $0.isDebited = !mustBeConfirmed
            $0.stage = mustBeConfirmed ? .underWay : .paid
        }
        var members = Self.standing(receipt)
        members["confirm_mode"] = .integer(confirmsPasses ? 1 : 0)
        members["card_type"] = "private"
        members["processing_type"] = .string(receipt.purse.processing)
        members["card_number"] = "0000 00** **** 0000"
        members["phone_number"] = .string(Self.phone)
        return .good(members)
    }

    func confirmPass(_ call: ClickAPICall) -> ClickAPIReply {
        guard let receipt = current(call), receipt.origin == .pass else { return .refused("Unknown payment") }
        guard receipt.mustBeConfirmed, receipt.stage == .underWay else {
            return .refused("There is nothing to confirm")
        }
        change(receipt) {
            $0.isDebited = true
            $0.stage = .paid
        }
        return .good(["payment_id": .integer(receipt.paydocID)])
    }

    func setPassMode(_ isOn: Bool) -> ClickAPIReply {
        confirmsPasses = isOn
        return .good()
    }
}
