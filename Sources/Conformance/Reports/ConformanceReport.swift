/// What came of a scenario or a step.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// Every answer was as it is recommended.
    case passed
    /// As it may be, though not as it is recommended; the notes say why.
    case noted
    /// An answer was not as it has to be.
    case missed
    /// Not run, for the reason that is given.
    case skipped
}

/// What a run found. It holds no secret: those are taken out when an exchange is recorded.
public struct ConformanceReport: Sendable {
    /// What was tested, and with what.
    public let environment: RunEnvironment
    /// In the order in which they were run.
    public let scenarios: [ScenarioReport]
    /// One sentence, if the run ended before all scenarios were run.
    public let endedEarly: String?
    /// Sentences that may explain many misses at once.
    public let hints: [String]
    /// What no run can see.
    public let blindspots: [Blindspot]

    /// The chapters, in the order in which they were run.
    public var groups: [ScenarioGroup] {
        var seen: Set<ScenarioGroup> = []
        return scenarios.map(\.group).filter { seen.insert($0).inserted }
    }

    /// How many scenarios came out so.
    public func count(_ outcome: Outcome) -> Int { scenarios.count { $0.outcome == outcome } }

    /// One sentence, if scenarios of the gateway's own sandbox were not run: nothing missed says little then. An
    /// endpoint that has no PerformTransaction would miss nothing if no order were left to perform.
    public var incomplete: String? {
        let left = scenarios.filter { $0.outcome == .skipped && $0.group.isGatewaysOwn }
        guard !left.isEmpty, endedEarly == nil else { return nil }
        return "\(left.count) scenarios of the gateway's own sandbox were not run "
            + "(\(left.map(\.id).joined(separator: ", "))). Run again with \(environment.ordersNeeded) orders."
    }

    /// What a command should exit with: 1 if something was missed, 2 if the server was not to be reached to the end or
    /// the run is ``incomplete``, otherwise 0. Other skipped scenarios do not change it; they are counted where a reader
    /// sees them.
    public var exitCode: Int32 {
        if endedEarly != nil { return 2 }
        if count(.missed) > 0 { return 1 }
        return incomplete == nil ? 0 : 2
    }
}

/// The circumstances of a run.
public struct RunEnvironment: Sendable {
    /// What a dialect was told beside the key.
    public enum DialectFacts: Sendable, Hashable {
        /// The login of Basic authentication, and the field of `account` that held the order's id.
        case login(String, accountField: String)
        /// The service that signed.
        case service(Int64)
        /// The merchant's PIX key, and whether the run played the bank too.
        case pixKey(String, hasBank: Bool)
        /// YooKassa's shop, if it was named, whether the run played YooKassa's API too, and whether it was the endpoint's
        /// proxy.
        case shop(String?, hasAPI: Bool, isProxy: Bool)

        /// What the amount is counted in.
        var minorUnit: String {
            switch self {
            case .login, .service: "tiyin"
            case .pixKey: "centavos"
            case .shop: "kopecks"
            }
        }
    }

    /// Whose protocol it was: `payme`, `click`, `pix` or `yookassa`.
    public let gateway: String
    /// Without user, query and fragment.
    public let url: String
    /// The URL of the second call, if it had one of its own; without user, query and fragment.
    public let completeURL: String?
    /// What the dialect was told beside the key.
    public let dialect: DialectFacts
    /// In tiyin, centavos or kopecks.
    public let amount: Int64
    /// The kind of the orders, which decides what scenarios there are.
    public let kind: OrderKind
    /// Whether what is merely tolerated counted as missed.
    public let isStrict: Bool
    /// How many orders the run has needed at most, if they were not made by it.
    public let ordersNeeded: Int
    /// How many ids of orders the run was given.
    public let ordersGiven: Int
    /// Whether the orders were made through the merchant API.
    public let makesOrders: Bool
    /// Milliseconds since 1970 UTC.
    public let startedAt: Int64
    /// How long the run took.
    public let durationMilliseconds: Int64
    /// The server's own name for itself, if it says one.
    public let server: String?
}

/// What came of a scenario.
public struct ScenarioReport: Sendable {
    /// Its name in `*.scenarios.yaml`, such as `sandbox-1-create`.
    public let id: String
    /// The chapter that it belongs to.
    public let group: ScenarioGroup
    /// What it shows, in a line.
    public let title: String
    /// What goes wrong where this is got wrong.
    public let why: String
    /// What the protocol wants.
    public let rule: String
    /// Where the rule stands.
    public let sources: [Citation]
    /// What came of it: the worst of its steps.
    public let outcome: Outcome
    /// Why it was skipped.
    public let skipReason: String?
    /// What was sent and judged, up to the first miss. Of calls sent together one that missed comes last.
    public let steps: [StepReport]
    /// Steps that a miss left undone.
    public let stepsNotRun: Int
    /// From its first step until what it left open was cancelled.
    public let durationMilliseconds: Int64

    /// The notes and remarks of all steps, each once.
    public var notes: [String] {
        var seen: Set<String> = []
        return steps.flatMap(\.notes).filter { seen.insert($0).inserted }
    }
}

/// What came of a step.
public struct StepReport: Sendable {
    /// What came of it.
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
    /// Every request of the step: more than one if it was repeated or sent several times at once.
    public let exchanges: [ExchangeReport]
}

/// One request and its answer, without secrets.
public struct ExchangeReport: Sendable {
    /// The HTTP method.
    public let method: String
    /// As they were sent; in place of the credentials stands what they were.
    public let requestHeaders: [Header]
    /// As text. A long one is cut in its middle.
    public let requestBody: String
    /// nil if there was no answer.
    public let status: Int?
    /// As they came; empty if there was no answer.
    public let answerHeaders: [Header]
    /// As text; empty if there was no answer. A long one is cut in its middle.
    public let answerBody: String
    /// One clause, if there was no answer.
    public let failure: String?
    /// From sending to the last byte of the answer, or to the failure.
    public let durationMilliseconds: Int64
}
