/// What came of a scenario or a step.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    case passed
    /// As it may be, though not as it is recommended; the notes say why.
    case noted
    case missed
    /// Not run, for the reason that is given.
    case skipped
}

/// What a run found. It holds no secret: those are taken out when an exchange is recorded.
public struct ConformanceReport: Sendable {
    public let environment: RunEnvironment
    /// In the order in which they were run.
    public let scenarios: [ScenarioReport]
    /// One sentence, if the run ended before all scenarios were run.
    public let endedEarly: String?
    /// Sentences that may explain many misses at once.
    public let hints: [String]
    /// What no run can see.
    public let blindspots: [Blindspot]

    /// How many scenarios came out so.
    public func count(_ outcome: Outcome) -> Int { scenarios.count { $0.outcome == outcome } }

    /// What a command should exit with: 0 if nothing was missed, 1 if something was, 2 if the server was not to be
    /// reached to the end. Skipped scenarios do not change it; they are counted where a reader sees them.
    public var exitCode: Int32 {
        if endedEarly != nil { return 2 }
        return count(.missed) > 0 ? 1 : 0
    }
}

/// The circumstances of a run.
public struct RunEnvironment: Sendable {
    public let gateway: String
    /// Without user, query and fragment.
    public let url: String
    public let login: String
    public let accountField: String
    /// In tiyin.
    public let amount: Int64
    public let kind: OrderKind
    public let isStrict: Bool
    /// How many orders the run has needed at most, if they were not made by it.
    public let ordersNeeded: Int
    public let ordersGiven: Int
    /// Whether the orders were made through the merchant API.
    public let makesOrders: Bool
    /// Milliseconds since 1970 UTC.
    public let startedAt: Int64
    public let durationMilliseconds: Int64
    /// The server's own name for itself, if it says one.
    public let server: String?
}

/// What came of a scenario.
public struct ScenarioReport: Sendable {
    public let id: String
    public let group: ScenarioGroup
    public let title: String
    public let why: String
    public let rule: String
    public let sources: [Citation]
    public let outcome: Outcome
    /// Why it was skipped.
    public let skipReason: String?
    public let steps: [StepReport]
    /// Steps that a miss left undone.
    public let stepsNotRun: Int
    public let durationMilliseconds: Int64

    /// The notes and remarks of all steps, each once.
    public var notes: [String] {
        var seen: Set<String> = []
        return steps.flatMap(\.notes).filter { seen.insert($0).inserted }
    }
}

/// What came of a step.
public struct StepReport: Sendable {
    public let outcome: Outcome
    /// What was sent, in a line.
    public let sent: String
    /// What had to come, in a line.
    public let expected: String
    /// What came, in a line.
    public let got: String
    /// Why that is not what had to come.
    public let problems: [String]
    /// What is tolerated or worth knowing.
    public let notes: [String]
    public let exchanges: [ExchangeReport]
}

/// One request and its answer, without secrets.
public struct ExchangeReport: Sendable {
    public let method: String
    public let requestHeaders: [Header]
    public let requestBody: String
    /// nil if there was no answer.
    public let status: Int?
    public let answerHeaders: [Header]
    public let answerBody: String
    /// One clause, if there was no answer.
    public let failure: String?
    public let durationMilliseconds: Int64
}
