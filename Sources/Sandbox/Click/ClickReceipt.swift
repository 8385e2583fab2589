/// What Click remembers of one payment.
struct ClickReceipt: Sendable {
    /// How the payment began.
    enum Origin: String, Sendable, CaseIterable {
        case link, invoice, card, pass

        /// The text that names it.
        var key: String { "click_origin_\(rawValue)" }
    }

    /// The payment's number, which the payer sees: `click_paydoc_id`, and `payment_id` of the Merchant API.
    let paydocID: Int64
    /// The attempt: `click_trans_id`.
    let transID: Int64
    let order: String
    /// Tiyin.
    let amount: Int64
    let purse: ClickPurse
    let origin: Origin
    /// Milliseconds since 1970 UTC.
    let createdAt: Int64
    /// Where the payer returns to.
    var returnURL: String?
    var stage = ClickStage.created
    /// The shop's number of the transaction, once it prepared one.
    var prepareID: Int64?
    /// The payer's money was taken.
    var isDebited = false
    /// Why it came to nothing, or waits for a person; nil as long as neither is so.
    var failure: ClickFailure?
    /// The last call and its answer: what a repeat is compared with.
    var lastCall: ClickSentCall?
    /// What happens to the next reversal; nil: nothing out of the ordinary.
    var reversalFault: ClickFault?
    /// A payment of CLICK Pass that must be confirmed.
    var mustBeConfirmed = false
    /// What the QR code of the fiscal receipt holds.
    var fiscalURL: String?

    /// The shop holds a transaction of it that waits.
    var isUnfinished: Bool { stage == .underWay && prepareID != nil }
}

/// How far a payment is at Click; the numbers are `payment_status`.
///
/// Source: click.md 2: below 0 it failed, 0 created, 1 under way, 2 paid. Which of those below 0 means what is not
/// published.
enum ClickStage: Int, Sendable, CaseIterable {
    case reversed = -2
    case cancelled = -1
    case created = 0
    case underWay = 1
    case paid = 2

    /// The text that names it.
    var key: String {
        switch self {
        case .reversed: "click_stage_reversed"
        case .cancelled: "click_stage_cancelled"
        case .created: "click_stage_created"
        case .underWay: "click_stage_under_way"
        case .paid: "click_stage_paid"
        }
    }
}

/// Why a payment came to nothing.
enum ClickFailure: Sendable, Hashable {
    /// The bank refused.
    case bank
    /// The payer did.
    case payer
    /// The shop did, in its own words.
    case shop(note: String, code: Int64)
    /// The order was paid before.
    case paidBefore
    /// The shop does not answer, or not as the protocol asks.
    case unusable
    /// Nobody confirmed it in time.
    case unconfirmed
}

/// What goes wrong with one answer of the Merchant API.
enum ClickFault: String, Sendable, CaseIterable {
    /// The call is carried out, and the answer is HTTP 500.
    case lost
    /// The call is carried out, and the connection ends before the answer does.
    case closed
    /// Nothing is carried out, and the answer is HTTP 500.
    case dropped
    /// The bank behind the card refuses. Source: click.md 2 (UZCARD may refuse).
    case refused
    /// The call is carried out, and the answer is no JSON.
    case broken
    /// The call is carried out, and the answer sends the caller elsewhere.
    case redirect
    /// The call is carried out, and no answer comes for long.
    case silent

    /// Those that the page offers for a reversal.
    static let offered: [ClickFault] = [.lost, .closed, .dropped, .refused]

    /// The text that says what happens.
    var key: String { "click_fault_\(rawValue)" }
}
