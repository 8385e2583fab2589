/// The life of a transaction, `transaction.yaml`: states, edges, cancel reasons, deadlines.
public struct TransactionSpecification: Sendable {
    /// A state, numbered as Payme numbers it.
    public struct State: Hashable, Sendable {
        /// What edges call it.
        public let name: String
        /// What is stored and sent.
        public let number: Int
        /// No edge leaves it.
        public let isTerminal: Bool
    }

    /// An allowed change of state.
    public struct Edge: Hashable, Sendable {
        /// Where it begins.
        public let from: State
        /// Where it ends.
        public let to: State
        /// What causes it.
        public let event: String
    }

    /// Why a transaction was cancelled.
    public struct CancelReason: Hashable, Sendable {
        /// What the program calls it: `timeout`.
        public let name: String
        /// What is stored and sent.
        public let number: Int
        /// What it means, for people.
        public let text: LocalizedText
    }

    /// How long a gateway's transaction may wait.
    public struct Deadline: Hashable, Sendable {
        /// A transaction older than this is cancelled.
        public let transactionTimeoutMilliseconds: Int64
        /// The reason it is cancelled with.
        public let reason: CancelReason
    }

    /// The state a transaction begins in.
    public let initial: State
    /// In the document's order.
    public let states: [State]
    /// Every allowed change of state; there is no other.
    public let edges: [Edge]
    /// The known ones. A gateway may send others.
    public let reasons: [CancelReason]
    /// By gateway.
    public let deadlines: [String: Deadline]

    /// The state of that name, or nil if there is none.
    public func state(named name: String) -> State? { states.first { $0.name == name } }

    /// The state of that number, or nil if there is none.
    public func state(numbered number: Int) -> State? { states.first { $0.number == number } }

    /// The reason of that name, or nil if there is none.
    public func reason(named name: String) -> CancelReason? { reasons.first { $0.name == name } }

    /// The reason of that number, or nil if the document does not list it.
    public func reason(numbered number: Int) -> CancelReason? { reasons.first { $0.number == number } }

    /// The state that an event leads to, or nil if the state has no such edge.
    public func state(after event: String, in state: State) -> State? {
        edges.first { $0.from == state && $0.event == event }?.to
    }
}
