/// What happens on the way, chosen on the checkout page or by the last two digits of an amount.
enum Conduct: String, Sendable, CaseIterable {
    case normal
    /// The payer leaves after CreateTransaction: nobody says anything more.
    case leave
    /// The answer to CreateTransaction is lost, and the call repeated.
    case loseCreate = "lose_create"
    /// The answer to PerformTransaction is lost, and the call repeated.
    case losePerform = "lose_perform"
    /// The card cannot be debited: Payme cancels what it has created.
    case debitFails = "debit_fails"
    /// The payer changes the amount in the link, which is not signed.
    case tampered
    /// Somebody else tries to pay the same order meanwhile.
    case rival

    /// The tiyin of an amount that choose it; nil: no amount does.
    var magicTiyin: Int64? {
        switch self {
        case .normal: nil
        case .leave: 11
        case .loseCreate: 12
        case .losePerform: 13
        case .debitFails: 14
        case .tampered: 15
        case .rival: 16
        }
    }

    /// The text that says what happens.
    var key: String { "conduct_\(rawValue)" }

    /// - Parameter amount: tiyin.
    static func magic(of amount: Int64) -> Conduct {
        allCases.first { $0.magicTiyin == amount % 100 } ?? .normal
    }
}
