/// What a page says after something was done. The address carries its name, never its words.
enum Notice: String, Sendable, CaseIterable {
    case paid
    case waiting
    case notPaid = "not-paid"
    case ordered
    case orderRefused = "order-refused"
    case badAmount = "bad-amount"
    case noOrder = "no-order"
    case charged
    case chargeRefused = "charge-refused"
    case payWaits = "pay-waits"
    case payRefused = "pay-refused"
    case moved
    case grouped
    case groupRefused = "group-refused"
    case hoursLater = "hours-later"
    case conduct
    case done
    case notPossible = "not-possible"
    case later
    case reconciled
    case suite
    case suiteRuns = "suite-runs"

    /// Its text.
    var key: String { "notice_" + rawValue.split(separator: "-").joined(separator: "_") }

    /// The field of the form that it speaks of.
    var field: String? { self == .badAmount ? "amount" : nil }

    var isGood: Bool {
        switch self {
        case .paid, .waiting, .ordered, .charged, .payWaits, .moved, .grouped, .hoursLater, .conduct, .done, .later,
            .reconciled, .suite:
            true
        case .notPaid, .orderRefused, .chargeRefused, .payRefused, .groupRefused, .badAmount, .noOrder, .notPossible,
            .suiteRuns:
            false
        }
    }
}
