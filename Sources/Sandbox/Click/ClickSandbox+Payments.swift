import StrictJSON

/// Invoices, payments and reversal of the Merchant API.
extension ClickSandbox {
    func createInvoice(_ call: ClickAPICall) -> ClickAPIReply {
        guard let amount = call.amount else { return .refused("amount must be a number of sums above 0") }
        guard let phone = call.text("phone_number"), phone.wholeMatch(of: /998[0-9]{9}/) != nil else {
            return .refused("phone_number must be 998XXXXXXXXX")
        }
        guard let order = call.text("merchant_trans_id"), !order.isEmpty else {
            return .refused("merchant_trans_id is missing")
        }
        let invoice = ClickInvoice(id: number(), order: order, amount: amount, phone: phone)
        add(invoice)
        return .good(["invoice_id": .integer(invoice.id)])
    }

    func invoiceStatus(_ call: ClickAPICall) -> ClickAPIReply {
        guard let invoice = invoices.first(where: { $0.id == call.id }) else { return .refused("Unknown invoice") }
        let note =
            switch invoice.state {
            case .deleted: "Deleted"
            case .waiting: "Waits for payment"
            case .paid: "Paid"
            }
        return .good(["invoice_status": .integer(invoice.state.rawValue), "invoice_status_note": .string(note)])
    }

    func paymentStatus(_ call: ClickAPICall) -> ClickAPIReply {
        guard let receipt = current(call) else { return .refused("Unknown payment") }
        return .good(Self.standing(receipt))
    }

    /// The payment of an order on a day: the one that was paid, else the newest.
    func paymentByOrder(_ call: ClickAPICall) -> ClickAPIReply {
        guard call.values.count == 3, call.values[2].wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil else {
            return .refused("The day must be YYYY-MM-DD")
        }
        let found = receipts.filter {
            $0.order == call.values[1] && Moment.text($0.createdAt, as: .day) == call.values[2]
        }
        guard let receipt = found.first(where: { $0.stage == .paid }) ?? found.first else {
            return .refused("Unknown payment")
        }
        var members = Self.standing(receipt)
        members["merchant_trans_id"] = .string(receipt.order)
        return .good(members)
    }

    /// Source: click.md 2 (reversal conditions).
    func reverse(_ call: ClickAPICall) -> ClickAPIReply {
        guard let receipt = current(call) else { return .refused("Unknown payment") }
        guard receipt.stage == .paid else { return .refused("The payment is not paid") }
        guard receipt.purse.isOnlineCard else { return .refused("The payment was not made with an online card") }
        guard isOfThisMonth(receipt.createdAt) else { return .refused("The reporting month is over") }
        change(receipt) { $0.stage = .reversed }
        return .good(["payment_id": .integer(receipt.paydocID)])
    }

    /// Of the current month; on its first day of the last one, too.
    private func isOfThisMonth(_ moment: Int64) -> Bool {
        let today = Moment.text(clock.now, as: .day)
        let month = Moment.text(moment, as: .day).prefix(7)
        if month == today.prefix(7) { return true }
        guard today.hasSuffix("-01") else { return false }
        return month == Moment.text(clock.now - 86_400_000, as: .day).prefix(7)
    }

    /// The payment that is meant, as it stands now.
    func current(_ call: ClickAPICall) -> ClickReceipt? {
        guard let receipt = call.id.flatMap({ receipt($0) }) else { return nil }
        // Source: click.md 2: what nobody confirms is called off after 30 seconds.
        guard receipt.mustBeConfirmed, receipt.stage == .underWay, clock.now - receipt.createdAt > 30_000 else {
            return receipt
        }
        return change(receipt) {
            $0.stage = .cancelled
            $0.failure = .unconfirmed
        }
    }

    static func standing(_ receipt: ClickReceipt) -> JSONObject {
        [
            "payment_id": .integer(receipt.paydocID), "payment_status": .integer(Int64(receipt.stage.rawValue)),
        ]
    }
}
