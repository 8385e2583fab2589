import StrictJSON

/// What the shop knows of a charge: which order it is for, where its page is, how the server says it stands.
struct PixShopCharge: Sendable {
    let order: String
    /// The path of the payer's page; nil: somebody else made the charge.
    var page: String?
    /// The server's number.
    var transaction: Int64?
    /// State as the server's last event has it.
    var state: Int64?
}

/// Money that the shop sends, as it asks for it; the same again is sent once.
struct PixShopPayout: Sendable {
    /// The shop's own number.
    let reference: String
    let amount: Amount
    /// The receiver's.
    let key: String

    var body: JSONValue {
        ["valor": .string(amount.decimal), "chave": .string(key), "txid": .string(reference)]
    }
}
