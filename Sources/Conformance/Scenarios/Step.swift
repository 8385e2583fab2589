import StrictJSON

/// One step of a scenario.
struct Step: Sendable {
    enum Action: Sendable {
        /// Waiting, in milliseconds.
        case pause(Int64)
        /// Sending one thing, perhaps several times.
        case send(Sending)
        /// Sending several things at the same time.
        case together([Sending])
    }

    let action: Action
    let conditions: Conditions
    let line: Int
}

/// When a step is run at all.
struct Conditions: Sendable {
    let kinds: Set<OrderKind>
    /// Marks that must all be set.
    let whenMarks: [String]
    /// A mark that must not be set.
    let unlessMark: String?
}

/// One request, or the same request several times, and the answer that is expected.
struct Sending: Sendable {
    /// How often, and how.
    enum Copies: Sendable, Hashable {
        case once
        /// The same bytes one after another, with the same answer.
        case repeated(Int)
        /// The same bytes at the same time, with the same answer.
        case parallelSame(Int)
        /// Different transactions at the same time.
        case parallelDistinct(Int)
    }

    let title: String?
    let label: String?
    let message: any WireMessage
    /// The transaction that `{id}` and `{time}` stand for.
    let transaction: String
    let copies: Copies
    let expectation: Expectation
    /// Among parallel copies: how many meet the expectation; the rest must meet `others`.
    let winners: Winners?
    /// The label of an earlier sending whose answer must come again, byte for byte.
    let sameAs: String?
    let saves: [Save]

    struct Winners: Sendable {
        let count: Int
        let others: Expectation
    }

    /// A value that is kept for later steps.
    struct Save: Sendable {
        let name: String
        /// Such as `result.create_time` or `request.params.id`.
        let path: [String]
    }
}
