/// What goes wrong at the simulated YooKassa, chosen on the page.
enum YooMishap: String, Sendable, CaseIterable {
    case none
    /// The next answer is lost: done is what was asked for.
    case lost
    /// The next call is not carried out.
    case failed
    /// The next call is carried out, and answered as if it were not.
    case failedAfter = "failed_after"
    /// The next call is one too many.
    case tooMany = "too_many"
    /// No call is carried out, until YooKassa is well again.
    case down

    /// Its text.
    var key: String { "yoo_mishap_\(rawValue)" }

    /// Of one call; nil: of none, or of all.
    var fault: YooKassaFault? {
        switch self {
        case .none, .down: nil
        case .lost: .lost
        case .failed: .refused(500)
        case .failedAfter: .failedAfter(500)
        case .tooMany: .tooMany(3_000)
        }
    }
}

/// How the simulated YooKassa tells of payments, chosen on the page.
enum YooTelling: String, Sendable, CaseIterable {
    case once, twice, late, reordered, never

    /// By the sandbox's clock.
    static let lateMilliseconds: Int64 = 20 * 60_000

    /// Its text.
    var key: String { "yoo_telling_\(rawValue)" }

    var fault: YooKassaNoticeFault? {
        switch self {
        case .once: nil
        case .twice: .doubled
        case .late: .late(Self.lateMilliseconds)
        case .reordered: .reordered
        case .never: .never
        }
    }
}

/// How the shop wants to be paid, chosen on the page.
enum YooPlan: String, Sendable, CaseIterable {
    /// The money is taken at once.
    case now
    /// The money is held, and taken when the shop says so.
    case hold
    /// The money is taken, and the card kept for later.
    case save

    /// Its text.
    var key: String { "yoo_plan_\(rawValue)" }
}

/// What becomes of the next charge of a saved card, chosen on the page.
enum YooNextCharge: String, Sendable, CaseIterable {
    case good
    /// Repeated within the hour.
    case issuerUnavailable = "issuer_unavailable"
    /// Repeated a day later.
    case insufficientFunds = "insufficient_funds"
    /// Repeated two days later.
    case generalDecline = "general_decline"
    /// Never repeated.
    case cardExpired = "expired"

    /// Its text.
    var key: String { "yoo_next_\(rawValue)" }

    /// nil: it succeeds.
    var reason: YooKassaReason? {
        switch self {
        case .good: nil
        case .issuerUnavailable: .issuerUnavailable
        case .insufficientFunds: .insufficientFunds
        case .generalDecline: .generalDecline
        case .cardExpired: .cardExpired
        }
    }
}

/// How often a subscription is charged, chosen on the page.
enum YooUnit: String, Sendable, CaseIterable {
    case month, week, day

    /// Its text.
    var key: String { "yoo_unit_\(rawValue)" }
}
