/// The cards that Payme publishes for tests, and what comes of each.
///
/// Source: payme.md 6.3.
enum TestCard: String, Sendable, CaseIterable {
    case works = "8600495473316478"
    case worksToo = "8600069195406311"
    case noMessage = "8600060921090842"
    case expired = "3333336415804657"
    case blocked = "4444445987459073"
    case systemError = "8600143417770323"
    case slowError = "8600134301849596"

    /// The code that the bank's message holds, for every card.
    static let code = "666666"
    /// Month and year, for every card.
    static let expiry = "03/99"

    /// As it stands on the card.
    var number: String {
        var text = ""
        for (index, digit) in rawValue.enumerated() {
            if index > 0, index.isMultiple(of: 4) { text.append(" ") }
            text.append(digit)
        }
        return text
    }

    var ending: String { String(rawValue.suffix(4)) }

    /// The text that says what comes of it.
    var key: String {
        switch self {
        case .works, .worksToo: "card_works"
        case .noMessage: "card_no_message"
        case .expired: "card_expired"
        case .blocked: "card_blocked"
        case .systemError: "card_system_error"
        case .slowError: "card_slow_error"
        }
    }

    /// It is refused before the shop hears of it.
    var isRefusedAtOnce: Bool { [.noMessage, .expired, .blocked].contains(self) }
    /// The debit fails after the shop has created the transaction.
    var failsAtDebit: Bool { [.systemError, .slowError].contains(self) }
}
