public import Specification
import StrictJSON

/// A word of YooKassa's, and what it means here.
public struct YooKassaWord<Known: Sendable & Hashable>: Sendable, Hashable {
    /// As it came.
    public let text: String
    /// Nil: a word that this program does not know.
    public let known: Known?

    /// A word, and its meaning if it has one.
    public init(_ text: String, _ known: Known?) {
        self.text = text
        self.known = known
    }

    init(_ text: String, in words: [String: Known]) {
        self.init(text, words[text])
    }
}

/// Why something was cancelled, in YooKassa's words.
public struct YooKassaCancellation: Sendable, Hashable {
    /// `merchant`, `yoo_money`, `payment_network`, `refund_network`, or what is new.
    public let party: String
    /// A reason of the document, or what is new.
    public let reason: String

    /// Words as they came.
    public init(party: String, reason: String) {
        self.party = party
        self.reason = reason
    }

    init?(_ json: JSONValue?) {
        guard let reason = json?["reason"]?.stringValue else { return nil }
        self.init(party: json?["party"]?.stringValue ?? "", reason: reason)
    }
}

/// What the payer has to do.
public struct YooKassaConfirmation: Sendable, Hashable {
    /// `redirect`, `embedded`, `qr`, … or what is new.
    public let type: String
    /// Where the payer is sent.
    public let url: String?
    /// For the widget.
    public let token: String?
    /// What a QR code shows.
    public let data: String?

    init?(_ json: JSONValue?) {
        guard let type = json?["type"]?.stringValue else { return nil }
        self.type = type
        url = json?["confirmation_url"]?.stringValue
        token = json?["confirmation_token"]?.stringValue
        data = json?["confirmation_data"]?.stringValue
    }
}

/// What a payer pays with.
public struct YooKassaMethod: Sendable, Hashable {
    /// Under which it is charged again, if it is saved.
    public let id: String
    /// `bank_card`, `sbp`, … or what is new.
    public let type: String
    /// Whether it may be charged without the payer.
    public let isSaved: Bool
    /// Nil: none was given.
    public let status: YooKassaWord<YooKassaSpecification.MethodStatus>?
    /// For the payer's eyes: `Bank card *4444`.
    public let title: String?
    /// `Visa`, `MasterCard`, `Mir`, …; nil: no card.
    public let cardType: String?
    /// Of one that is saved without a payment, while the payer is still to confirm it.
    public let confirmation: YooKassaConfirmation?

    /// Whether it can be charged again: saved, and active or without a status.
    ///
    /// Source: yookassa.md 13.2
    public var isChargeable: Bool { isSaved && (status == nil || status?.known == .active) }
}

/// A payment as YooKassa has it.
///
/// Source: yookassa.md 7
public struct YooKassaPayment: Sendable, Hashable {
    public let id: String
    public let status: YooKassaWord<YooKassaSpecification.PaymentStatus>
    public let amount: YooKassaAmount
    /// The sum of refunds that succeeded; nil: none did.
    public let refundedAmount: YooKassaAmount?
    /// Whether it belongs to a test shop.
    public let isTest: Bool
    public let isPaid: Bool
    public let isRefundable: Bool
    /// The shop.
    public let accountID: String?
    /// Milliseconds since 1970, as are the others.
    public let createdAt: Int64?
    public let capturedAt: Int64?
    /// When a hold ends by itself.
    public let expiresAt: Int64?
    public let confirmation: YooKassaConfirmation?
    public let method: YooKassaMethod?
    public let cancellation: YooKassaCancellation?
    /// Of the fiscal receipt.
    public let receiptRegistration: YooKassaWord<YooKassaSpecification.Progress>?
    /// What we gave when it was created, as text.
    public let metadata: [String: String]
}

/// A refund as YooKassa has it.
///
/// Source: yookassa.md 11
public struct YooKassaRefund: Sendable, Hashable {
    public let id: String
    public let paymentID: String
    public let status: YooKassaWord<YooKassaSpecification.Progress>
    public let amount: YooKassaAmount
    /// Milliseconds since 1970.
    public let createdAt: Int64?
    public let cancellation: YooKassaCancellation?
    public let receiptRegistration: YooKassaWord<YooKassaSpecification.Progress>?
}

/// A fiscal receipt as YooKassa has it.
///
/// Source: yookassa.md 12
public struct YooKassaReceipt: Sendable, Hashable {
    public let id: String
    public let status: YooKassaWord<YooKassaSpecification.Progress>
    public let paymentID: String?
    public let refundID: String?
}

/// The shop whose key is used.
public struct YooKassaShop: Sendable, Hashable {
    public let accountID: String
    public let isTest: Bool
    /// Whether receipts go through YooKassa; nil: not said.
    public let isFiscalizationEnabled: Bool?
}

/// A page of a list, newest first.
public struct YooKassaPage<Item: Sendable & Hashable>: Sendable, Hashable {
    public let items: [Item]
    /// With which the next page is asked for; nil: there is none.
    public let nextCursor: String?

    /// - Parameter nextCursor: nil: it is the last page.
    public init(items: [Item], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }
}
