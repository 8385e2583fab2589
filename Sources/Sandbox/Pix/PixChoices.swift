/// What goes wrong at the simulated bank, chosen on the page.
enum PixMishap: String, Sendable, CaseIterable {
    case none
    /// The next answer is lost: done is what was asked for.
    case lost
    /// The next call is not carried out.
    case failed
    /// The next call is carried out, and answered as if it were not.
    case failedAfter = "failed_after"
    /// The next call is one too many.
    case tooMany = "too_many"
    /// No call is carried out, until the bank is well again.
    case down

    /// Its text.
    var key: String { "pix_mishap_\(rawValue)" }

    /// Of one call; nil: of none, or of all.
    var fault: PixBankFault? {
        switch self {
        case .none, .down: nil
        case .lost: .lost
        case .failed: .refused(503)
        case .failedAfter: .failedAfter(500)
        case .tooMany: .tooMany
        }
    }
}

/// How the simulated bank tells of payments, chosen on the page.
enum PixTelling: String, Sendable, CaseIterable {
    case once, twice, late, never

    /// After the bank's own first pause, by the sandbox's clock.
    static let lateMilliseconds: Int64 = 20 * 60_000

    /// Its text.
    var key: String { "pix_telling_\(rawValue)" }

    var fault: PixNoticeFault? {
        switch self {
        case .once: nil
        case .twice: .doubled
        case .late: .late(Self.lateMilliseconds)
        case .never: .never
        }
    }
}

/// How the customer pays, chosen on the page.
enum PixPaying: String, Sendable, CaseIterable {
    case whole
    /// Half of it, past a bank that should not let it.
    case less
    case more
    /// Whole, and then once more.
    case twice
    /// When its time is up.
    case late
    /// Nobody pays: somebody tells the server that they did.
    case forged

    /// Its text.
    var key: String { "pix_paying_\(rawValue)" }
}

/// What becomes of money that the shop sends, chosen on the page.
enum PixPayoutCourse: String, Sendable, CaseIterable {
    case paid, approval, failed

    /// Its text.
    var key: String { "pix_course_\(rawValue)" }

    var statuses: [String] {
        switch self {
        case .paid: ["ENVIADO", "PAGO"]
        case .approval: ["AGUARDANDO_APROVACAO"]
        case .failed: ["ENVIADO", "FALHA"]
        }
    }
}
