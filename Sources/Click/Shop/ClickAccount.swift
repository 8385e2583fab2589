import StrictJSON

/// What a transaction keeps of whom it is for, JSON text in ``Payments/Transaction/account``.
struct ClickAccount: Sendable, Hashable {
    /// Our order, as Click calls it.
    var merchantTransID: String

    init(_ merchantTransID: String) {
        self.merchantTransID = merchantTransID
    }

    /// Nil if it is not of that form.
    init?(stored text: String) {
        guard let value = try? JSONValue(parsing: text), let id = value["merchant_trans_id"]?.stringValue else {
            return nil
        }
        merchantTransID = id
    }

    var stored: String { JSONValue.object(["merchant_trans_id": .string(merchantTransID)]).text }
}
