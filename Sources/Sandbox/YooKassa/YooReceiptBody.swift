import StrictJSON

/// What a shop says of a receipt, checked.
///
/// Source: yookassa.md 12.
struct YooReceiptBody: Sendable {
    let items: [JSONValue]
    let taxSystem: Int64?
    /// Of all items, minor units.
    let total: Int64

    static let itemsMaximum = 80
    private static let modes: Set<String> = [
        "full_prepayment", "partial_prepayment", "advance", "full_payment", "partial_payment", "credit",
        "credit_payment",
    ]

    init(_ fields: YooFields, _ currency: String) throws(YooProblem) {
        try Self.checkCustomer(fields)
        taxSystem = try fields.integer("tax_system_code", 1...6)
        guard let list = fields["items"]?.arrayValue, (1...Self.itemsMaximum).contains(list.count) else {
            throw fields.wrong("items", "Up to \(Self.itemsMaximum) items, and one at least")
        }
        var total: Int64 = 0
        for (index, item) in list.enumerated() {
            let place = "\(fields.place)items[\(index)]"
            guard let object = item.objectValue else { throw .wrong(place, "It has to be an object") }
            let (sum, isOver) = total.addingReportingOverflow(
                try Self.price(YooFields(object: object, place: place + "."), currency))
            guard !isOver else { throw .wrong(place, "The sum is too large") }
            total = sum
        }
        items = list
        self.total = total
    }

    /// - Returns: price times quantity, minor units, half a unit rounded up.
    private static func price(_ item: YooFields, _ currency: String) throws(YooProblem) -> Int64 {
        _ = try item.required("description", 1...128)
        guard try item.integer("vat_code", 1...12) != nil else { throw item.wrong("vat_code", "It is required") }
        if let mode = try item.text("payment_mode", 1...32), !modes.contains(mode) {
            throw item.wrong("payment_mode", "There is no such mode")
        }
        _ = try item.text("payment_subject", 1...64)
        _ = try item.text("measure", 1...32)
        guard let thousandths = YooSum.thousandths(item["quantity"]), thousandths > 0 else {
            throw item.wrong("quantity", "It has to be a number with up to three decimals, and more than zero")
        }
        guard let amount = try item.amount("amount", currency) else { throw item.wrong("amount", "It is required") }
        let (product, isOver) = amount.multipliedReportingOverflow(by: thousandths)
        guard !isOver else { throw item.wrong("amount", "The sum is too large") }
        return product / 1_000 + (product % 1_000 >= 500 ? 1 : 0)
    }

    private static func checkCustomer(_ fields: YooFields) throws(YooProblem) {
        // Older shops send both beside the items.
        let customer = try fields.fields("customer") ?? fields
        let email = try customer.text("email", 3...256)
        let phone = try customer.text("phone", 4...16)
        guard email != nil || phone != nil else { throw fields.wrong("customer", "Email or phone is required") }
        guard email?.contains("@") != false else { throw customer.wrong("email", "It is no address") }
        let digits = phone.map { $0.hasPrefix("+") ? String($0.dropFirst()) : $0 }
        guard digits?.allSatisfy({ $0.isASCII && $0.isNumber }) != false else {
            throw customer.wrong("phone", "It has to be digits, as of E.164")
        }
        _ = try customer.text("full_name", 1...256)
        if let inn = try customer.text("inn", 10...12), inn.count == 11 || !inn.allSatisfy(\.isNumber) {
            throw customer.wrong("inn", "It has 10 or 12 digits")
        }
    }

    /// - Parameter total: minor units that the items must come to.
    func check(total: Int64, _ fields: YooFields) throws(YooProblem) {
        guard self.total == total else {
            throw fields.wrong("receipt.items", "The items do not come to the amount")
        }
    }
}
