import Conformance

extension Fault {
    /// The scenario that must find it.
    var scenario: String { rawValue }

    /// The kind of orders that shows it.
    var kind: OrderKind { self == .cumulativeTransactionsStandAlone ? .cumulative : .oneTime }

    /// Some faults are tolerated unless the run is strict.
    var strictness: ConformanceConfiguration.Strictness {
        [.answerSoleMember, .errorOthersLocalised].contains(self) ? .strict : .tolerant
    }

    /// Other scenarios that must find it too, because they do what it breaks.
    var collateral: Set<String> {
        switch self {
        // The same calls are repeated there.
        case .sandbox1CheckPerform: ["check-perform-changes-nothing"]
        case .sandbox1Create: ["sandbox-2-create", "race-create-same-transaction"]
        // CreateTransaction for an unknown order is looked at from three more sides.
        case .sandbox1NonexistentAccount:
            ["error-account-localised", "error-account-data", "statement-failed-creates"]
        // CheckTransaction shows the wrong time there as well.
        case .sandbox1Cancel: ["perform-after-cancel"]
        case .sandbox2Perform: ["check-transaction-keeps-times"]
        // Scenario 2 begins with a cancelled attempt.
        case .retryAfterCancelledAttempt: ["sandbox-2-create"]
        // Without any 12-hour rule nothing expires later either.
        case .time13HoursOld: ["expiry-at-perform", "expiry-at-create"]
        default: []
        }
    }

    /// Scenarios that may find it, depending on who wins a race.
    var possibleCollateral: Set<String> {
        switch self {
        case .performAfterCancel, .cancelPerformedAnyReason: ["race-perform-cancel"]
        default: []
        }
    }
}
