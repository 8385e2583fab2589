import StrictJSON

/// Fiscal receipts of the Merchant API: amounts are tiyin here.
extension ClickSandbox {
    private static let required = [
        "Name", "SPIC", "PackageCode", "Price", "Amount", "VAT", "VATPercent", "CommissionInfo",
    ]

    func submitItems(_ call: ClickAPICall) -> ClickAPIReply {
        guard let receipt = current(call) else { return .refused("Unknown payment") }
        guard receipt.stage == .paid else { return .refused("The payment is not paid") }
        guard let items = call.body["items"]?.arrayValue, !items.isEmpty else { return .refused("items are missing") }
        for (index, item) in items.enumerated() {
            if let name = Self.required.first(where: { item[$0] == nil }) {
                return .refused("items[\(index)].\(name) is missing")
            }
            if let name = ["Price", "Amount", "VAT"].first(where: { item[$0]?.integerValue == nil }) {
                return .refused("items[\(index)].\(name) must be a whole number")
            }
        }
        let received = ["received_ecash", "received_cash", "received_card"].map { call.body[$0]?.integerValue }
        guard !received.contains(nil) else { return .refused("received_… must be whole numbers of tiyin") }
        let discounts = items.reduce(Int64(0)) {
            $0 + ($1["Discount"]?.integerValue ?? 0) + ($1["Other"]?.integerValue ?? 0)
        }
        let total = items.reduce(Int64(0)) { $0 + ($1["Price"]?.integerValue ?? 0) } - discounts
        guard received.reduce(Int64(0), { $0 + ($1 ?? 0) }) == receipt.amount, total == receipt.amount else {
            return .refused("The sums do not make up the payment")
        }
        change(receipt) {
            $0.fiscalURL = "https://ofd.soliq.uz/epi?t=EZ000000000030&r=\(receipt.paydocID)&c=20261121&s=452723652567"
        }
        return .good(["payment_id": .integer(receipt.paydocID)])
    }

    func submitReceipt(_ call: ClickAPICall) -> ClickAPIReply {
        guard let receipt = current(call) else { return .refused("Unknown payment") }
        guard receipt.stage == .paid else { return .refused("The payment is not paid") }
        guard let url = call.text("qrcode"), CheckoutRequest.address(url) != nil else {
            return .refused("qrcode must be an address")
        }
        change(receipt) { $0.fiscalURL = url }
        return .good(["payment_id": .integer(receipt.paydocID)])
    }

    /// The one answer without an envelope.
    func readReceipt(_ call: ClickAPICall) -> ClickAPIReply {
        guard let receipt = current(call) else { return .refused("Unknown payment") }
        var body: JSONObject = ["paymentId": .integer(receipt.paydocID)]
        if let url = receipt.fiscalURL { body["qrCodeURL"] = .string(url) }
        return ClickAPIReply(body: body)
    }
}
