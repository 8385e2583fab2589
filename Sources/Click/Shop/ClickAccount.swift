import StrictJSON

/// What a transaction keeps of whom it is for and what Click calls it, JSON text in ``Payments/Transaction/account``.
struct ClickAccount: Sendable, Hashable {
    /// Our order, as Click calls it.
    var merchantTransID: String
    /// The payment's number, which the payer and Click's support know.
    var paydocID: Int64

    init(_ merchantTransID: String, paydocID: Int64) {
        self.merchantTransID = merchantTransID
        self.paydocID = paydocID
    }

    /// Nil if it is not of that form.
    init?(stored text: String) {
        guard let value = try? JSONValue(parsing: text), let id = value["merchant_trans_id"]?.stringValue,
            let paydocID = value["click_paydoc_id"]?.integerValue
        else { return nil }
        merchantTransID = id
        self.paydocID = paydocID
    }

    var stored: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("merchant_trans_id")
        writer.string(merchantTransID)
        writer.key("click_paydoc_id")
        writer.integer(paydocID)
        writer.endObject()
        return writer.text
    }

    /// Whether a stored account is that of this order. The payment's number is not signed: it makes no difference.
    static func isSame(_ stored: String, _ merchantTransID: String) -> Bool {
        guard let account = ClickAccount(stored: stored) else { return false }
        return account.merchantTransID.utf8.elementsEqual(merchantTransID.utf8)
    }

    /// For two accounts as they are stored.
    static let isSameStored: @Sendable (String, String) -> Bool = { stored, sent in
        ClickAccount(stored: sent).map { isSame(stored, $0.merchantTransID) } ?? false
    }
}
