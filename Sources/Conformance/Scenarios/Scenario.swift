import StrictJSON

/// The two kinds of orders that Payme's sandbox knows.
public enum OrderKind: String, Sendable, Hashable, CaseIterable {
    /// Paid once, with its exact amount: a shop's order.
    case oneTime = "one_time"
    /// Topped up any number of times: a phone's balance.
    case cumulative
}

/// One scenario of a `*.scenarios.yaml`: what is sent, what is expected, and why it matters.
struct Scenario: Sendable {
    let id: String
    let group: ScenarioGroup
    let title: String
    /// What goes wrong where this is got wrong.
    let why: String
    /// What the protocol wants.
    let rule: String
    /// Where the rule stands.
    let sources: [Citation]
    let kinds: Set<OrderKind>
    let orders: OrderNeed
    /// Payme's `time` of the transactions that do not simply use the present.
    let times: [String: Template]
    let steps: [Step]
}

/// The chapters of a report.
public enum ScenarioGroup: String, Sendable, CaseIterable {
    /// The sandbox's first: a transaction is created and cancelled. Source: payme.md 5.
    case sandbox1 = "sandbox-1"
    /// The sandbox's second: a transaction is created, performed and given back. Source: payme.md 5.
    case sandbox2 = "sandbox-2"
    /// Wrong credentials, and that they are looked at before anything else.
    case security
    /// Envelope, parameters, types, amounts, accounts, texts of errors.
    case shape
    /// Repeats, forbidden changes of state, the 12 hours.
    case stateMachine = "state-machine"
    /// GetStatement.
    case statement
    /// Calls that are sent at the same time.
    case races
    /// SetFiscalData and `detail`.
    case fiscal
    /// Hostile and broken input.
    case robustness

    /// The chapter's heading.
    public var title: String {
        switch self {
        case .sandbox1: "Sandbox, scenario 1: create and cancel"
        case .sandbox2: "Sandbox, scenario 2: create, perform, refund"
        case .security: "Security"
        case .shape: "Requests and answers"
        case .stateMachine: "States"
        case .statement: "Statement"
        case .races: "Races"
        case .fiscal: "Fiscal data"
        case .robustness: "Robustness"
        }
    }
}

/// A place in a document.
public struct Citation: Sendable, Hashable {
    /// The document.
    public let title: String
    /// The section in it.
    public let place: String
    /// Where the document is published.
    public let url: String?
}

/// The orders a scenario needs.
struct OrderNeed: Sendable, Hashable {
    /// How many at once.
    let count: Int
    /// Whether they are paid afterwards, and so of no use to another scenario.
    let areUsedUp: Bool
    /// The amount they must have, if it is not the run's.
    let amount: Int64?

    static let none = OrderNeed(count: 0, areUsedUp: false, amount: nil)
}

/// Something that cannot be seen from outside.
public struct Blindspot: Sendable, Hashable {
    /// What cannot be seen.
    public let what: String
    /// Why not.
    public let why: String
}
