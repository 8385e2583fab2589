public import Payments

extension BRCode {
    /// The most characters of `info` beside a key: they share 99 with it.
    ///
    /// - Parameter hasWithdrawalAgent: the code names who hands out cash.
    public static func infoLimit(beside key: PixKey, hasWithdrawalAgent: Bool = false) -> Int {
        // 18 for the identifier, four each for the heads of key and info, twelve for an agent.
        max(0, min(72, 99 - 18 - 8 - key.text.utf8.count - (hasWithdrawalAgent ? 12 : 0)))
    }

    /// A static code: paid to a key, as often as anybody likes, without a time limit.
    ///
    /// - Parameters:
    ///   - key: whose account is paid.
    ///   - merchant: who is paid, for the payer's eyes.
    ///   - amount: reais, 0.01 to 9999999999.99; nil lets the payer choose.
    ///   - txid: the merchant's reference, 25 characters at the most. Give one: without it no notice comes.
    ///   - info: a text for the payer. It is brought to ASCII; if it may be longer than
    ///     ``infoLimit(beside:hasWithdrawalAgent:)``, cut it with ``BRCodeText/cleaned(_:limit:)`` before.
    ///   - withdrawalAgent: the ISPB of who hands out cash (Pix Saque), 8 characters.
    /// - Throws: ``BRCodeError`` if a value does not fit.
    public init(
        key: PixKey, merchant: BRCodeMerchant, amount: Money? = nil, txid: PixTxid? = nil, info: String? = nil,
        withdrawalAgent: String? = nil
    ) throws(BRCodeError) {
        var account = [TLVField(0, Self.identifier), TLVField(1, key.text)]
        if let info = info.map({ BRCodeText.cleaned($0) }), !info.isEmpty {
            guard info.utf8.count <= Self.infoLimit(beside: key, hasWithdrawalAgent: withdrawalAgent != nil) else {
                throw BRCodeError(.valueTooLong, field: "26-02")
            }
            account.append(TLVField(2, info))
        }
        if let withdrawalAgent {
            guard Self.isAgent(withdrawalAgent) else { throw BRCodeError(.value, field: "26-03") }
            // A longer key leaves no room: 18, 4 + 65 and 12 are 99.
            guard key.text.utf8.count <= 65 else { throw BRCodeError(.valueTooLong, field: "26-03") }
            account.append(TLVField(3, withdrawalAgent))
        }
        if let txid, !txid.fitsStaticCode { throw BRCodeError(.txid, field: "62-05") }
        let fields = try Self.fields(
            account, merchant, amount: amount, label: txid?.text, isOneTime: false, recurrence: nil)
        try self.init(fields: fields)
    }

    /// A dynamic code: the payer's app fetches the charge from the receiver's bank.
    ///
    /// - Parameters:
    ///   - location: where the bank serves the charge.
    ///   - merchant: who is paid, for the payer's eyes.
    ///   - amount: reais; a help for some apps, the charge counts. Nil leaves it out.
    ///   - isOneTime: the code is for one payment.
    ///   - recurrence: where a recurring payment is agreed to; nil offers none.
    /// - Throws: ``BRCodeError`` if the amount does not fit.
    public init(
        location: PixLocation, merchant: BRCodeMerchant, amount: Money? = nil, isOneTime: Bool = true,
        recurrence: PixLocation? = nil
    ) throws(BRCodeError) {
        let account = [TLVField(0, Self.identifier), TLVField(25, location.text)]
        let fields = try Self.fields(
            account, merchant, amount: amount, label: nil, isOneTime: isOneTime, recurrence: recurrence)
        try self.init(fields: fields)
    }

    /// A code that only offers a recurring payment; nothing is paid with it.
    ///
    /// - Parameters:
    ///   - recurrence: where it is agreed to.
    ///   - merchant: who is paid, for the payer's eyes.
    /// - Throws: ``BRCodeError`` never for what these types hold; the rules are checked once more all the same.
    public init(recurrence: PixLocation, merchant: BRCodeMerchant) throws(BRCodeError) {
        let fields = try Self.fields(
            [TLVField(0, Self.identifier)], merchant, amount: nil, label: nil, isOneTime: false, recurrence: recurrence)
        try self.init(fields: fields)
    }

    /// In rising order, as the manual writes them.
    private static func fields(
        _ account: [TLVField], _ merchant: BRCodeMerchant, amount: Money?, label: String?, isOneTime: Bool,
        recurrence: PixLocation?
    ) throws(BRCodeError) -> [TLVField] {
        var fields = [TLVField(0, "01")]
        if isOneTime { fields.append(TLVField(1, "12")) }
        fields.append(TLVField(26, account))
        fields.append(TLVField(52, merchant.categoryCode))
        fields.append(TLVField(53, "986"))
        if let amount { fields.append(TLVField(54, try PixAmountText.text(amount))) }
        fields.append(TLVField(58, "BR"))
        fields.append(TLVField(59, merchant.name))
        fields.append(TLVField(60, merchant.city))
        if let postalCode = merchant.postalCode { fields.append(TLVField(61, postalCode)) }
        fields.append(TLVField(62, [TLVField(5, label ?? "***")]))
        if let recurrence {
            fields.append(TLVField(80, [TLVField(0, identifier), TLVField(25, recurrence.text)]))
        }
        return fields
    }
}
