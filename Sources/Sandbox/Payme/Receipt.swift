/// A receipt (chek): what Payme remembers of one payment.
struct Receipt: Sendable {
    /// 24 hexadecimal characters.
    let id: String
    /// When Payme created the transaction, milliseconds since 1970 UTC; 0 before that.
    var time: Int64 = 0
    let checkout: CheckoutRequest
    /// The last four digits, all that anybody may see of a card.
    let cardEnding: String
    var state = ReceiptState.created
    /// The shop's number of the transaction, once it created one.
    var transaction: String?
    /// The state of the transaction at the shop, as far as the shop has answered.
    var shopState: Int64?
    /// The cancel reason that Payme sent.
    var reason: Int64?
    /// Why it came to nothing; nil as long as it did not.
    var failure: PaymentFailure?
    /// The last call that changes something, as it was sent, and its answer: what a repeat is compared with.
    var lastChange: SentCall?
    /// Whether fiscal data was sent for the payment and for its return.
    var fiscalised: Set<String> = []

    /// What the payer pays for: the first value of the account.
    var order: String { checkout.account.first?.value ?? "" }
    /// The shop holds a transaction of it.
    var isKnownToShop: Bool { transaction != nil }
    var isUnfinished: Bool { [.waiting, .debiting, .closing, .paused].contains(state) && isKnownToShop }
}
