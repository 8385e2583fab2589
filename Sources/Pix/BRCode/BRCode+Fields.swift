import Payments

extension BRCode {
    /// What the objects mean. Codes that are made here go through it as well: it is the one place that knows the rules.
    ///
    /// - Parameter fields: every object of the root but the check sum.
    init(fields: [TLVField]) throws(BRCodeError) {
        let end = fields.last.flatMap { last in last.valuePosition.map { $0 + last.value.count } }
        let root = TemplateReading(fields, end: end)
        guard let first = fields.first, first.id == 0 else {
            throw BRCodeError(.missingField, field: "00", position: 0)
        }
        guard first.text == "01" else { throw root.error(.value, 0) }
        if let sum = root[63] { throw BRCodeError(.unexpectedField, field: "63", position: sum.position) }
        var deviations: Set<BRCodeDeviation> = []
        for (earlier, later) in zip(fields, fields.dropFirst()) where later.id < earlier.id {
            deviations.insert(.order)
        }

        isOneTime = try Self.isOneTime(root)
        let accounts = try Self.accounts(root)
        categoryCode = try root.digits(52, count: 4)
        guard try root.digits(53, count: 3) == "986" else { throw root.error(.currency, 53) }
        amount = try Self.amount(root, &deviations)
        guard try root.text(58, atMost: 2) == "BR" else { throw root.error(.value, 58) }
        merchantName = try root.text(59, atMost: 25)
        merchantCity = try root.text(60, atMost: 15)
        postalCode = root[61]?.text
        recurrence = accounts.recurrence
        account = try Self.account(accounts, &deviations)
        label = try Self.label(root, of: account, isShared: accounts.isShared, &deviations)
        self.fields = fields
        self.deviations = deviations
    }

    private static func isOneTime(_ root: TemplateReading) throws(BRCodeError) -> Bool {
        guard let method = root[1]?.text else { return false }
        guard method == "12" || method == "11" else { throw root.error(.value, 1) }
        return method == "12"
    }

    private static func amount(
        _ root: TemplateReading, _ deviations: inout Set<BRCodeDeviation>
    ) throws(BRCodeError) -> Money? {
        guard let field = root[54] else { return nil }
        guard let centavos = PixAmountText.centavos(field.value) else { throw root.error(.amount, 54) }
        guard centavos > 0 else {
            deviations.insert(.zeroAmount)
            return nil
        }
        let amount = Money(minor: centavos, currency: .brl)
        if field.text != amount.decimal { deviations.insert(.amountForm) }
        return amount
    }

    private static func label(
        _ root: TemplateReading, of account: Account, isShared: Bool, _ deviations: inout Set<BRCodeDeviation>
    ) throws(BRCodeError) -> String? {
        guard let data = try root.template(62) else {
            deviations.insert(.additionalDataMissing)
            return nil
        }
        guard data[5] != nil else {
            deviations.insert(.labelMissing)
            return nil
        }
        let label = try data.text(5, atMost: 25)
        guard label != "***" else { return nil }
        if case .key = account, PixTxid(staticCode: label) == nil {
            // What several arrangements share is bound by none of their rules.
            guard isShared else { throw data.error(.txid, 5) }
            deviations.insert(.sharedLabel)
        }
        return label
    }
}
