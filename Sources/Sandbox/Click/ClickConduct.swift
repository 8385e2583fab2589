/// What happens on the way through Click, chosen on its pay page or by the last two digits of an amount.
///
/// What has a like in Payme's checkout has the same digits.
enum ClickConduct: String, Sendable, CaseIterable {
    case normal
    /// The payer leaves after Prepare: nobody says anything more.
    case leave
    /// The answer to Prepare is lost, and the call repeated.
    case losePrepare = "lose_prepare"
    /// The answer to Complete is lost, and the call repeated.
    case loseComplete = "lose_complete"
    /// The bank refuses after Prepare: Click calls the payment off.
    case refused
    /// The payer changes the amount in the link, which is not signed.
    case tampered
    /// The order is paid a second time meanwhile.
    case twice
    /// The payer cancels after Prepare.
    case declined
    /// The answer to Complete is lost, and Click begins again with Prepare.
    case restart

    /// The tiyin of an amount that choose it; nil: no amount does.
    var magicTiyin: Int64? {
        switch self {
        case .normal: nil
        case .leave: 11
        case .losePrepare: 12
        case .loseComplete: 13
        case .refused: 14
        case .tampered: 15
        case .twice: 16
        case .declined: 17
        case .restart: 18
        }
    }

    /// The text that says what happens.
    var key: String { "click_conduct_\(rawValue)" }

    /// - Parameter amount: tiyin.
    static func magic(of amount: Int64) -> ClickConduct {
        allCases.first { $0.magicTiyin == amount % 100 } ?? .normal
    }
}
