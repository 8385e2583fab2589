/// What a payer pays from.
enum ClickPurse: String, Sendable, CaseIterable {
    case uzcard, humo
    /// The purse in Click's own application.
    case wallet
    /// A card with nothing on it.
    case empty

    /// All that anybody may see of a card's number; nil: it is no card.
    var ending: String? {
        switch self {
        case .uzcard: "1001"
        case .humo: "2002"
        case .wallet: nil
        case .empty: "0000"
        }
    }

    /// The text that names it.
    var key: String { "click_purse_\(rawValue)" }

    /// Reversal wants an online card. Source: click.md 2 (reversal conditions).
    var isOnlineCard: Bool { self != .wallet }

    /// As the Merchant API writes it. Source: click.md 2 (CLICK Pass).
    var processing: String {
        switch self {
        case .uzcard, .empty: "UZCARD"
        case .humo: "HUMO"
        case .wallet: "WALLET"
        }
    }

    /// The purse behind a card's number: its first and last digits tell.
    init?(cardNumber: String) {
        guard cardNumber.utf8.count == 16, cardNumber.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        if cardNumber.hasSuffix("0000") {
            self = .empty
        } else if cardNumber.hasPrefix("8600") || cardNumber.hasPrefix("5614") {
            self = .uzcard
        } else if cardNumber.hasPrefix("9860") {
            self = .humo
        } else {
            return nil
        }
    }
}
