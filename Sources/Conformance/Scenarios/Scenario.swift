import StrictJSON

/// The two kinds of orders that the gateways' own tests know.
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
    /// Marks without which it is skipped: what the run has to be given for it.
    let needs: [String]
    /// The scenario before it whose orders, transactions and saved values it goes on with.
    let continues: String?
    /// Payme's `time` of the transactions that do not simply use the present.
    let times: [String: Template]
    let steps: [Step]
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
    /// Whether one cumulative account stands for all of them.
    var isOneAccount = false

    static let none = OrderNeed(count: 0, areUsedUp: false, amount: nil)
}

/// Something that cannot be seen from outside.
public struct Blindspot: Sendable, Hashable {
    /// What cannot be seen.
    public let what: String
    /// Why not.
    public let why: String
}
